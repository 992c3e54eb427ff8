package amend_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"respons/internal/amend"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// dying is the store of a process that dies before, or right after, it writes the ledger.
type dying struct {
	store.Engine
	late bool
}

var errDead = errors.New("the process died")

func (d dying) Insert(ctx context.Context, collection string, r store.Record) error {
	return d.write(r.ID, func() error { return d.Engine.Insert(ctx, collection, r) })
}

func (d dying) Replace(ctx context.Context, collection string, r store.Record) (rev int64, err error) {
	err = d.write(r.ID, func() error { rev, err = d.Engine.Replace(ctx, collection, r); return err })
	return rev, err
}

func (d dying) write(id string, do func() error) error {
	switch {
	case id != "ledger":
		return do()
	case d.late:
		return errors.Join(do(), errDead)
	}
	return errDead
}

// halfApproved approves a draft in a process that dies over it.
func (o *office) halfApproved(t *testing.T, a *amend.Amendment, late bool) *amend.Amendment {
	t.Helper()
	p := &amend.Desk{Engine: dying{o.Engine, late}, Base: o.Base, Load: o.load, Now: o.Now}
	if _, err := p.Approve(t.Context(), a.ID, a.Rev, aminah, true); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	a, err := o.ByID(t.Context(), a.ID)
	if err != nil || a.State != amend.Approved {
		t.Fatalf("%+v, %v", a, err)
	}
	return a
}

func TestAnApprovalThatWasCutOffIsCompletedByTheNext(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		first := o.halfApproved(t, o.renamed(t, aminah, 0, "Housing Ministry", "Ministry of Homes"), false)
		o.says(t, "Housing Ministry", "Homes")
		if _, counts, err := o.Counting(t.Context(), first.ID); err != nil || counts {
			t.Errorf("it counts: %v, %v", counts, err)
		}
		o.now = o.now.AddDate(0, 0, 3)
		later := o.approve(t, o.renamed(t, bala, 0, "Selangor Secretary", "Secretary of Selangor"))
		for range 2 {
			if a, err := o.Approve(t.Context(), first.ID, 0, bala, false); err != nil || a.Approval.By != "aminah" {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		o.says(t, "Ministry of Homes", "Housing Ministry")
		if from, counts, err := o.Counting(t.Context(), first.ID); err != nil || !counts || from != sla.DateOf(o.now) {
			t.Errorf("it counts from %s: %v, %v", from, counts, err)
		}
		history, err := o.History(t.Context(), "agencies.csv")
		if err != nil || len(history) != 2 || history[0].Amendment.ID != first.ID || history[1].Amendment.ID != later.ID {
			t.Errorf("history %+v, %v", history, err)
		}
		whole := o.halfApproved(t, o.renamed(t, aminah, 0, "Homes", "Houses"), true) // it died before it answered
		o.says(t, "Ministry of Houses", "")
		if _, err := o.Approve(t.Context(), whole.ID, 0, aminah, true); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

// What was approved meanwhile may leave no room for it: then whoever completes it is told, and may withdraw it.
func TestAnApprovalThatWasCutOffIsCheckedAnew(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		half := o.halfApproved(t, o.renamed(t, aminah, 0, "SUK-SGR,state", "DEPT,federal_agency,Jabatan,Department,KPKT,,3,101,,,\nSUK-SGR,state"), false)
		o.approve(t, o.renamed(t, bala, 0, "KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,,,\n", ""))
		if _, err := o.Approve(t.Context(), half.ID, 0, aminah, true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "mistakes") {
			t.Errorf("%v", err)
		}
		for range 2 {
			if a, err := o.Withdraw(t.Context(), half.ID, aminah); err != nil || a.State != amend.Withdrawn {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		if _, err := o.Approve(t.Context(), half.ID, 0, aminah, true); !errors.Is(err, fault.Conflict) {
			t.Errorf("approved after it was withdrawn: %v", err)
		}
		if _, built := o.built(t); len(built.Laid) != 1 || len(built.Aside()) > 0 {
			t.Errorf("%+v", built.Laid)
		}
	})
}

// overtaken is the store of a process that is overtaken just before it writes the ledger.
type overtaken struct {
	store.Engine
	by func()
}

func (o overtaken) Insert(ctx context.Context, collection string, r store.Record) error {
	if r.ID == "ledger" {
		o.by()
	}
	return o.Engine.Insert(ctx, collection, r)
}

// Of an approval and a withdrawal at the same moment one is carried out, and both the amendment and the ledger say which.
func TestWhatIsWithdrawnWhileItIsApprovedDoesNotCount(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a := o.renamed(t, aminah, 0, "Housing", "Homes")
		slow := &amend.Desk{Engine: overtaken{o.Engine, func() {
			if _, err := o.Withdraw(t.Context(), a.ID, bala); err != nil {
				t.Error(err)
			}
		}}, Base: o.Base, Load: o.load, Now: o.Now}
		if _, err := slow.Approve(t.Context(), a.ID, a.Rev, aminah, true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "withdrawn") {
			t.Errorf("approved: %v", err)
		}
		o.says(t, "Housing", "Homes")
		if a, err := o.ByID(t.Context(), a.ID); err != nil || a.State != amend.Withdrawn {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// The row of an agency is taken out only while nothing hangs on it; moving it in the table takes nothing out.
func TestTheRowOfAnAgencyThatHoldsSomethingStays(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		holding := []string{"KPKT", "SUK-SGR"}
		o.Held = func(_ context.Context, code string) (bool, error) { return slices.Contains(holding, code), nil }
		const row = "KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,,,\n"
		out := o.renamed(t, aminah, 0, row, "")
		for name, err := range map[string]error{
			"submitted": func() error { _, err := o.Submit(t.Context(), out.ID, aminah); return err }(),
			"approved":  func() error { _, err := o.Approve(t.Context(), out.ID, out.Rev, aminah, true); return err }(),
		} {
			if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "KPKT has complaints or staff") {
				t.Errorf("%s: %v", name, err)
			}
		}
		moved := o.renamed(t, aminah, 0, register, "code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions,successors\n"+
			"SUK-SGR,state_secretary,SUK Selangor,Selangor Secretary,,MY-10,3.07,101.51,,,\n"+row)
		o.approve(t, moved)
		holding = nil
		later := o.renamed(t, aminah, sla.DateOf(o.now)+1, row, "") // who knows what comes to it until then
		if _, err := o.Approve(t.Context(), later.ID, later.Rev, aminah, true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "until "+(sla.DateOf(o.now)+1).String()) {
			t.Errorf("approved for a later day: %v", err)
		}
		out = o.renamed(t, aminah, 0, row, "")
		o.approve(t, out)
		o.says(t, "SUK-SGR", "KPKT")
	})
}
