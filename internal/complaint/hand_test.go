package complaint_test

import (
	"context"
	"errors"
	"testing"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// crew is a directory of a few people.
type crew map[string]complaint.Actor

func (c crew) Works(_ context.Context, id string) (complaint.Actor, error) {
	a, ok := c[id]
	if !ok {
		return a, fault.New(fault.NotFound, "nobody")
	}
	return a, nil
}

func TestAComplaintIsHandedOnWithinItsAgency(t *testing.T) {
	w := newWorld(t, open(t))
	w.Staff = crew{
		"bala":   {Role: complaint.Officer, ID: "bala", Agency: "MBPJ"},
		"boss":   {Role: complaint.Supervisor, ID: "boss", Agency: "MBPJ"},
		"dbkl":   {Role: complaint.Officer, ID: "dbkl", Agency: "DBKL"},
		"desk":   {Role: complaint.Desk, ID: "desk"},
		"secret": {Role: complaint.Officer, ID: "secret", Agency: "MBPJ", Cleared: true},
	}
	c := w.file(t, "hand")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	hand := func(to string, by complaint.By) (*complaint.Complaint, error) {
		return w.Hand(t.Context(), c.ID, to, "cuti", by)
	}
	before, err := w.Store.ByID(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := hand("bala", boss)
	if err != nil || got.Assignee != "bala" || got.State != complaint.Routed {
		t.Fatalf("a supervisor gives what nobody has accepted: %v, %v", got, err)
	}
	if len(got.Clocks) != len(before.Clocks) || !got.Clocks[0].Due.Equal(before.Clocks[0].Due) {
		t.Error("a clock moved")
	}
	if e := got.Events[len(got.Events)-1]; e.Officer != "bala" || !e.Hidden || e.Reason != "cuti" {
		t.Errorf("the event is %+v", e)
	}
	for to, kind := range map[string]fault.Kind{"bala": fault.Conflict, "dbkl": fault.Invalid, "desk": fault.Invalid, "ghost": fault.Invalid, "": fault.Invalid} {
		if _, err := hand(to, boss); fault.KindOf(err) != kind {
			t.Errorf("given to %q: %v, want %s", to, err, kind)
		}
	}
	if _, err := hand("boss", officer("DBKL")); !errors.Is(err, fault.NotFound) {
		t.Errorf("by another agency: %v", err)
	}
	if _, err := hand("boss", desk); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by the desk: %v", err)
	}
	if got, err = w.Accept(t.Context(), c.ID, "", officer("MBPJ")); err != nil || got.Assignee != "officer-MBPJ" {
		t.Fatalf("whoever accepts it has it: %v, %v", got, err)
	}
	if got, err = hand("boss", officer("MBPJ")); err != nil || got.Assignee != "boss" || got.State != complaint.Accepted {
		t.Errorf("handed on: %v, %v", got, err)
	}
}

func TestARestrictedComplaintIsHandedToClearedPeopleOnly(t *testing.T) {
	w := newWorld(t, open(t))
	w.Staff = crew{"bala": {Role: complaint.Officer, ID: "bala", Agency: "MBPJ"}, "secret": {Role: complaint.Officer, ID: "secret", Agency: "MBPJ", Cleared: true}}
	w.answer.Restricted = true
	c := w.file(t, "tip")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	by := boss
	by.Actor.Cleared = true
	if _, err := w.Hand(t.Context(), c.ID, "bala", "", by); !errors.Is(err, fault.Invalid) {
		t.Errorf("to somebody who is not cleared: %v", err)
	}
	if _, err := w.Hand(t.Context(), c.ID, "secret", "", by); err != nil {
		t.Error(err)
	}
}

// Whoever looked before somebody else acted is refused and changes nothing; what the program itself adds is no reason.
func TestAMoveThatIsBehindIsRefused(t *testing.T) {
	w := newWorld(t, open(t))
	c := w.file(t, "seen")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	seen, err := w.Store.ByID(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 1) // a step of the clock comes first
	by := officer("MBPJ")
	by.Seen, by.Request = seen.Moves(), complaint.NewRequest("k", "o", "accept")
	if _, err := w.Accept(t.Context(), c.ID, "", by); err != nil {
		t.Fatalf("steps of a clock are no reason to refuse: %v", err)
	}
	if _, err := w.Accept(t.Context(), c.ID, "", by); err != nil {
		t.Errorf("the same request again: %v", err)
	}
	if _, err := w.Write(t.Context(), c.ID, "sudah siap?", citizen); err != nil {
		t.Fatal(err)
	}
	late := officer("MBPJ")
	late.Seen = seen.Moves() + 1 // it had seen the acceptance and not what the citizen wrote
	if _, err := w.Resolve(t.Context(), c.ID, "siap", late); !errors.Is(err, fault.Stale) {
		t.Errorf("behind by one message: %v", err)
	}
	now, err := w.Store.ByID(t.Context(), c.ID)
	if err != nil || now.State != complaint.Accepted {
		t.Errorf("it changed all the same: %v, %v", now, err)
	}
	late.Seen++
	if _, err := w.Resolve(t.Context(), c.ID, "siap", late); err != nil {
		t.Error(err)
	}
}

func TestACauseIsOneOfTheCategorys(t *testing.T) {
	w := newWorld(t, open(t))
	w.Causes = func(category, cause string) bool { return category == "LPU01" && cause == "LPU-BULB" }
	c := w.file(t, "cause")
	if err := w.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(t.Context(), c.ID, "", officer("MBPJ")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ResolveCause(t.Context(), c.ID, "siap", "JLN-WATER", officer("MBPJ")); !errors.Is(err, fault.Invalid) {
		t.Errorf("a cause of another category: %v", err)
	}
	got, err := w.ResolveCause(t.Context(), c.ID, "siap", "LPU-BULB", officer("MBPJ"))
	if err != nil || got.Events[len(got.Events)-1].Cause != "LPU-BULB" {
		t.Errorf("%v, %v", got, err)
	}
}
