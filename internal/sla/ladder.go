package sla

import (
	"slices"
	"time"
)

// Rung is a step of escalation.
type Rung struct {
	Percent int      // of the target
	Tell    []string // assignee, supervisor, parent, oversight, desk
	Action  string   // tell, breach (recorded as such) or take_over (the desk decides anew)
}

// ladder is a set of rungs with whom it is for; "*" stands for all.
type ladder struct {
	class, agency string
	clock         ClockName
	rungs         []Rung
}

// Ladder gives the rungs of a clock, ascending. A ladder for the agency goes before one for the class, which goes before
// the general one; the more particular one counts whole.
func (b *Book) Ladder(class, agency string, clock ClockName) []Rung {
	best, weight := []Rung(nil), -1
	for i := range b.ladders {
		l := &b.ladders[i]
		w, ok := l.fits(class, agency, clock)
		if ok && w > weight {
			best, weight = l.rungs, w
		}
	}
	return best
}

func (l *ladder) fits(class, agency string, clock ClockName) (weight int, ok bool) {
	for i, pair := range [3][2]string{{string(l.clock), string(clock)}, {l.class, class}, {l.agency, agency}} {
		switch pair[0] {
		case "*":
		case pair[1]:
			weight += 1 << i
		default:
			return 0, false
		}
	}
	return weight, true
}

// Running is a clock as its thresholds are looked for.
type Running struct {
	Clock  ClockName
	Target Target
	State  string // whose calendar counts
	Start  time.Time
	Pauses []Pause
	Ladder []Rung
}

// Reached gives the rungs whose instant has come by now and whose percent is not recorded, ascending, and the instant of
// the first one that is still to come; ok is false where there is none, or none can be named because a pause lasts.
func (b *Book) Reached(r Running, recorded map[int]bool, now time.Time) (passed []Rung, next time.Time, ok bool) {
	pauses := tidy(r.Start, r.Pauses)
	for _, g := range r.Ladder {
		if recorded[g.Percent] {
			continue
		}
		at, reached := b.reach(r.Target, r.State, r.Start, pauses, g.Percent, nil)
		switch {
		case !reached:
			return passed, time.Time{}, false
		case at.After(now):
			return passed, at, true
		}
		passed = append(passed, g)
	}
	return passed, time.Time{}, false
}

// Instant is when a rung was or will be reached, a pause that lasts being one without end.
func (b *Book) Instant(r Running, percent int) (time.Time, bool) {
	return b.reach(r.Target, r.State, r.Start, tidy(r.Start, r.Pauses), percent, nil)
}

var tellable = []string{"assignee", "supervisor", "parent", "oversight", "desk"}

func sortRungs(rungs []Rung) {
	slices.SortStableFunc(rungs, func(a, b Rung) int { return a.Percent - b.Percent })
}
