package amend_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"respons/internal/agency"
	"respons/internal/amend"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/eachstore"
	"respons/internal/table"
)

var (
	aminah = complaint.Actor{Role: complaint.Administrator, ID: "aminah"}
	bala   = complaint.Actor{Role: complaint.Administrator, ID: "bala"}
)

// office is a desk on a store, with a clock that the test moves and a register of two bodies.
type office struct {
	*amend.Desk
	now   time.Time
	loads atomic.Int64 // as often as the reference data was loaded; drafts are checked at the same time
}

const register = `code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions,successors
KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,,,
SUK-SGR,state_secretary,SUK Selangor,Selangor Secretary,,MY-10,3.07,101.51,,,
`

// load reads the register alone.
func (o *office) load(fsys fs.FS) error {
	o.loads.Add(1)
	var ms table.Mistakes
	agency.Load(fsys, &ms)
	return ms.Err()
}

func onEachStore(t *testing.T, test func(t *testing.T, o *office)) {
	eachstore.Run(t, []store.Collection{amend.Collection}, func(t *testing.T, e store.Engine) {
		o := &office{now: time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)}
		o.Desk = &amend.Desk{Engine: e, Base: base(register), Load: o.load, Now: func() time.Time { return o.now }}
		test(t, o)
	})
}

func base(agencies string) fs.FS { return fstest.MapFS{"agencies.csv": {Data: []byte(agencies)}} }

// renamed is a draft that changes a word of the register.
func (o *office) renamed(t *testing.T, by complaint.Actor, from sla.Date, old, new string) *amend.Amendment {
	t.Helper()
	a, err := o.Begin(t.Context(), by, "")
	if err == nil {
		_, err = o.Describe(t.Context(), a.ID, by, "Warta kerajaan", from)
	}
	if err == nil {
		a, err = o.Edit(t.Context(), a.ID, 0, by, "agencies.csv", func(s amend.Sheet) (amend.Sheet, error) {
			return amend.ParseSheet([]byte(strings.ReplaceAll(string(s.Bytes()), old, new)))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// approve lets a draft count by its author.
func (o *office) approve(t *testing.T, a *amend.Amendment) *amend.Amendment {
	t.Helper()
	a, err := o.Approve(t.Context(), a.ID, a.Rev, complaint.Actor{Role: complaint.Administrator, ID: a.Author}, true)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// built is what a process would work with now.
func (o *office) built(t *testing.T) (register string, built amend.Built) {
	t.Helper()
	list, _, err := o.InForce(t.Context(), o.now)
	if err == nil {
		built, err = amend.Build(o.Base, list, o.load)
	}
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.ReadFile(built.FS, "agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(content), built
}

func (o *office) says(t *testing.T, want string, not string) {
	t.Helper()
	if got, _ := o.built(t); !strings.Contains(got, want) || not != "" && strings.Contains(got, not) {
		t.Errorf("on %s the register is\n%s\nwant %q and not %q", o.now.Format(time.DateOnly), got, want, not)
	}
}

func TestAnAmendmentCountsFromItsDayUntilItIsTakenBack(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		day := sla.DateOf(o.now) + 2
		a := o.renamed(t, aminah, day, "Housing Ministry", "Ministry of Homes")
		o.says(t, "Housing Ministry", "Homes")
		o.approve(t, a)
		again := o.renamed(t, aminah, 0, "Selangor Secretary", "Secretary of Selangor")
		o.approve(t, again)
		o.says(t, "Secretary of Selangor", "Homes")
		o.now = day.Begins().Add(-time.Second)
		o.says(t, "Housing Ministry", "Homes")
		before, err := o.Mark(t.Context(), o.now)
		if err != nil {
			t.Fatal(err)
		}
		o.now = day.Begins()
		o.says(t, "Ministry of Homes", "Housing Ministry")
		o.says(t, "Secretary of Selangor", "")
		if after, err := o.Mark(t.Context(), o.now); err != nil || after == before {
			t.Errorf("the mark is %q before and %q after the day, %v", before, after, err)
		}
		if _, err := o.Withdraw(t.Context(), a.ID, bala); !errors.Is(err, fault.Conflict) {
			t.Errorf("what counts is not withdrawn: %v", err)
		}
		history, err := o.History(t.Context(), "agencies.csv")
		if err != nil || len(history) != 2 || history[0].Amendment.ID != a.ID || history[0].Counts != day {
			t.Errorf("history %+v, %v", history, err)
		}
		back, err := o.Rollback(t.Context(), "agencies.csv", again.ID, bala, "back")
		if err == nil {
			back, err = o.Describe(t.Context(), back.ID, bala, "Tersilap", 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.approve(t, back)
		if same, err := o.Rollback(t.Context(), "agencies.csv", again.ID, bala, "back"); err != nil || same.ID != back.ID {
			t.Errorf("asked for again: %+v, %v", same, err)
		}
		o.says(t, "Housing Ministry", "Homes")
		shipped, err := o.Rollback(t.Context(), "agencies.csv", amend.Shipped, aminah, "")
		if err == nil {
			shipped, err = o.Describe(t.Context(), shipped.ID, aminah, "Semula", 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.approve(t, shipped)
		if got, _ := o.built(t); got != register {
			t.Errorf("the shipped register came back as\n%s", got)
		}
	})
}

func TestWhatWaitsForItsDayCanBeWithdrawn(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		day := sla.DateOf(o.now) + 2
		a := o.approve(t, o.renamed(t, aminah, day, "Housing", "Homes"))
		for range 2 {
			if w, err := o.Withdraw(t.Context(), a.ID, bala); err != nil || w.State != amend.Withdrawn || w.Withdrawn.By != "bala" {
				t.Fatalf("%+v, %v", w, err)
			}
		}
		o.now = day.Begins()
		o.says(t, "Housing", "Homes")
		if _, counts, err := o.Counting(t.Context(), a.ID); err != nil || counts {
			t.Errorf("it counts: %v, %v", counts, err)
		}
	})
}

func TestWhoMayApproveWhat(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a := o.renamed(t, aminah, 0, "Housing", "Homes")
		refuse := func(name string, err error, kind fault.Kind, says string) {
			t.Helper()
			if !errors.Is(err, kind) || !strings.Contains(fmt.Sprint(err), says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := o.Approve(ctx, a.ID, a.Rev, aminah, false)
		refuse("the author where two must look", err, fault.Forbidden, "another administrator")
		_, err = o.Approve(ctx, a.ID, a.Rev, bala, false)
		refuse("somebody else before it is submitted", err, fault.Conflict, "not submitted")
		_, err = o.Edit(ctx, a.ID, 0, bala, "agencies.csv", func(s amend.Sheet) (amend.Sheet, error) { return s, nil })
		refuse("somebody else's draft is not changed", err, fault.Forbidden, "another administrator's")
		seen, err := o.Submit(ctx, a.ID, aminah)
		if err != nil || seen.State != amend.Submitted {
			t.Fatal(seen, err)
		}
		changed := o.renamedAgain(t, a.ID, "Homes", "Houses")
		if changed.State != amend.Draft {
			t.Errorf("changed after it was submitted it is %s", changed.State)
		}
		if _, err := o.Submit(ctx, a.ID, aminah); err != nil {
			t.Fatal(err)
		}
		_, err = o.Approve(ctx, a.ID, seen.Rev, bala, false)
		refuse("as it was before it changed", err, fault.Conflict, "changed after you saw it")
		now, err := o.ByID(ctx, a.ID)
		if err == nil {
			now, err = o.Approve(ctx, a.ID, now.Rev, bala, false)
		}
		if err != nil || now.State != amend.Approved || now.Approval.By != "bala" {
			t.Fatalf("%+v, %v", now, err)
		}
		o.says(t, "Houses Ministry", "")
		if _, err := o.Approve(ctx, a.ID, 0, bala, false); err != nil {
			t.Errorf("again: %v", err)
		}
		if l, _ := o.built(t); strings.Count(l, "Houses") != 1 {
			t.Error("it counts twice")
		}
		_, err = o.Describe(ctx, a.ID, aminah, "Lain", 0)
		refuse("an approved one stays as it is", err, fault.Conflict, "not changed any more")
		_, err = o.ByID(ctx, "ledger")
		refuse("the ledger is no amendment", err, fault.NotFound, "no amendment")
	})
}

func (o *office) renamedAgain(t *testing.T, id, old, new string) *amend.Amendment {
	t.Helper()
	a, err := o.Edit(t.Context(), id, 0, aminah, "agencies.csv", func(s amend.Sheet) (amend.Sheet, error) {
		return amend.ParseSheet([]byte(strings.ReplaceAll(string(s.Bytes()), old, new)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestMistakesKeepAnAmendmentFromCounting(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a := o.renamed(t, aminah, 0, "KPKT,ministry", "KPKT,council")
		v, err := o.Check(ctx, a)
		if err != nil || v.Sound() || len(v.Wrong) != 1 || v.Wrong[0].Line != 2 || v.Wrong[0].Name != "kind" {
			t.Fatalf("%+v, %v", v, err)
		}
		loads := o.loads.Load()
		if _, err := o.Check(ctx, a); err != nil || o.loads.Load() != loads {
			t.Errorf("the same look read everything again: %v", err)
		}
		for name, try := range map[string]func() error{
			"submitted":                func() error { _, err := o.Submit(ctx, a.ID, aminah); return err },
			"approved":                 func() error { _, err := o.Approve(ctx, a.ID, a.Rev, aminah, true); return err },
			"a table that is none":     func() error { _, err := o.Put(ctx, a.ID, aminah, "agencies.csv", []byte("a\n\"")); return err },
			"other columns":            func() error { _, err := o.Put(ctx, a.ID, aminah, "agencies.csv", []byte("code\nA\n")); return err },
			"a table nobody may":       func() error { _, err := o.Put(ctx, a.ID, aminah, "permissions.csv", []byte("a\n")); return err },
			"no reason":                func() error { _, err := o.Describe(ctx, a.ID, aminah, " ", 0); return err },
			"a day that is over":       func() error { _, err := o.Describe(ctx, a.ID, aminah, "Ya", sla.DateOf(o.now)-1); return err },
			"a day in a hundred years": func() error { _, err := o.Describe(ctx, a.ID, aminah, "Ya", sla.DateOf(o.now)+36500); return err },
			"a version that is none":   func() error { _, err := o.Rollback(ctx, "agencies.csv", "x", aminah, ""); return err },
		} {
			if err := try(); fault.KindOf(err) == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		empty, err := o.Begin(ctx, aminah, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Approve(ctx, empty.ID, empty.Rev, aminah, true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "changes nothing") {
			t.Errorf("an empty one: %v", err)
		}
	})
}

// A newer program ships a register in which a cell that was amended is another, and one in which the amendment makes no
// sense any more. Both start, and both say so.
func TestANewerBaseKeepsAmendmentsAndTellsWhatDoesNotFit(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		renamed := o.approve(t, o.renamed(t, aminah, 0, "Housing Ministry", "Ministry of Homes"))
		child := o.renamed(t, aminah, 0, "SUK-SGR,state", "DEPT,federal_agency,Jabatan,Department,KPKT,,3,101,,,\nSUK-SGR,state")
		o.approve(t, child)
		o.Base = base(strings.Replace(register, "Housing Ministry", "Ministry of Housing", 1) + "NEW,ministry,Baharu,New,,,3,101,,,\n")
		got, built := o.built(t)
		if !strings.Contains(got, "Ministry of Homes") || !strings.Contains(got, "NEW,") || !strings.Contains(got, "DEPT,") || len(built.Aside()) > 0 {
			t.Errorf("%s\n%+v", got, built)
		}
		if c := built.Laid[0].Clashes; built.Laid[0].ID != renamed.ID || len(c) != 1 || c[0].Theirs != "Ministry of Housing" || c[0].Row != "KPKT" {
			t.Errorf("clashes %+v", c)
		}
		o.Base = base("code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions,successors\nSUK-SGR,state_secretary,SUK Selangor,Selangor Secretary,,MY-10,3.07,101.51,,,\n")
		got, built = o.built(t)
		aside := built.Aside()
		if strings.Contains(got, "KPKT") || len(aside) != 2 || !strings.Contains(aside[0].Aside, "KPKT") || len(aside[1].Wrong) == 0 {
			t.Errorf("%s\n%+v", got, aside)
		}
	})
}

func TestAnAmendmentThatWouldBreakALaterOneIsRefused(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		later := o.approve(t, o.renamed(t, aminah, sla.DateOf(o.now)+10, "SUK-SGR,state", "DEPT,federal_agency,Jabatan,Department,KPKT,,3,101,,,\nSUK-SGR,state"))
		now := o.renamed(t, bala, 0, "KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,,,\n", "")
		if _, err := o.Approve(t.Context(), now.ID, now.Rev, bala, true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), later.ID) {
			t.Errorf("%v, want %s to be named", err, later.ID)
		}
		if _, err := o.Withdraw(t.Context(), later.ID, aminah); err != nil {
			t.Fatal(err)
		}
		o.approve(t, now)
		o.says(t, "SUK-SGR", "KPKT")
	})
}

func TestApprovalsAtOnceAllCount(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		var drafts []*amend.Amendment
		for i := range 5 {
			drafts = append(drafts, o.renamed(t, aminah, 0, "SUK-SGR,state", fmt.Sprintf("M%d,ministry,Kementerian %d,Ministry %d,,,3,101,,,\nSUK-SGR,state", i, i, i)))
		}
		var g sync.WaitGroup
		errs := make([]error, len(drafts))
		for i, a := range drafts {
			g.Go(func() { _, errs[i] = o.Approve(t.Context(), a.ID, a.Rev, aminah, true) })
		}
		g.Wait()
		got, built := o.built(t)
		if err := errors.Join(errs...); err != nil || strings.Count(got, "Kementerian ") != 6 || len(built.Aside()) > 0 {
			t.Errorf("%v\n%s\n%+v", err, got, built.Aside())
		}
	})
}
