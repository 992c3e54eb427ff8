package amend_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"respons/internal/amend"
	"respons/internal/fault"
	"respons/internal/sla"
)

// added is a row of the register: a ministry or, below one, a federal agency.
func added(code, parent string) string {
	kind := "ministry"
	if parent != "" {
		kind = "federal_agency"
	}
	return code + "," + kind + "," + code + "," + code + "," + parent + ",,3,101,,,\n"
}

// plus is a draft that adds rows to the register.
func (o *office) plus(t *testing.T, from sla.Date, rows string) *amend.Amendment {
	t.Helper()
	a := o.renamed(t, aminah, from, "", "")
	a, err := o.Edit(t.Context(), a.ID, 0, aminah, "agencies.csv", func(s amend.Sheet) (amend.Sheet, error) {
		return amend.ParseSheet(append(s.Bytes(), rows...))
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Two approvals that exclude each other, the second while the first is being checked: one counts, the other is a draft as
// before and says why.
func TestOfTwoApprovalsThatExcludeEachOtherOneCounts(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		below := o.plus(t, 0, added("JPN", "KPKT"))
		gone, err := o.Edit(t.Context(), o.renamed(t, aminah, 0, "", "").ID, 0, aminah, "agencies.csv", func(s amend.Sheet) (amend.Sheet, error) {
			s.Rows = s.Rows[1:] // KPKT
			return s, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		other := &amend.Desk{Engine: o.Engine, Base: o.Base, Load: o.load, Now: o.Now}
		hurried := false
		o.Load = func(fsys fs.FS) error {
			err := o.load(fsys)
			if content, _ := fs.ReadFile(fsys, "agencies.csv"); !hurried && !strings.Contains(string(content), "KPKT") {
				hurried = true // the removal was found sound a moment ago
				if _, err := other.Approve(t.Context(), below.ID, below.Rev, aminah, true); err != nil {
					t.Fatal(err)
				}
			}
			return err
		}
		_, err = o.Approve(t.Context(), gone.ID, gone.Rev, aminah, true)
		if !hurried || !errors.Is(err, fault.Conflict) {
			t.Fatalf("the second approval: %v (hurried %v)", err, hurried)
		}
		if a, err := o.ByID(t.Context(), gone.ID); err != nil || a.State != amend.Draft || a.Approval != nil {
			t.Errorf("%+v, %v", a, err)
		}
		o.says(t, "JPN", "")
		o.says(t, "KPKT,ministry", "")
	})
}

// A newer base makes an approved amendment wrong. It is set aside everywhere, keeps nobody else from amending, and can be
// given up.
func TestWhatIsSetAsideHoldsUpNobody(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a := o.approve(t, o.plus(t, 0, added("JPN", "KPKT")))
		o.Desk = &amend.Desk{Engine: o.Engine, Base: base(strings.ReplaceAll(register, "KPKT", "KPT")), Load: o.load, Now: o.Now}
		if s, err := o.Table(t.Context(), "agencies.csv", ""); err != nil || strings.Contains(string(s.Bytes()), "JPN") {
			t.Errorf("the table shows what does not count: %s, %v", s.Bytes(), err)
		}
		o.approve(t, o.renamed(t, aminah, 0, "Selangor Secretary", "Secretary of Selangor"))
		o.says(t, "Secretary of Selangor", "JPN")
		if _, err := o.Withdraw(t.Context(), a.ID, bala); err != nil {
			t.Errorf("what cannot count is withdrawn: %v", err)
		}
		if _, built := o.built(t); len(built.Aside()) > 0 {
			t.Errorf("%+v", built.Aside())
		}
	})
}

func TestWhatALaterAmendmentNeedsIsNotWithdrawn(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		today := sla.DateOf(o.now)
		first := o.approve(t, o.plus(t, today+1, added("JPN", "")))
		second := o.approve(t, o.plus(t, today+2, added("JPN-SGR", "JPN")))
		if _, err := o.Withdraw(t.Context(), first.ID, bala); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), second.ID) {
			t.Fatalf("%v", err)
		}
		for _, a := range []*amend.Amendment{second, first} {
			if _, err := o.Withdraw(t.Context(), a.ID, bala); err != nil {
				t.Errorf("%v", err)
			}
		}
	})
}

func TestADraftIsItsAuthorsToGiveUp(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a := o.renamed(t, aminah, 0, "Housing Ministry", "Ministry of Homes")
		if _, err := o.Withdraw(t.Context(), a.ID, bala); !errors.Is(err, fault.Forbidden) {
			t.Errorf("another's draft: %v", err)
		}
		a, err := o.Submit(t.Context(), a.ID, aminah)
		if err == nil {
			a, err = o.Withdraw(t.Context(), a.ID, bala) // whoever looks at it may refuse it
		}
		if err != nil || a.State != amend.Withdrawn {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// A form sent twice makes one draft; a form that was corrected, or another form of the same page, makes another.
func TestARepeatedFormMakesOneDraftAndAnotherFormAnother(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		o.Base = fstest.MapFS{"agencies.csv": {Data: []byte(register)}, "agencynames.csv": {Data: []byte("agency,names,capitals,topics,matters\n")}}
		r := amend.Renaming{Agency: "KPKT", NameMS: "Kementerian Rumah", NameEN: "Ministry of Home", Reason: "Warta", Key: "page"}
		rename := func() string {
			a, err := o.Rename(t.Context(), r, aminah)
			if err != nil {
				t.Fatal(err)
			}
			return a.ID
		}
		first := rename()
		if again := rename(); again != first {
			t.Error("a repeat makes another draft")
		}
		r.NameEN = "Ministry of Homes"
		if corrected := rename(); corrected == first {
			t.Error("a corrected form is taken for the one before")
		}
		a, err := o.Succeed(t.Context(), amend.Succession{Agencies: []string{"SUK-SGR"}, Successors: []string{"KPKT"}, Reason: "Warta", Key: "page"}, aminah)
		if err != nil || a.ID == first {
			t.Errorf("the other form of the page: %+v, %v", a, err)
		}
		if _, err := o.ByID(t.Context(), "preview:"+first); !errors.Is(err, fault.NotFound) {
			t.Errorf("another document of the collection: %v", err)
		}
	})
}

// What browsers send round a value is not part of it.
func TestARowIsStoredWithoutSpaceAroundItsValues(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a, err := o.Begin(t.Context(), aminah, "")
		if err != nil {
			t.Fatal(err)
		}
		s, err := o.Table(t.Context(), "agencies.csv", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		a, err = o.PutRow(t.Context(), a.ID, aminah, "agencies.csv", amend.RowAt{Row: 1, Mark: amend.Mark(s.Rows[0]), Values: map[string]string{"code": "KPKT ", "functions": "one\r\ntwo "}})
		if err != nil || len(a.Changes) != 1 || len(a.Changes[0].Edits) != 1 || a.Changes[0].Edits[0].Now[0] != "KPKT" || a.Changes[0].Edits[0].Now[9] != "one\ntwo" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// A draft whose row is gone by now can be mended, or the table taken out of it.
func TestADraftWhoseRowIsGoneIsMended(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		o.Base = fstest.MapFS{"agencies.csv": {Data: []byte(register)}, "responsibility.csv": {Data: []byte("rule,when,agency\nROAD,,KPKT\nDRAIN,,KPKT\n")}}
		to := func(content string) *amend.Amendment {
			a, err := o.BeginWith(t.Context(), "Warta", 0, aminah, "")
			if err == nil {
				a, err = o.Put(t.Context(), a.ID, aminah, "responsibility.csv", []byte(content))
			}
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		late := to("rule,when,agency\nROAD,,SUK-SGR\nDRAIN,,KPKT\n")
		o.approve(t, to("rule,when,agency\nROAD,state=MY-10,KPKT\nDRAIN,,KPKT\n"))
		v, err := o.Check(t.Context(), late)
		if err != nil || v.Aside == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		s, err := o.Table(t.Context(), "responsibility.csv", late.ID)
		if err != nil || s.Rows[0][1] != "state=MY-10" {
			t.Fatalf("%v, %v", s.Rows, err)
		}
		late, err = o.PutRow(t.Context(), late.ID, aminah, "responsibility.csv", amend.RowAt{Row: 1, Mark: amend.Mark(s.Rows[0]), Values: map[string]string{"agency": "SUK-SGR"}})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = o.Check(t.Context(), late); err != nil || !v.Sound() {
			t.Errorf("mended: %+v, %v", v, err)
		}
		if late, err = o.Drop(t.Context(), late.ID, aminah, "responsibility.csv"); err != nil || len(late.Changes) > 0 {
			t.Errorf("%+v, %v", late, err)
		}
		if _, err = o.Drop(t.Context(), late.ID, aminah, "responsibility.csv"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

// A new body whose code is in the register already would take that one's row.
func TestANewBodyNeedsACodeOfItsOwn(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		_, err := o.Succeed(t.Context(), amend.Succession{Agencies: []string{"SUK-SGR"}, New: &amend.NewBody{Code: "KPKT", NameMS: "x", NameEN: "x"}, Reason: "Warta"}, aminah)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "body.new.code" {
			t.Errorf("%v", err)
		}
	})
}

func TestATableThatIsNotUTF8IsRefused(t *testing.T) {
	if _, err := amend.ParseSheet([]byte("code,name\nA,\xe4\n")); !errors.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}
