package complaint_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/complaint"
	"respons/internal/reason"
	"respons/internal/sla"
)

// declared are calendars to which holidays are added; each addition is a revision for every state.
type declared struct {
	rules complaint.Rules
	list  []complaint.Change
	moved int
}

func (d *declared) add(day sla.Date) {
	d.rules.Book = d.rules.Book.With(sla.Holiday{Date: day, States: []string{"*"}, NameMS: "Cuti", NameEN: "Holiday", Kind: "adhoc"})
	d.list = append(d.list, complaint.Change{Rev: int64(len(d.list) + 1), Kind: complaint.HolidayDeclared, Date: day, Name: reason.Reason{MS: "Cuti", EN: "Holiday"}})
}

func (d *declared) Rules(context.Context, int64) (complaint.Rules, error) {
	r := d.rules
	list := d.list
	r.Edition = complaint.Edition{Revision: func(string) int64 { return int64(len(list)) },
		Since: func(_ string, rev int64) []complaint.Change { return list[rev:] }}
	return r, nil
}

func (d *declared) Moved(context.Context, []complaint.Change) { d.moved++ }

// Whatever happens in whatever order, a deadline moves by a declared holiday only with a note, what is stored is what the
// newest calendar says, and a breach that was recorded stays.
func TestDeadlinesMoveWithANoteAndBreachesStay(t *testing.T) {
	engine := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, engine)
		d := &declared{rules: w.Rules}
		w.Calendars = d
		ctx := t.Context()
		id, other := w.file(rt, "").ID, w.file(rt, "").Number
		moves := w.moves(other)
		names := append(slices.Sorted(maps.Keys(moves)), "holiday", "recompute")
		if err := w.Cases.Route(ctx, id); err != nil {
			rt.Fatal(err)
		}
		if rapid.Bool().Draw(rt, "accepted") {
			if _, err := w.Accept(ctx, id, "", officer("MBPJ")); err != nil {
				rt.Fatal(err)
			}
		}
		breached := map[string]time.Time{}
		for range rapid.IntRange(1, 30).Draw(rt, "moves") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 60*60*30).Draw(rt, "seconds")) * time.Second)
			before, err := w.Store.ByID(ctx, id)
			if err != nil {
				rt.Fatal(err)
			}
			switch name := rapid.SampledFrom(names).Draw(rt, "move"); name {
			case "holiday":
				d.add(sla.DateOf(w.now) + sla.Date(rapid.IntRange(-2, 6).Draw(rt, "day")))
				continue
			case "recompute":
				if err := w.Recompute(ctx, id); err != nil {
					rt.Fatal(err)
				}
			default:
				_ = moves[name](ctx, id) // refused moves change nothing, which another test shows
			}
			after, err := w.Store.ByID(ctx, id)
			if err != nil {
				rt.Fatal(err)
			}
			checkHistory(rt, before, after)
			for _, k := range after.Clocks {
				key := string(k.Name) + time.Duration(k.Assignment).String()
				if was := breached[key]; !was.IsZero() && !k.Breached.Equal(was) {
					rt.Fatalf("the breach of %s at %s became %s", k.Name, was, k.Breached)
				}
				breached[key] = k.Breached
				if after.Rev == before.Rev || !k.Stopped.IsZero() {
					continue
				}
				if due, _ := d.rules.Book.Due(k.Target, k.State, k.Start, k.Pauses, 100); !k.Due.Equal(due) {
					rt.Fatalf("%s is stored as due %s; the newest calendar says %s", k.Name, k.Due, due)
				}
				noted(rt, before, after, k)
			}
		}
	})
}

// noted proves that a deadline which ran on both sides of a change either stayed or is told by a new event.
func noted(t *rapid.T, before, after *complaint.Complaint, k complaint.Clock) {
	for _, was := range before.Clocks {
		if was.Name != k.Name || was.Assignment != k.Assignment || !was.Stopped.IsZero() || was.Due.IsZero() || k.Due.IsZero() || was.Due.Equal(k.Due) {
			continue
		}
		at := was.Due
		for _, e := range after.Events[len(before.Events):] {
			for _, m := range e.Moved {
				if m.Clock == k.Name && m.From.Equal(at) {
					at = m.To
				}
			}
		}
		if !at.Equal(k.Due) {
			t.Fatalf("%s moved from %s to %s, and the history says %s", k.Name, was.Due, k.Due, at)
		}
	}
}
