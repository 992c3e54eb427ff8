package succession_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"respons/internal/complaint"
	"respons/internal/identity"
)

func by(p identity.Person) complaint.By { return complaint.By{Actor: p.Actor()} }

// accepted is a complaint that an officer has.
func (w *land) accepted(agencies string, officer identity.Person) *complaint.Complaint {
	w.t.Helper()
	c, err := w.Cases.Accept(w.t.Context(), w.files(agencies).ID, "", by(officer))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// Of a body that was split each complaint goes to whom the router names first among the successors, and to the first of
// them where it names none. Staff go to the first, and keep what goes there, too.
func TestASplitSharesOutWhatIsOpen(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		officer, boss, other := w.joins(complaint.Officer, "A"), w.joins(complaint.Supervisor, "A"), w.joins(complaint.Officer, "C")
		first, second := w.accepted("A B C", officer), w.accepted("A D C B", officer)
		none, routed := w.accepted("A E", officer), w.files("A C")
		w.left("A", 4)
		w.becomes(succeeded("A>B;C"))
		w.follow()
		w.left("A", 0)
		for _, x := range []struct {
			was      *complaint.Complaint
			agency   string
			assignee string
		}{{first, "B", officer.ID}, {second, "C", ""}, {none, "B", officer.ID}, {routed, "C", ""}} {
			c := w.read(x.was.ID)
			if c.Agency != x.agency || c.Assignee != x.assignee || c.State != x.was.State || went(c) != "A>"+x.agency {
				t.Errorf("%q lies %s with %q, assignee %q, went %s; want %s, %q", c.Text, c.State, c.Agency, c.Assignee, went(c), x.agency, x.assignee)
			}
			if !reflect.DeepEqual(c.Clocks, x.was.Clocks) || len(c.Events) != len(x.was.Events)+1 {
				t.Errorf("%q: clocks %+v after %+v, %d events after %d", c.Text, c.Clocks, x.was.Clocks, len(c.Events), len(x.was.Events))
			}
		}
		if w.agencyOf(officer.ID) != "B" || w.agencyOf(boss.ID) != "B" || w.agencyOf(other.ID) != "C" {
			t.Errorf("staff belong to %s, %s and %s", w.agencyOf(officer.ID), w.agencyOf(boss.ID), w.agencyOf(other.ID))
		}
		if len(w.all("B", 1)) != 2 || len(w.all("C", 1)) != 2 || len(w.all("SUK-SGR", 1)) != 4 {
			t.Errorf("queues of %d, %d and %d", len(w.all("B", 1)), len(w.all("C", 1)), len(w.all("SUK-SGR", 1)))
		}
	})
}

// A successor that was split itself is stood for by all of its own, and one that comes after itself by nobody.
func TestASplitOfASuccessorIsASplitOfBoth(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		north, south := w.files("A E"), w.files("A D")
		w.becomes(succeeded("A>B;C", "C>D;E;A"))
		w.follow()
		if n, s := w.read(north.ID), w.read(south.ID); n.Agency != "E" || s.Agency != "D" {
			t.Errorf("they lie with %q and %q", n.Agency, s.Agency)
		}
	})
}

// What a first succession left behind goes on to whoever acts after the second.
func TestAChainOfSuccessionsLeavesNothingBehind(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		officer := w.joins(complaint.Officer, "A")
		prompt, late, merged := w.accepted("A", officer), w.accepted("A", officer), w.files("A")
		if _, err := w.Cases.Merge(t.Context(), merged.ID, prompt.Number, by(officer)); err != nil {
			t.Fatal(err)
		}
		broken := w.begin(&faulty{Engine: w.engine, refuses: func(id string) bool { return id == late.ID }}, succeeded("A>B"))
		if err := broken.Once(t.Context(), true); err != nil {
			t.Errorf("one that fails holds up the rest: %v", err)
		}
		w.left("A", 1)
		w.left("B", 1)
		w.becomes(succeeded("A>B", "B>C"))
		w.follow()
		if a, b := w.read(prompt.ID), w.read(late.ID); went(a) != "A>B B>C" || went(b) != "A>C" || a.Assignee != officer.ID || b.Assignee != officer.ID {
			t.Errorf("they went %s and %s; assignees %q, %q", went(a), went(b), a.Assignee, b.Assignee)
		}
		if w.agencyOf(officer.ID) != "C" {
			t.Errorf("the officer belongs to %s", w.agencyOf(officer.ID))
		}
		if c := w.read(merged.ID); c.Agency != "A" {
			t.Errorf("what is merged went to %s", c.Agency)
		}
		if _, err := w.Cases.Unmerge(t.Context(), merged.ID, "lain tiang", complaint.By{Actor: complaint.Actor{Role: complaint.Desk, ID: "desk"}}); err != nil {
			t.Fatal(err)
		}
		w.left("A", 1)
		w.follow()
		if c := w.read(merged.ID); went(c) != "A>C" {
			t.Errorf("taken out of the merger again it went %q", went(c))
		}
	})
}

func TestTwoAreMergedIntoOneThatIsThere(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		ofA, ofB, ofC := w.joins(complaint.Officer, "A"), w.joins(complaint.Officer, "B"), w.joins(complaint.Officer, "C")
		a, b, c := w.accepted("A", ofA), w.accepted("B", ofB), w.accepted("C", ofC)
		w.becomes(succeeded("A>C", "B>C"))
		w.follow()
		for id, officer := range map[string]identity.Person{a.ID: ofA, b.ID: ofB, c.ID: ofC} {
			if x := w.read(id); x.Agency != "C" || x.Assignee != officer.ID {
				t.Errorf("it lies with %s and %q", x.Agency, x.Assignee)
			}
			if w.agencyOf(officer.ID) != "C" {
				t.Errorf("an officer belongs to %s", w.agencyOf(officer.ID))
			}
		}
		if x := w.read(c.ID); !reflect.DeepEqual(x, c) {
			t.Errorf("what was the successor's already was written: %+v", x)
		}
	})
}

// Only what somebody of the agency must act on follows; all else keeps the name of who did it.
func TestWhatIsNotOpenStaysWhereItWas(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		officer := w.joins(complaint.Officer, "A")
		staff, desk := by(officer), complaint.By{Actor: complaint.Actor{Role: complaint.Desk, ID: "desk"}}
		citizen := complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}}
		do := func(_ *complaint.Complaint, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ctx, in := t.Context(), map[complaint.State]string{complaint.Routed: w.files("A").ID}
		for _, s := range []complaint.State{complaint.Accepted, complaint.InProgress, complaint.Waiting, complaint.Resolved, complaint.Closed,
			complaint.Withdrawn, complaint.Merged} {
			in[s] = w.accepted("A", officer).ID
		}
		do(w.Cases.Start(ctx, in[complaint.InProgress], "", staff))
		do(w.Cases.Ask(ctx, in[complaint.Waiting], "tiang nombor berapa?", staff))
		do(w.Cases.Resolve(ctx, in[complaint.Resolved], "mentol diganti", staff))
		do(w.Cases.Resolve(ctx, in[complaint.Closed], "mentol diganti", staff))
		do(w.Cases.Close(ctx, in[complaint.Closed], citizen))
		do(w.Cases.Withdraw(ctx, in[complaint.Withdrawn], "", citizen))
		do(w.Cases.Merge(ctx, in[complaint.Merged], w.read(in[complaint.Accepted]).Number, staff))
		in[complaint.Rejected] = w.files("A").ID
		do(w.Cases.Reject(ctx, in[complaint.Rejected], "private", "tanya JMB", desk))
		w.becomes(succeeded("A>B"))
		w.follow()
		for state, id := range in {
			want := map[bool]string{true: "B", false: "A"}[state.Open()]
			if c := w.read(id); c.State != state || c.Agency != want {
				t.Errorf("what was %s is %s and lies with %q, want %q", state, c.State, c.Agency, want)
			}
		}
		do(w.Cases.Reopen(ctx, in[complaint.Resolved], "masih gelap", citizen))
		w.follow()
		if c := w.read(in[complaint.Resolved]); c.Agency != "B" || c.State != complaint.InProgress {
			t.Errorf("opened again it is %s and lies with %q", c.State, c.Agency)
		}
	})
}

// Two processes follow at once: nothing happens twice.
func TestTwoFollowersAtOnceDoNoHarm(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		officer := w.joins(complaint.Officer, "A")
		w.copies(w.accepted("A C", officer), w.many)
		w.becomes(succeeded("A>B;C"))
		other := w.begin(w.engine, succeeded("A>B;C"))
		var g sync.WaitGroup
		errs := make([]error, 2)
		for i, p := range []*process{w.process, other} {
			g.Go(func() { errs[i] = p.Once(t.Context(), true) })
		}
		g.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		w.left("A", 0)
		list := w.all("C", 1)
		for _, c := range list {
			if went(c) != "A>C" {
				t.Fatalf("it went %s", went(c))
			}
		}
		if len(list) != w.many+1 || w.agencyOf(officer.ID) != "B" {
			t.Errorf("%d complaints followed; the officer belongs to %s", len(list), w.agencyOf(officer.ID))
		}
	})
}

// A process that dies in the middle leaves what another finds.
func TestAFollowerThatWasCutOffIsGoneOnFor(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		w.copies(w.files("A"), 60)
		ctx, die := context.WithCancel(t.Context())
		var n atomic.Int64
		dying := w.begin(&faulty{Engine: w.engine, refuses: func(string) bool {
			if n.Add(1) == 20 {
				die()
			}
			return false
		}}, succeeded("A>B"))
		if err := dying.Once(ctx, true); !errors.Is(err, context.Canceled) {
			t.Fatalf("it was cut off: %v", err)
		}
		left, err := w.Left(t.Context(), "A")
		if err != nil || left == 0 || left == 61 {
			t.Fatalf("%d are left, %v", left, err)
		}
		w.becomes(succeeded("A>B"))
		w.follow()
		w.left("A", 0)
		list := w.all("B", 1)
		for _, c := range list {
			if went(c) != "A>B" {
				t.Fatalf("it went %s", went(c))
			}
		}
		if len(list) != 61 {
			t.Errorf("%d complaints followed", len(list))
		}
	})
}

// Somebody of the staff who cannot be moved holds up neither others nor complaints, and one whom an administrator moves
// at the same moment stays there.
func TestStaffAreMovedOneByOne(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		stuck, moved, easy := w.joins(complaint.Officer, "A"), w.joins(complaint.Officer, "A"), w.joins(complaint.Supervisor, "A")
		c := w.files("A")
		p := w.begin(&elsewhere{Engine: w.engine, refused: stuck.ID, before: moved.ID, do: func() {
			if _, err := w.People.Change(t.Context(), moved.ID, func(p *identity.Person) error { p.Agency = "D"; return nil }); err != nil {
				t.Error(err)
			}
		}}, succeeded("A>B"))
		if err := p.Once(t.Context(), true); err == nil {
			t.Error("nobody learns of the one who could not be moved")
		}
		if w.agencyOf(stuck.ID) != "A" || w.agencyOf(moved.ID) != "D" || w.agencyOf(easy.ID) != "B" || w.read(c.ID).Agency != "B" {
			t.Errorf("staff belong to %s, %s and %s, the complaint to %s", w.agencyOf(stuck.ID), w.agencyOf(moved.ID), w.agencyOf(easy.ID), w.read(c.ID).Agency)
		}
		w.becomes(succeeded("A>B"))
		w.follow()
		if w.agencyOf(stuck.ID) != "B" {
			t.Errorf("later they belong to %s", w.agencyOf(stuck.ID))
		}
	})
}

// An agency holds something while complaints, open or not, or staff are left with it.
func TestWhatHangsOnAnAgency(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		holds := func(code string, want bool) {
			t.Helper()
			if got, err := w.Holds(t.Context(), code); err != nil || got != want {
				t.Errorf("%s holds something: %v, %v", code, got, err)
			}
		}
		w.joins(complaint.Supervisor, "A")
		c := w.files("B")
		for code, want := range map[string]bool{"A": true, "B": true, "C": false, "SUK-SGR": false} {
			holds(code, want)
		}
		if _, err := w.Cases.Withdraw(t.Context(), c.ID, "", complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}}); err != nil {
			t.Fatal(err)
		}
		holds("B", true) // its name is still asked for
	})
}
