package complaint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// Audited is what one page of the store showed.
type Audited struct {
	Checked  int       `json:"checked"` // complaints looked at
	Open     int       `json:"open"`    // of these, those in which somebody still has to act
	Findings []Finding `json:"findings"`
	Next     string    `json:"next,omitempty"` // cursor of the next page; empty: this was the last
}

// auditPage is how many complaints one call of Audit looks at.
const auditPage = 500

// Audit proves from the store alone, for one page of complaints, that each has the next timer and the clocks that its
// history demands, that the sweep would find it, and that every threshold passed has its event: once and not early. What
// fell due within grace is still left to the timer. With repair each complaint that is not so rings, as its timer would
// have made it, and is looked at again. After is the cursor of the page before; begin with an empty one. It may run
// beside everything else: each complaint is one document and read in one piece.
func (u *Cases) Audit(ctx context.Context, after string, grace time.Duration, repair bool) (*Audited, error) {
	page, err := u.Store.Engine.Find(ctx, Collection.Name, store.Query{Index: "number", After: after, Limit: auditPage, Keys: true})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	out := &Audited{Checked: len(page.Records), Findings: []Finding{}, Next: page.Next}
	for _, rec := range page.Records {
		c, err := decode(rec)
		if err != nil {
			return nil, err
		}
		if c.State.Open() {
			out.Open++
		}
		rules, err := u.rules(ctx, c)
		if err != nil {
			return nil, err
		}
		found := rules.audit(c, rec.Keys, u.now(), grace)
		if len(found) > 0 && repair {
			if err := u.repair(ctx, c, found, grace); err != nil {
				return nil, err
			}
		}
		out.Findings = append(out.Findings, found...)
	}
	return out, nil
}

// repair lets a complaint ring and marks the findings that are gone afterwards.
func (u *Cases) repair(ctx context.Context, c *Complaint, found []Finding, grace time.Duration) error {
	if _, _, err := u.ring(ctx, c.ID, true); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	page, err := u.Store.Engine.Find(ctx, Collection.Name, store.Query{Index: "number", Equal: []any{c.Number}, Limit: 1, Keys: true})
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	left := map[Finding]bool{}
	for _, rec := range page.Records {
		c, err := decode(rec)
		if err != nil {
			return err
		}
		rules, err := u.rules(ctx, c)
		if err != nil {
			return err
		}
		for _, f := range rules.audit(c, rec.Keys, u.now(), grace) {
			left[f.kind()] = true
		}
	}
	for i := range found {
		found[i].Repaired = !left[found[i].kind()]
	}
	return nil
}

// audit compares what is kept of a complaint, and the keys under which the store finds it, with its history.
func (r Rules) audit(c *Complaint, keys store.Keys, now time.Time, grace time.Duration) (found []Finding) {
	add := func(f Finding) {
		f.Number = c.Number
		found = append(found, f)
	}
	was := *c
	was.Clocks = r.clocks(c)
	if len(was.Clocks) != len(c.Clocks) {
		add(Finding{Wrong: WrongClock, Want: was.DueAt(), Have: c.DueAt()})
	} else {
		for i, k := range was.Clocks {
			if !k.same(c.Clocks[i]) {
				add(Finding{Wrong: WrongClock, Clock: k.Name, Want: k.Due, Have: c.Clocks[i].Due})
			}
		}
	}
	passed, next := r.due(&was, now)
	for _, p := range passed {
		next = earlier(next, p.At)
		if !p.At.Add(grace).After(now) {
			add(Finding{Wrong: NotRecorded, Clock: p.Clock.Name, Percent: p.Rung.Percent, Want: p.At})
		}
	}
	if at := c.expires(); !at.IsZero() && !at.Add(grace).After(now) {
		add(Finding{Wrong: NotExpired, Want: at})
	}
	// A timer that is over already rings at once, whatever its instant was.
	ringing := !next.IsZero() && !next.After(now) && !c.NextTimer.IsZero() && !c.NextTimer.After(now)
	if !ringing && !next.Equal(c.NextTimer) {
		add(Finding{Wrong: WrongTimer, Want: next, Have: c.NextTimer})
	}
	want := c.sweepKeys()
	for _, name := range []string{"timer", "pending"} {
		if keys[name] != want[name] {
			add(Finding{Wrong: WrongIndex, Want: millis(want[name]), Have: millis(keys[name])})
		}
	}
	return append(found, c.misrecorded()...)
}

// misrecorded finds steps in the history that were early or came twice.
func (c *Complaint) misrecorded() (found []Finding) {
	type key struct {
		clock        sla.ClockName
		percent, nth int
	}
	seen := map[key]bool{}
	for _, e := range c.Events {
		if e.Action != Step {
			continue
		}
		f := Finding{Number: c.Number, Clock: e.Clock, Percent: e.Percent, Want: e.Due, Have: e.At}
		if e.At.Before(e.Due) {
			f.Wrong = Early
			found = append(found, f)
		}
		k := key{e.Clock, e.Percent, e.Nth}
		if seen[k] {
			f.Wrong = Twice
			found = append(found, f)
		}
		seen[k] = true
	}
	return found
}

// same says whether two readings of a clock agree; the record of a breach and the words for a pause are not compared.
func (k Clock) same(o Clock) bool {
	if k.Name != o.Name || k.Target != o.Target || k.State != o.State || k.Assignment != o.Assignment || !k.Start.Equal(o.Start) ||
		!k.Stopped.Equal(o.Stopped) || !k.Due.Equal(o.Due) || len(k.Pauses) != len(o.Pauses) {
		return false
	}
	for i, p := range k.Pauses {
		if !p.From.Equal(o.Pauses[i].From) || !p.To.Equal(o.Pauses[i].To) {
			return false
		}
	}
	return true
}

func millis(key any) time.Time {
	ms, ok := key.(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
