package amend_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"respons/internal/amend"
	"respons/internal/fault"
)

// hears keeps what is told, or fails while deaf.
type hears struct {
	deaf bool
	told []string
}

func (h *hears) tell(_ context.Context, _ *amend.Amendment, n amend.News) error {
	if h.deaf {
		return errDead
	}
	h.told = append(h.told, string(n.What)+" by "+n.By)
	return nil
}

func (h *hears) expect(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(h.told, want) {
		t.Errorf("told %q, want %q", h.told, want)
	}
	h.told = nil
}

func (o *office) rest(t *testing.T) {
	t.Helper()
	if err := o.TellRest(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestWhatBecomesOfAnAmendmentIsToldOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		var h hears
		o.Tell = h.tell
		a := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		h.expect(t, "submitted by aminah")
		if a.Untold != nil {
			t.Errorf("%+v", a.Untold)
		}
		a, err := o.Return(t.Context(), a.ID, a.Rev, "Which gazette?", bala) // of the revision that submitting gave
		if err != nil {
			t.Fatal(err)
		}
		h.expect(t, "returned by bala")
		if a, err = o.Submit(t.Context(), a.ID, aminah); err == nil {
			a, err = o.Approve(t.Context(), a.ID, a.Rev, bala, false)
		}
		if err != nil || a.Untold != nil {
			t.Fatalf("%+v, %v", a, err)
		}
		h.expect(t, "submitted by aminah", "approved by bala")
		o.approve(t, o.renamed(t, aminah, 0, "Selangor Secretary", "Secretary of Selangor"))
		o.rest(t)
		h.expect(t) // she approved her own
	})
}

func TestWhatCouldNotBeToldIsToldLater(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		h := hears{deaf: true}
		o.Tell = h.tell
		waits := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		overtaken := o.submitted(t, "Housing Ministry", "Ministry of Houses")
		if err := o.TellRest(t.Context()); !errors.Is(err, errDead) {
			t.Errorf("%v", err)
		}
		h.deaf = false
		if _, err := o.Describe(t.Context(), overtaken.ID, aminah, "Warta lain", 0); err != nil { // nobody need look at it any more
			t.Fatal(err)
		}
		given := o.submitted(t, "Housing Ministry", "Ministry of Flats")
		h.expect(t, "submitted by aminah")
		if _, err := o.Withdraw(t.Context(), given.ID, aminah); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			o.rest(t)
		}
		h.expect(t, "submitted by aminah")
		if a, err := o.ByID(t.Context(), waits.ID); err != nil || a.State != amend.Submitted || a.Untold != nil {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// An approval that was cut off may still be taken back: its author is told when it is completed.
func TestAnApprovalIsToldOnceTheLedgerHasIt(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		var h hears
		a := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		p := &amend.Desk{Engine: dying{o.Engine, false}, Base: o.Base, Load: o.load, Now: o.Now, Tell: h.tell}
		if _, err := p.Approve(t.Context(), a.ID, a.Rev, bala, false); !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		o.Tell = h.tell
		o.rest(t)
		h.expect(t)
		if _, err := o.Approve(t.Context(), a.ID, 0, chong, false); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "approved by bala")

		a = o.submitted(t, "Selangor Secretary", "Secretary of Selangor")
		p.Engine = dying{o.Engine, true} // it died after the ledger
		h.told = nil
		if _, err := p.Approve(t.Context(), a.ID, a.Rev, bala, false); !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		for range 2 {
			o.rest(t)
		}
		h.expect(t, "approved by bala")
	})
}

// An approval for which there is no room any more is taken back: nobody hears of it, and of the submission they still do.
func TestAnApprovalThatIsTakenBackIsNotTold(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		var h hears
		a := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		other := &amend.Desk{Engine: o.Engine, Base: o.Base, Load: o.load, Now: o.Now}
		rival := o.renamed(t, aminah, 0, "KPKT,ministry,Kementerian Perumahan,Housing Ministry", "KPT,ministry,Kementerian Perumahan,Housing Ministry")
		hurried := false
		o.Tell, o.Load = h.tell, func(fsys fs.FS) error {
			if content, _ := fs.ReadFile(fsys, "agencies.csv"); !hurried && strings.Contains(string(content), "Homes") {
				hurried = true
				if _, err := other.Approve(t.Context(), rival.ID, rival.Rev, aminah, true); err != nil {
					t.Fatal(err)
				}
			}
			return o.load(fsys)
		}
		if _, err := o.Approve(t.Context(), a.ID, a.Rev, bala, false); !hurried || !errors.Is(err, fault.Conflict) {
			t.Fatalf("%v (hurried %v)", err, hurried)
		}
		o.rest(t)
		h.expect(t, "submitted by aminah")
	})
}
