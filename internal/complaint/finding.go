package complaint

import (
	"fmt"
	"time"

	"respons/internal/sla"
)

// Wrong is what can be wrong with a complaint's timers.
type Wrong string

// What can be wrong. Early and Twice stand in the history, which is never changed: they are told and stay.
const (
	WrongTimer  Wrong = "timer"  // the next timer is not what the history demands
	WrongIndex  Wrong = "index"  // the sweep does not find the complaint when it should
	WrongClock  Wrong = "clock"  // the kept clock is not the one that the history gives
	NotRecorded Wrong = "event"  // a threshold was passed and has no event
	NotExpired  Wrong = "expiry" // the wait for the citizen is over and the complaint is not closed
	Early       Wrong = "early"  // a threshold was recorded before it was passed
	Twice       Wrong = "twice"  // a threshold was recorded twice
)

// Finding is one thing that is wrong with one complaint. It names no person and holds no text.
type Finding struct {
	Number   string        `json:"number"`
	Clock    sla.ClockName `json:"clock,omitempty"` // empty: the complaint as a whole
	Percent  int           `json:"percent,omitempty"`
	Wrong    Wrong         `json:"wrong"`
	Want     time.Time     `json:"want,omitzero"` // when it should be, or should have been; zero: never
	Have     time.Time     `json:"have,omitzero"` // when it is; zero: never
	Repaired bool          `json:"repaired"`
}

// String says it in words.
func (f Finding) String() string {
	of := "of the " + string(f.Clock) + " clock"
	var s string
	switch f.Wrong {
	case WrongTimer:
		s = fmt.Sprintf("next timer: should be %s, is %s", when(f.Want), when(f.Have))
	case WrongIndex:
		s = fmt.Sprintf("the sweep would find it: should be %s, is %s", when(f.Want), when(f.Have))
	case WrongClock:
		s = fmt.Sprintf("due time %s: should be %s, is %s, or its start, pauses or stop differ from the history", of, when(f.Want), when(f.Have))
	case NotRecorded:
		s = fmt.Sprintf("%d percent %s was passed at %s and is not recorded", f.Percent, of, when(f.Want))
	case NotExpired:
		s = fmt.Sprintf("should have been closed at %s, when the wait for the citizen was over", when(f.Want))
	case Early:
		s = fmt.Sprintf("%d percent %s was recorded at %s, before it was passed at %s", f.Percent, of, when(f.Have), when(f.Want))
	case Twice:
		s = fmt.Sprintf("%d percent %s was recorded again at %s", f.Percent, of, when(f.Have))
	}
	return f.Number + ": " + s
}

func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// kind is the finding without its instants, which differ from one look to the next.
func (f Finding) kind() Finding {
	return Finding{Number: f.Number, Clock: f.Clock, Percent: f.Percent, Wrong: f.Wrong}
}
