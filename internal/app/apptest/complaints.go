package apptest

import (
	"fmt"
	"testing"

	"respons/internal/complaint"
	"respons/internal/store"
)

// Stands gives the stored complaint once it is past routing and told.
func (s *System) Stands(t *testing.T, number string) *complaint.Complaint {
	t.Helper()
	var c *complaint.Complaint
	Eventually(t, func() (err error) {
		if c, err = s.App.Cases.Store.ByNumber(t.Context(), number); err != nil {
			return err
		}
		if c.State == complaint.Received || len(c.Untold) > 0 {
			return fmt.Errorf("%s is %s with %d events untold", number, c.State, len(c.Untold))
		}
		return nil
	})
	return c
}

// Everything reads all complaints of the store.
func Everything(t *testing.T, s *System) []*complaint.Complaint {
	t.Helper()
	var out []*complaint.Complaint
	q := store.Query{Index: "number", Limit: 1000}
	for {
		list, next, err := s.App.Cases.Store.Find(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
		if next == "" {
			return out
		}
		q.After = next
	}
}

// Settled is nil when there are want complaints, each past routing, told, with its clocks and one next timer.
func Settled(t *testing.T, s *System, want int) error {
	list := Everything(t, s)
	if len(list) != want {
		return fmt.Errorf("%d complaints for %d keys", len(list), want)
	}
	for _, c := range list {
		switch {
		case c.State == complaint.Received:
			return fmt.Errorf("%s is not routed", c.Number)
		case len(c.Untold) > 0:
			return fmt.Errorf("%s has %d events untold", c.Number, len(c.Untold))
		case c.Kind == complaint.Complain && c.Class != "X" && c.State.Open() && (c.NextTimer.IsZero() || len(c.Clocks) == 0):
			return fmt.Errorf("%s (class %s, %s) has %d clocks and next timer %v", c.Number, c.Class, c.State, len(c.Clocks), c.NextTimer)
		}
		routed := 0
		for _, e := range c.Events {
			if e.Action == complaint.Route || e.Action == complaint.Abstain {
				routed++
			}
		}
		if routed != 1 {
			return fmt.Errorf("%s was routed %d times", c.Number, routed)
		}
	}
	return nil
}

// Shown counts the messages of an event about a complaint that a phone shows after collapsing repeats.
func Shown(s *System, token, event, number string) int {
	n := 0
	for _, m := range s.Phones.Phone(token) {
		if m.Data["event"] == event && m.Data["number"] == number {
			n++
		}
	}
	return n
}
