package succession_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"respons/internal/complaint"
	"respons/internal/succession"
)

// below is the first register with a council below another body.
func below(council, parent string) string {
	row := council + ",local_authority,Majlis " + council + ",Council " + council + ","
	return strings.Replace(register, row+"SUK-SGR", row+parent, 1)
}

// queues says how many open and how many other complaints stand in a queue.
func (w *land) queues(branch string, open, over int) {
	w.t.Helper()
	if a, b := len(w.all(branch, 1)), len(w.all(branch, 0)); a != open || b != over {
		w.t.Errorf("the queue of %s has %d open and %d others, want %d and %d", branch, a, b, open, over)
	}
}

// withdrawn is a complaint that nobody need act on any more.
func (w *land) withdrawn(agency string) *complaint.Complaint {
	w.t.Helper()
	c, err := w.Cases.Withdraw(w.t.Context(), w.files(agency).ID, "", complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// Whoever stood above an agency sees its complaints no more, and who stands above it now does, those that are over among
// them. Nothing else of them changes.
func TestTheQueuesAboveAnAgencyThatHasAnotherParent(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		open, over := w.files("A"), w.withdrawn("A")
		w.files("B")
		w.queues("SUK-SGR", 2, 1)
		w.queues("KPKT", 0, 0)
		w.becomes(below("A", "KPKT"))
		w.follow()
		w.queues("SUK-SGR", 1, 0)
		w.queues("KPKT", 1, 1)
		w.queues("A", 1, 1)
		w.queues(complaint.Everyone, 2, 1)
		for _, was := range []*complaint.Complaint{open, over} {
			if c := w.read(was.ID); len(c.Events) != len(was.Events) || c.Agency != "A" || !c.Updated.Equal(was.Updated) {
				t.Errorf("%+v", c)
			}
		}
		w.becomes(register)
		w.follow()
		w.queues("SUK-SGR", 2, 1)
		w.queues("KPKT", 0, 0)
	})
}

// What a body that acts no more had finished is the successor's to look after, as are the figures above it.
func TestWhatIsOverStandsInTheQueueOfTheSuccessor(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		w.files("A")
		over := w.withdrawn("A")
		w.queues("B", 0, 0)
		w.becomes(succeeded("A>B"))
		w.follow()
		w.queues("B", 1, 1)
		w.queues("SUK-SGR", 1, 1)
		if c := w.read(over.ID); c.Agency != "A" {
			t.Errorf("what is over lies with %s", c.Agency)
		}
	})
}

// Before every process knows the new register one may still write by the old one. So such a round writes queues, and
// leaves them to be looked at again.
func TestARoundThatIsNotTheLastIsMadeAgain(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		c := w.files("A")
		slow := w.begin(w.engine, register)
		w.becomes(below("A", "KPKT"))
		for _, last := range []bool{false, false, true} {
			if err := slow.Cases.Store.Rewrite(t.Context(), c.ID); err != nil { // as any move of it does
				t.Fatal(err)
			}
			w.queues("KPKT", 0, 0)
			if err := w.Once(t.Context(), last); err != nil {
				t.Fatal(err)
			}
			w.queues("KPKT", 1, 0)
		}
		idle := &faulty{Engine: w.engine}
		if err := w.begin(idle, below("A", "KPKT")).Once(t.Context(), true); err != nil || idle.writes.Load() > 0 {
			t.Errorf("after the last round %d complaints were written, %v", idle.writes.Load(), err)
		}
	})
}

// Of a body that was founded a moment ago and stands below another by now, no round need have been the last in between.
func TestAYoungAgencyHasAnotherParent(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		young := register + "F,local_authority,Majlis F,Council F,SUK-SGR,MY-10,3.1,101.6,,,\n"
		w.becomes(young)
		w.files("F")
		w.queues("SUK-SGR", 1, 0)
		w.becomes(strings.Replace(young, "Council F,SUK-SGR", "Council F,KPKT", 1))
		w.follow()
		w.queues("SUK-SGR", 0, 0)
		w.queues("KPKT", 1, 0)
	})
}

// A complaint that cannot be written holds up no other, and is written by the next round.
func TestAQueueThatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		first, second := w.files("A"), w.withdrawn("A")
		var broken atomic.Bool
		broken.Store(true)
		p := w.begin(&faulty{Engine: w.engine, refuses: func(id string) bool { return id == first.ID && broken.Load() }}, below("A", "KPKT"))
		if err := p.Once(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		w.queues("KPKT", 0, 1)
		broken.Store(false)
		if err := p.Once(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		w.queues("KPKT", 1, 1)
		if c := w.read(second.ID); c.Agency != "A" {
			t.Errorf("it lies with %s", c.Agency)
		}
	})
}

// A process that dies while it writes queues leaves them to another, over as many pages as there are.
func TestWritingQueuesThatWasCutOffIsGoneOnWith(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		w.copies(w.files("A"), w.many)
		ctx, die := context.WithCancel(t.Context())
		var n atomic.Int64
		dying := w.begin(&faulty{Engine: w.engine, refuses: func(string) bool {
			if n.Add(1) == 20 {
				die()
			}
			return false
		}}, below("A", "KPKT"))
		if err := dying.Once(ctx, true); !errors.Is(err, context.Canceled) {
			t.Fatalf("it was cut off: %v", err)
		}
		if n := len(w.all("KPKT", 1)); n == 0 || n > w.many {
			t.Fatalf("%d were written before", n)
		}
		w.becomes(below("A", "KPKT"))
		w.follow()
		w.queues("KPKT", w.many+1, 0)
		w.queues("SUK-SGR", 0, 0)
	})
}

// A store on which nothing was ever followed takes the register for the one by which it was written.
func TestTheFirstRoundOnAStoreWritesNoComplaint(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *land) {
		w.files("A")
		if err := w.engine.Delete(t.Context(), succession.Collection.Name, "chains", 0); err != nil {
			t.Fatal(err)
		}
		first := &faulty{Engine: w.engine}
		if err := w.begin(first, register).Once(t.Context(), false); err != nil || first.writes.Load() > 0 {
			t.Errorf("%d complaints were written, %v", first.writes.Load(), err)
		}
		if _, err := w.engine.Get(t.Context(), succession.Collection.Name, "chains"); err != nil {
			t.Error(err)
		}
	})
}
