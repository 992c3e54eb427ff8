package audit

import (
	"errors"
	"fmt"
	"path/filepath"
	"respons/internal/fault"
	"respons/internal/store/sqlite"
	"slices"
	"strings"
	"testing"
)

func TestAnEntryHoldsNoTextButItsReason(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	r := recorder(t, e)
	for name, spoil := range map[string]func(*Entry){
		"no role":          func(x *Entry) { x.Actor.Role = "" },
		"a name":           func(x *Entry) { x.Actor.ID = "Siti binti Ali" },
		"no action":        func(x *Entry) { x.Action = "" },
		"a sentence":       func(x *Entry) { x.Details = map[Detail]string{Target: "call Ali"} },
		"an empty detail":  func(x *Entry) { x.Details = map[Detail]string{Target: ""} },
		"an e-mail":        func(x *Entry) { x.Object.ID = "ali@example.com" },
		"no kind":          func(x *Entry) { x.Object.Kind = "" },
		"no outcome":       func(x *Entry) { x.Outcome = "" },
		"a broken reason":  func(x *Entry) { x.Reason = "a\xff" },
		"a long reason":    func(x *Entry) { x.Reason = strings.Repeat("a", 501) },
		"a detail unnamed": func(x *Entry) { x.Details = map[Detail]string{"No Name": "1"} },
		"many details": func(x *Entry) {
			for i := range 17 {
				x.Details[Detail(strings.Repeat("d", i+1))] = "1"
			}
		},
	} {
		x := move("")
		spoil(&x)
		if err := r.Record(t.Context(), x); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list := all(t, e); len(list) != 0 {
		t.Errorf("recorded %+v", list)
	}
}

func TestAnActIsRecordedBeforeItIsDoneAndNotDoneWhereItCannotBe(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	prepare(t, e)
	r := recorder(t, e)
	create := Entry{Actor: Actor{Role: "administrator", ID: "siti"}, Action: OfficerCreate, Details: map[Detail]string{Role: "officer"}}
	must(t, r.Act(t.Context(), create, func(x *Entry) error {
		if list := all(t, e); len(list) != 1 || list[0].Outcome != Begun {
			t.Errorf("while it is done: %+v", list)
		}
		x.Object = Object{Kind: "officer", ID: "01JD"}
		return nil
	}))
	no := fault.New(fault.Forbidden, "only an administrator")
	if err := r.Act(t.Context(), create, func(*Entry) error { return no }); !errors.Is(err, no) {
		t.Errorf("the act's own fault became %v", err)
	}
	broken := errors.New("broken")
	if err := r.Act(t.Context(), create, func(*Entry) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the act's own error became %v", err)
	}
	var got []string
	for _, x := range all(t, e) {
		got = append(got, fmt.Sprint(x.Outcome, x.Object.ID, x.Details[Fault]))
	}
	if want := []string{"begun", "done01JD", "begun", "refusedforbidden", "begun", "failed"}; !slices.Equal(got, want) {
		t.Errorf("recorded %q, want %q", got, want)
	}
	if len(create.Details) != 1 {
		t.Errorf("the caller's details became %v", create.Details)
	}
	e.Close()
	if err := r.Act(t.Context(), create, func(*Entry) error { t.Error("done without a record"); return nil }); !errors.Is(err, fault.Unavailable) {
		t.Errorf("without a store: %v", err)
	}
}
