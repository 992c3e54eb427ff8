package sla

import (
	"time"

	"respons/internal/reason"
)

// Explanation is a deadline with its derivation, made by the code that computes it.
type Explanation struct {
	Start   time.Time `json:"start"`
	State   string    `json:"state"` // whose calendar was used
	Target  Target    `json:"target"`
	Percent int       `json:"percent"`
	Due     time.Time `json:"due,omitzero"`
	OK      bool      `json:"ok"` // false: no due time, because a pause lasts
	Steps   []Step    `json:"steps"`
}

// Step is one day on the way to a working-day deadline, or one pause on the way to a wall deadline. A pause that began
// after the target was reached and still lasts comes last.
type Step struct {
	Date    Date          `json:"date"`
	Close   time.Time     `json:"close,omitzero"` // close of business; zero on a day off and for a wall target
	Counted bool          `json:"counted"`
	N       int           `json:"n,omitempty"`   // how many have counted, this one included
	From    time.Time     `json:"from,omitzero"` // of a pause, zero on a day
	To      time.Time     `json:"to,omitzero"`   // zero while it lasts
	Why     reason.Reason `json:"why,omitzero"`  // why it did not count, or what to know about one that did
}

// Derivation is an explanation as programs and people read it: the same from the command and from both APIs.
type Derivation struct {
	Due      *time.Time    `json:"due" doc:"UTC; null while a pause lasts" nullable:"true"`
	Explain  []Step        `json:"explain" doc:"Each day on the way, or for a wall clock each pause"`
	Sentence reason.Reason `json:"sentence" doc:"The same in words"`
}

// Derivation gives that form.
func (x Explanation) Derivation() Derivation {
	d := Derivation{Explain: x.Steps, Sentence: reason.Reason{MS: x.Sentence("ms"), EN: x.Sentence("en")}}
	if x.OK {
		d.Due = &x.Due
	}
	return d
}

// Explain derives what Due computes.
func (b *Book) Explain(t Target, state string, start time.Time, pauses []Pause, percent int) Explanation {
	if b.calendars[state] == nil {
		state = headquarters
	}
	x := Explanation{Start: start.UTC(), State: state, Target: t, Percent: percent, Steps: []Step{}}
	pauses = tidy(start, pauses)
	see := func(s Step) { x.Steps = append(x.Steps, s) }
	x.Due, x.OK = b.reach(t, state, start, pauses, percent, see)
	if x.OK && lasts(pauses) { // reached before the pause, yet there is no due time while it lasts
		p := pauses[len(pauses)-1]
		see(Step{Date: DateOf(p.From), From: p.From.UTC(), Why: paused(p.Why)})
		x.Due, x.OK = time.Time{}, false
	}
	return x
}
