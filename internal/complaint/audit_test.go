package complaint_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/internal/complaint"
	"respons/internal/store"
)

// audit looks at the whole store and lists what is wrong as number:clock:percent:wrong.
func audit(t interface {
	Helper()
	Fatal(...any)
}, w *world, grace time.Duration, repair bool) (found []complaint.Finding, checked int) {
	t.Helper()
	for after := ""; ; {
		page, err := w.Audit(context.Background(), after, grace, repair)
		if err != nil {
			t.Fatal(err)
		}
		found, checked = append(found, page.Findings...), checked+page.Checked
		if page.Next == "" {
			return found, checked
		}
		after = page.Next
	}
}

// spoil rewrites a stored complaint behind the back of its rules; keys may drop or change what the indexes hold.
func spoil(t *testing.T, w *world, id string, change func(c *complaint.Complaint), keys func(store.Keys)) {
	t.Helper()
	c, err := w.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	change(c)
	spy := &spyEngine{Engine: w.Store.Engine, keys: keys}
	if err := (complaint.Repository{Engine: spy, Chain: w.Chain}).Replace(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// spyEngine changes keys on their way into the store.
type spyEngine struct {
	store.Engine
	keys func(store.Keys)
}

func (s *spyEngine) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if s.keys != nil {
		s.keys(r.Keys)
	}
	return s.Engine.Replace(ctx, collection, r)
}

func as(*complaint.Complaint) {}

func lastStep(percent int) func(complaint.Event) bool {
	return func(e complaint.Event) bool { return e.Action == complaint.Step && e.Percent >= percent }
}

func TestTheAuditFindsAndRepairsWhateverWasSpoilt(t *testing.T) {
	week := 7 * 24 * time.Hour
	for _, c := range []struct {
		name   string
		before func(t *testing.T, w *world, id string) // what happens first
		change func(c *complaint.Complaint)
		keys   func(store.Keys)
		want   []complaint.Wrong
		stays  bool // it stands in the history
	}{
		{"nothing", nil, as, nil, nil, false},
		{"the timer removed", nil, func(c *complaint.Complaint) { c.NextTimer = time.Time{} }, nil, []complaint.Wrong{complaint.WrongTimer}, false},
		{"the timer set a week later", nil, func(c *complaint.Complaint) { c.NextTimer = c.NextTimer.Add(week) }, nil, []complaint.Wrong{complaint.WrongTimer}, false},
		{"the timer set an hour earlier", nil, func(c *complaint.Complaint) { c.NextTimer = c.NextTimer.Add(-time.Hour) }, nil, []complaint.Wrong{complaint.WrongTimer}, false},
		{"the timer gone from the index only", nil, as, func(k store.Keys) { delete(k, "timer") }, []complaint.Wrong{complaint.WrongIndex}, false},
		{"the timer later in the index only", nil, as, func(k store.Keys) { k["timer"] = k["timer"].(int64) + 1 }, []complaint.Wrong{complaint.WrongIndex}, false},
		{"untold events gone from the index", nil, as, func(k store.Keys) { delete(k, "pending") }, []complaint.Wrong{complaint.WrongIndex}, false},
		{"a deadline moved", nil, func(c *complaint.Complaint) { c.Clocks[1].Due = c.Clocks[1].Due.Add(week) }, nil, []complaint.Wrong{complaint.WrongClock}, false},
		{"a clock stopped that runs", nil, func(c *complaint.Complaint) { c.Clocks[0].Stopped = c.Received }, nil, []complaint.Wrong{complaint.WrongClock}, false},
		{"a start moved, and the timer with it", nil, func(c *complaint.Complaint) {
			c.Clocks[0].Start, c.NextTimer = c.Clocks[0].Start.Add(week), c.NextTimer.Add(week)
		}, nil, []complaint.Wrong{complaint.WrongClock, complaint.WrongTimer}, false},
		{"the clocks gone", nil, func(c *complaint.Complaint) { c.Clocks = nil }, nil, []complaint.Wrong{complaint.WrongClock}, false},
		{"the events of a breach removed", func(t *testing.T, w *world, id string) { ringUntil(t, w, id, w.now.Add(week)) },
			func(c *complaint.Complaint) {
				c.Events = slices.DeleteFunc(c.Events, func(e complaint.Event) bool { return lastStep(100)(e) && e.Clock == "accept" })
			}, nil, []complaint.Wrong{complaint.NotRecorded, complaint.NotRecorded, complaint.NotRecorded, complaint.WrongTimer}, false},
		{"a breach removed after the agency accepted", func(t *testing.T, w *world, id string) {
			ringUntil(t, w, id, w.now.Add(week))
			if _, err := w.Accept(t.Context(), id, "kami datang", officer("MBPJ")); err != nil {
				t.Fatal(err)
			}
		}, func(c *complaint.Complaint) {
			c.Events = slices.DeleteFunc(c.Events, func(e complaint.Event) bool { return lastStep(200)(e) && e.Clock == "accept" })
		}, nil, []complaint.Wrong{complaint.NotRecorded, complaint.WrongTimer}, false},
		{"a timer that never rang", func(_ *testing.T, w *world, _ string) { w.now = w.now.Add(32 * time.Hour) }, // past Friday's close
			func(c *complaint.Complaint) { c.NextTimer = time.Time{} }, nil, []complaint.Wrong{complaint.NotRecorded, complaint.NotRecorded, complaint.NotRecorded, complaint.NotRecorded, complaint.WrongTimer}, false},
		{"the end of waiting forgotten", func(t *testing.T, w *world, id string) {
			if _, err := w.Accept(t.Context(), id, "kami datang", officer("MBPJ")); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Resolve(t.Context(), id, "siap", officer("MBPJ")); err != nil {
				t.Fatal(err)
			}
			w.now = w.now.Add(15 * 24 * time.Hour)
		}, func(c *complaint.Complaint) { c.NextTimer = time.Time{} }, nil, []complaint.Wrong{complaint.NotExpired, complaint.WrongTimer}, false},
		{"a threshold recorded early", func(t *testing.T, w *world, id string) { ringUntil(t, w, id, w.now.Add(week)) },
			func(c *complaint.Complaint) {
				i := slices.IndexFunc(c.Events, lastStep(100))
				c.Events[i].Due = c.Events[i].At.Add(time.Second)
			}, nil, []complaint.Wrong{complaint.Early}, true},
		{"a threshold recorded twice", func(t *testing.T, w *world, id string) { ringUntil(t, w, id, w.now.Add(week)) },
			func(c *complaint.Complaint) {
				c.Events = append(c.Events, c.Events[slices.IndexFunc(c.Events, lastStep(150))])
			}, nil, []complaint.Wrong{complaint.Twice}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, open(t))
			for range 3 { // among others that are in order
				if err := w.Cases.Route(t.Context(), w.file(t, "").ID); err != nil {
					t.Fatal(err)
				}
			}
			page, err := w.Store.Engine.Find(t.Context(), "complaints", store.Query{Index: "number"})
			if err != nil {
				t.Fatal(err)
			}
			id := page.Records[1].ID
			if c.before != nil {
				c.before(t, w, id)
			}
			spoil(t, w, id, c.change, c.keys)
			spoilt, err := w.Store.ByID(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			about := func(all []complaint.Finding) (out []complaint.Finding) {
				for _, f := range all {
					if f.Number == spoilt.Number {
						out = append(out, f)
					}
				}
				return out
			}
			check := func(found []complaint.Finding, repaired bool) {
				t.Helper()
				found = about(found)
				var got []complaint.Wrong
				for _, f := range found {
					got = append(got, f.Wrong)
					if can := f.Wrong != complaint.Early && f.Wrong != complaint.Twice; f.Repaired != (repaired && can) {
						t.Errorf("%s: repaired %v", f, f.Repaired)
					}
				}
				if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(c.want))) {
					t.Fatalf("found %v, want %v", found, c.want)
				}
			}
			found, checked := audit(t, w, time.Minute, false)
			if checked != 3 {
				t.Errorf("%d complaints were looked at", checked)
			}
			check(found, false)
			if now, err := w.Store.ByID(t.Context(), id); err != nil || now.Rev != spoilt.Rev {
				t.Errorf("looking changed it: %v, %v", now, err)
			}
			found, _ = audit(t, w, time.Minute, true)
			check(found, true)
			found, _ = audit(t, w, 0, false)
			for _, f := range about(found) {
				if !c.stays || f.Wrong != complaint.Early && f.Wrong != complaint.Twice {
					t.Errorf("left after the repair: %s", f)
				}
			}
		})
	}
}

// A threshold that fell due a moment ago is the timer's business, not the audit's.
func TestTheAuditLeavesTheTimerItsTime(t *testing.T) {
	w := newWorld(t, open(t))
	c := w.file(t, "")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	c, err := w.Store.ByID(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, late := range []struct {
		by   time.Duration
		want bool
	}{{0, false}, {59 * time.Second, false}, {time.Minute, true}} {
		w.now = c.NextTimer.Add(late.by)
		if found, _ := audit(t, w, time.Minute, false); (len(found) > 0) != late.want {
			t.Errorf("%s late: found %v", late.by, found)
		}
	}
}

// Whatever people do to complaints, in whatever order and at whatever time, the audit finds nothing but thresholds whose
// timers have not rung; and nothing at all when they have.
func TestNoSequenceOfMovesFailsTheAudit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, open(t))
		id, other := w.file(rt, "").ID, w.file(rt, "").Number
		moves := w.moves(other)
		names := make([]string, 0, len(moves))
		for name := range moves {
			names = append(names, name)
		}
		slices.Sort(names)
		for range rapid.IntRange(1, 25).Draw(rt, "moves") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 60*60*30).Draw(rt, "seconds")) * time.Second)
			name := rapid.SampledFrom(names).Draw(rt, "move")
			_ = moves[name](t.Context(), id) // a refusal is as good as any
			found, _ := audit(rt, w, 0, false)
			for _, f := range found {
				if f.Wrong != complaint.NotRecorded && f.Wrong != complaint.NotExpired {
					rt.Fatalf("after %s: %s", name, f)
				}
			}
			if !rapid.Bool().Draw(rt, "ring") {
				continue
			}
			if _, _, err := w.Ring(t.Context(), id); err != nil {
				rt.Fatal(err)
			}
			if found, _ := audit(rt, w, 0, false); len(found) > 0 {
				rt.Fatalf("after %s and its timer: %v", name, found)
			}
		}
	})
}

// An officer who accepts a moment after the deadline, before the timer rang, does not make the breach undone.
func TestAMoveJustAfterABreachDoesNotHideIt(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	c, err := w.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w.now = c.Clocks[0].Due.Add(time.Second)
	c, err = w.Accept(t.Context(), id, "", officer("MBPJ"))
	if err != nil {
		t.Fatal(err)
	}
	if got := steps(c); !slices.Contains(got, "accept:100") {
		t.Errorf("steps %v", got)
	}
	if last := c.Events[len(c.Events)-1]; last.Action != complaint.Accept || c.Clocks[0].Breached.IsZero() {
		t.Errorf("the last event is %s, the breach %s", last.Action, c.Clocks[0].Breached)
	}
}
