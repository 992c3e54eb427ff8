package complaint_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// steps lists the thresholds in a history as clock:percent.
func steps(c *complaint.Complaint) (out []string) {
	for _, e := range c.Events {
		if e.Action == complaint.Step {
			out = append(out, fmt.Sprintf("%s:%d", e.Clock, e.Percent))
		}
	}
	return out
}

// ringUntil lets every timer ring exactly when it says, as the workers do, until an instant.
func ringUntil(t *testing.T, w *world, id string, end time.Time) *complaint.Complaint {
	t.Helper()
	for range 100 {
		c, err := w.Store.ByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if c.NextTimer.IsZero() || c.NextTimer.After(end) {
			w.now = end
			return c
		}
		w.now = c.NextTimer.Add(-time.Millisecond)
		if _, applied, err := w.Ring(t.Context(), id); err != nil || applied {
			t.Fatalf("a millisecond before %s: applied %v, %v", c.NextTimer, applied, err)
		}
		w.now = c.NextTimer
		for _, want := range []bool{true, false} { // a timer that rings twice does nothing the second time
			if _, applied, err := w.Ring(t.Context(), id); err != nil || applied != want {
				t.Fatalf("at %s: applied %v, want %v, %v", c.NextTimer, applied, want, err)
			}
		}
	}
	t.Fatal("the timers never end")
	return nil
}

func TestEveryRungOfEveryClockIsRecordedOnceAndNeverEarly(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	c := ringUntil(t, w, id, w.now.AddDate(0, 1, 0))
	count := map[string]int{}
	for _, s := range steps(c) {
		count[s]++
	}
	for _, clock := range []string{"accept", "first_response", "resolve"} {
		for _, percent := range []int{50, 80, 100, 150, 200} {
			if n := count[fmt.Sprintf("%s:%d", clock, percent)]; n != 1 {
				t.Errorf("%s at %d percent is recorded %d times", clock, percent, n)
			}
		}
	}
	if len(count) != 15 {
		t.Errorf("steps %v", count)
	}
	for _, e := range c.Events {
		if e.Action == complaint.Step && e.At.Before(e.Due) {
			t.Errorf("%s at %d percent was recorded %s early", e.Clock, e.Percent, e.Due.Sub(e.At))
		}
	}
	for _, k := range c.Clocks {
		if k.Breached.IsZero() {
			t.Errorf("the breach of %s does not show", k.Name)
		}
	}
}

func TestAClockThatWasSettledFirstIsSilent(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(t.Context(), id, "kami datang esok", officer("MBPJ")); err != nil { // a note is the first response
		t.Fatal(err)
	}
	if _, err := w.Resolve(t.Context(), id, "siap", officer("MBPJ")); err != nil {
		t.Fatal(err)
	}
	c := ringUntil(t, w, id, w.now.AddDate(0, 1, 0))
	if got := steps(c); len(got) != 0 {
		t.Errorf("steps %v", got)
	}
	if c.State != complaint.Closed || c.Events[len(c.Events)-1].Action != complaint.Expire {
		t.Errorf("after 14 days without an objection it is %s", c.State)
	}
}

func TestATransferBeginsTheAcceptClockAnewAndNoOther(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	before, err := w.Accept(t.Context(), id, "", officer("MBPJ"))
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(26 * time.Hour)
	after, err := w.Transfer(t.Context(), id, "TNB", "tiang TNB", officer("MBPJ"))
	if err != nil {
		t.Fatal(err)
	}
	due := func(c *complaint.Complaint, name string) (at time.Time, nth int) {
		for _, k := range c.Clocks {
			if string(k.Name) == name {
				return k.Due, k.Assignment
			}
		}
		t.Fatalf("no clock %s", name)
		return
	}
	for _, name := range []string{"resolve", "first_response"} {
		was, _ := due(before, name)
		if is, _ := due(after, name); !is.Equal(was) {
			t.Errorf("%s was due %s and is due %s", name, was, is)
		}
	}
	was, _ := due(before, "accept")
	if is, nth := due(after, "accept"); nth != 2 || !is.After(was) {
		t.Errorf("accept: assignment %d, due %s after %s", nth, is, was)
	}
	if _, err := w.Accept(t.Context(), id, "", officer("MBPJ")); !errors.Is(err, fault.NotFound) {
		t.Errorf("the first agency still sees it: %v", err)
	}
}

func TestAQuestionPausesTheCitizensClocks(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(t.Context(), id, "", officer("MBPJ")); err != nil {
		t.Fatal(err)
	}
	asked, err := w.Ask(t.Context(), id, "tiang nombor berapa?", officer("MBPJ"))
	if err != nil {
		t.Fatal(err)
	}
	if at := asked.Promised(); !at.IsZero() {
		t.Errorf("promised %s while the citizen is asked", at)
	}
	w.now = w.now.Add(5 * 24 * time.Hour) // from Thursday over three closes of business: Thursday, Friday, Monday
	answered, err := w.Answer(t.Context(), id, "nombor 14", citizen)
	if err != nil {
		t.Fatal(err)
	}
	// Three working days from Thursday 8 January 2026, leaving out Friday 9 and Monday 12: 13, 14, 15 January 17:00.
	if want := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC); !answered.Promised().Equal(want) {
		t.Errorf("promised %s, want %s", answered.Promised(), want)
	}
}

func TestAMergeThatIsTakenBackLeavesNoTrace(t *testing.T) {
	w := newWorld(t, open(t))
	id, other := w.file(t, "").ID, w.file(t, "").Number
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	before, err := w.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Hour)
	merged, err := w.Merge(t.Context(), id, other, desk)
	if err != nil {
		t.Fatal(err)
	}
	if !merged.NextTimer.IsZero() {
		t.Errorf("the clocks of a merged complaint run: next %s", merged.NextTimer)
	}
	w.now = w.now.Add(72 * time.Hour) // past a breach
	after, err := w.Unmerge(t.Context(), id, "tiang lain", desk)
	if err != nil {
		t.Fatal(err)
	}
	if after.State != before.State || after.Merged != nil {
		t.Errorf("state %s after %s", after.State, before.State)
	}
	for i, k := range after.Clocks {
		if !k.Due.Equal(before.Clocks[i].Due) || !k.Stopped.IsZero() {
			t.Errorf("%s: due %s, stopped %s; before due %s", k.Name, k.Due, k.Stopped, before.Clocks[i].Due)
		}
	}
	if _, applied, err := w.Ring(t.Context(), id); err != nil || !applied {
		t.Errorf("what was passed meanwhile: applied %v, %v", applied, err)
	}
}

func TestTheDeskBindsAfterTooManyReturns(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	for i := range 3 {
		if err := w.Cases.Route(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		c, err := w.Return(t.Context(), id, "bukan kami", officer("MBPJ"))
		if err != nil {
			t.Fatalf("return %d: %v", i+1, err)
		}
		if want := map[bool]complaint.State{true: complaint.Triage, false: complaint.Received}[i == 2]; c.State != want || c.Hops != i+1 {
			t.Errorf("after return %d: %s, %d hops", i+1, c.State, c.Hops)
		}
	}
	if _, err := w.Assign(t.Context(), id, "MBPJ", "", "jalan majlis", desk); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Return(t.Context(), id, "bukan kami", officer("MBPJ")); !errors.Is(err, fault.Conflict) {
		t.Errorf("a return against the desk: %v", err)
	}
}
