package complaint

import (
	"time"

	"respons/internal/reason"
	"respons/internal/sla"
)

// patience is how long the system waits for a citizen: for an answer, and for an objection to a resolution.
const patience = 14 * 24 * time.Hour

// Rules is what the clocks are computed from: calendars, classes and ladder, and the states each agency serves.
type Rules struct {
	Book    *sla.Book
	States  func(agency string) []string // ISO codes; empty: the whole country
	Edition                              // which edition of the calendars Book is
}

// clocks derives every clock of c from its history. A clock that was merged away and came back runs as if it had never
// stopped, for it is computed from the same start. Of accept it is that of the latest assignment: earlier ones are
// history, and their steps stand in the events.
func (r Rules) clocks(c *Complaint) []Clock { return r.clocksFrom(c, c.assignment()) }

// clocksFrom derives the clocks with those of accept from an assignment on.
func (r Rules) clocksFrom(c *Complaint, assignment int) []Clock {
	targets := r.targets(c)
	var out []Clock
	for _, name := range sla.ClockNames {
		t, ok := targets[name]
		if !ok || t.Kind == sla.Wall && t.Wall == 0 {
			continue // a target of nothing is met by the system itself, which shows the hotline at once
		}
		if c.Kind == Appreciation && name != sla.Accept {
			continue // thanks are passed on; nobody owes a repair
		}
		if name != sla.Accept {
			out = append(out, r.clock(c, c.Agency, name, t, c.Received, 0))
			continue
		}
		nth := 0
		for i := range c.Events {
			if c.Events[i].assigns() {
				if nth++; nth >= assignment {
					out = append(out, r.clock(c, c.Events[i].Agency, name, t, c.Events[i].At, nth))
				}
			}
		}
	}
	return out
}

// targets are those of the class; none before routing. A class that the data no longer has keeps the targets it had, so
// that no promise is lost with it.
func (r Rules) targets(c *Complaint) map[sla.ClockName]sla.Target {
	if class, ok := r.Book.Class(c.Class); ok {
		return class.Targets
	}
	out := map[sla.ClockName]sla.Target{}
	for _, k := range c.Clocks {
		out[k.Name] = k.Target
	}
	return out
}

func (r Rules) clock(c *Complaint, agency string, name sla.ClockName, t sla.Target, start time.Time, nth int) Clock {
	k := Clock{Name: name, Target: t, Assignment: nth, Start: start, Stopped: c.stopped(name, start)}
	k.State = sla.OfficeState(r.States(agency), c.Place)
	if name == sla.Resolve || name == sla.FirstResponse {
		k.Pauses = c.pauses(name)
	}
	if due, ok := r.Book.Due(t, k.State, start, k.Pauses, 100); ok {
		k.Due = due
	}
	for _, e := range c.Events {
		if e.Breach() && e.Clock == name && e.Nth == nth {
			k.Breached = e.Due
		}
	}
	return k
}

// stopped is when the clock that began at start was stopped for good, or zero.
func (c *Complaint) stopped(name sla.ClockName, start time.Time) time.Time {
	var at time.Time
	for _, e := range c.Events {
		if e.At.Before(start) {
			continue
		}
		switch {
		case e.Action == Reopen && (name == sla.Resolve || name == sla.MakeSafe && !c.did(MadeSafe)):
			at = time.Time{}
		case e.Action == Unmerge:
			at = c.unmerged(name, start, at)
		case !at.IsZero():
		case e.To == Withdrawn || e.To == Rejected || e.To == Merged || e.To == Closed || e.To == Resolved:
			at = e.At
		case name == sla.Accept && e.From == Routed && e.To != Routed:
			at = e.At
		case name == sla.FirstResponse && e.answers():
			at = e.At
		case name == sla.MakeSafe && e.Action == MadeSafe:
			at = e.At
		}
	}
	return at
}

// unmerged says whether a clock that a merge may have stopped runs again: it does unless it had stopped before.
func (c *Complaint) unmerged(name sla.ClockName, start, at time.Time) time.Time {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if c.Events[i].Action == MergeIn && c.Events[i].At.Equal(at) {
			return time.Time{}
		}
	}
	return at
}

func (c *Complaint) did(a Action) bool {
	for _, e := range c.Events {
		if e.Action == a {
			return true
		}
	}
	return false
}

// pauses derives from the history when a clock stood still: while the citizen was asked, through an extension and, for
// resolve, from a resolution until it was reopened.
func (c *Complaint) pauses(name sla.ClockName) []sla.Pause {
	var out []sla.Pause
	open := -1 // the pause that has not ended yet
	for _, e := range c.Events {
		if e.Action == MergeIn || e.Action == Unmerge || e.From == e.To && e.Action != Extend {
			continue // a merge is no pause, and neither is what leaves the state as it is
		}
		if open >= 0 && e.Action != Extend {
			out[open].To = e.At
			open = -1
		}
		switch {
		case e.Action == Extend:
			out = append(out, sla.Pause{From: e.At, To: e.Until, Why: reason.Reason{
				MS: "tempoh dilanjutkan oleh penyelia", EN: "extension granted by a supervisor"}})
		case e.To == Waiting:
			open = len(out)
			out = append(out, sla.Pause{From: e.At, Why: reason.Reason{
				MS: "menunggu jawapan pengadu", EN: "waiting for the citizen's answer"}})
		case e.To == Resolved && name == sla.Resolve:
			open = len(out)
			out = append(out, sla.Pause{From: e.At, Why: reason.Reason{
				MS: "selesai sehingga dibuka semula", EN: "resolved until it was reopened"}})
		}
	}
	return out
}

// step is a threshold that has been passed and is not in the history yet.
type step struct {
	Clock Clock
	Rung  sla.Rung
	At    time.Time // when it was passed
}

// due gives the thresholds passed at now that the history does not hold, and the next instant at which anything falls
// due; zero: nothing will unless something else happens first.
func (r Rules) due(c *Complaint, now time.Time) (passed []step, next time.Time) {
	_, err := c.State.Next(Step)
	steps := err == nil
	for _, k := range c.Clocks {
		until := now
		if !k.Stopped.IsZero() { // what was passed before it stopped was passed, and is recorded while the complaint is open
			if !steps {
				continue
			}
			until = earlier(now, k.Stopped.Add(-time.Millisecond))
		}
		recorded := c.recorded(k)
		ladder := r.ladder(c, k)
		run := sla.Running{Clock: k.Name, Target: k.Target, State: k.State, Start: k.Start, Pauses: k.Pauses, Ladder: ladder}
		rungs, at, ok := r.Book.Reached(run, recorded, until)
		for _, g := range rungs {
			when, _ := r.Book.Instant(run, g.Percent)
			passed = append(passed, step{Clock: k, Rung: g, At: when})
		}
		if ok && k.Stopped.IsZero() {
			next = earlier(next, at)
		}
	}
	if at := c.expires(); !at.IsZero() {
		next = earlier(next, at)
	}
	return passed, next
}

// ladder is that of the agency which has the complaint. Of accept it is that of the agency whose clock it is: once it has
// stopped the complaint may be with another, or with the desk, whom its earlier rungs do not concern.
func (r Rules) ladder(c *Complaint, k Clock) []sla.Rung {
	agency := c.Agency
	if k.Name == sla.Accept {
		agency = c.assigned(k.Assignment)
	}
	return r.Book.Ladder(c.Class, agency, k.Name)
}

// assigned is the agency of the nth assignment, from 1; empty where there was none.
func (c *Complaint) assigned(nth int) string {
	for _, e := range c.Events {
		if e.assigns() {
			if nth--; nth == 0 {
				return e.Agency
			}
		}
	}
	return ""
}

// recorded are the percents of a clock that stand in the history.
func (c *Complaint) recorded(k Clock) map[int]bool {
	out := map[int]bool{}
	for _, e := range c.Events {
		if e.Action == Step && e.Clock == k.Name && e.Nth == k.Assignment {
			out[e.Percent] = true
		}
	}
	return out
}

// expires is when a complaint that waits for its citizen closes by itself; zero: it does not.
func (c *Complaint) expires() time.Time {
	if c.State != Waiting && c.State != Resolved {
		return time.Time{}
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := c.Events[i]; e.To == c.State && e.From != c.State && e.Action != Unmerge {
			return e.At.Add(patience)
		}
	}
	return time.Time{}
}

// settle brings what is derived up to date after a change at now.
func (r Rules) settle(c *Complaint, now time.Time) {
	c.Clocks = r.clocks(c)
	passed, next := r.due(c, now)
	if len(passed) > 0 {
		next = now // a threshold has been passed already: the timer's turn at once
	}
	if office := c.office(); office != "" {
		c.Calendar = r.revision(office)
	}
	if !next.Equal(c.NextTimer) {
		c.NextTimer, c.ClockRev = next, c.ClockRev+1
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
