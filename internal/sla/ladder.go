package sla

import "time"

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

// Ladder gives the rungs of a clock, ascending and not to be changed. A ladder for the agency goes before one for the
// class, that before one for the clock, that before the general one; the more particular one counts whole.
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

// fits says whether a ladder is for these, and how particular it is: agency before class before clock.
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
	Ladder []Rung // ascending, as Book.Ladder gives it
}

// Reached gives the rungs whose instant has come by now and whose percent is not recorded, ascending, and the instant of
// the first one that is still to come; ok is false where there is none, or where a pause without an end keeps it from
// having one. A pause whose end is known, such as an extension, gives the instant after it. What was reached before a
// pause began was reached, even while the pause lasts.
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

// Instant is when a clock reached or will reach percent of its target, by the reading of Reached: unlike Due it also
// tells what was reached before a pause that lasts.
func (b *Book) Instant(r Running, percent int) (time.Time, bool) {
	return b.reach(r.Target, r.State, r.Start, tidy(r.Start, r.Pauses), percent, nil)
}

// LadderAgencies lists the agencies that have a ladder of their own. This package does not know the register: whoever
// loads both checks that they exist.
func (b *Book) LadderAgencies() []string {
	var out []string
	for _, l := range b.ladders {
		if l.agency != "*" {
			out = append(out, l.agency)
		}
	}
	return out
}
