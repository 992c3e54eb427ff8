package retention_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/store"
	"respons/internal/store/eachstore"
	"respons/internal/table"
)

var administrator = complaint.Actor{Role: complaint.Administrator, ID: "chief"}

// archive is complaints that ended in known years, with what was done to them.
type archive struct {
	*retention.Disposals
	now      time.Time
	held     map[string]bool
	guests   []string
	messages map[string]int // how often those of a complaint were removed
	acts     []string
}

func onEach(t *testing.T, test func(t *testing.T, a *archive)) {
	eachstore.Run(t, []store.Collection{complaint.Collection, complaint.SupportersCollection, retention.Collection}, func(t *testing.T, e store.Engine) {
		test(t, newArchive(e))
	})
}

func newArchive(e store.Engine) *archive {
	a := &archive{now: time.Date(2040, 6, 1, 2, 0, 0, 0, time.UTC), held: map[string]bool{}, messages: map[string]int{}}
	clock := func() time.Time { return a.now }
	cases := &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: func(c string) []string { return []string{c} }}, Now: clock}
	a.Disposals = &retention.Disposals{Engine: e, Cases: cases, Rules: retention.Rules{"*": {Years: 7, Basis: "b"}, "INT": {Years: 20, Basis: "b"}},
		Held:  func(_ context.Context, c *complaint.Complaint) (bool, error) { return a.held[c.ID], nil },
		Guest: func(_ context.Context, citizen string) error { a.guests = append(a.guests, citizen); return nil },
		Also:  []func(context.Context, string) error{func(_ context.Context, id string) error { a.messages[id]++; return nil }},
		Audit: func(_ context.Context, act reporter.Act, do func() error) error {
			a.acts = append(a.acts, string(act.Action)+" "+act.Object.ID)
			return do()
		},
		Log: slog.New(slog.DiscardHandler), Now: clock}
	return a
}

// keep stores a complaint that ended years ago; a negative number of years: it is open.
func (a *archive) keep(t *testing.T, id, category string, years int, guest bool) {
	t.Helper()
	c := &complaint.Complaint{ID: id, Number: complaint.NewNumber(), Citizen: "aminah", Category: category, Agency: "MBPJ", State: complaint.InProgress}
	c.Received = a.now.AddDate(-30, 0, 0)
	if guest {
		c.Citizen = complaint.GuestOf(id)
	}
	if years >= 0 {
		c.State = complaint.Closed
		c.Events = []complaint.Event{{ID: "e", Action: complaint.Close, From: complaint.Resolved, To: complaint.Closed, At: a.now.AddDate(-years, 0, -1)}}
	}
	if err := a.Cases.Store.Insert(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func (a *archive) has(t *testing.T, id string) bool {
	t.Helper()
	_, err := a.Cases.Store.ByID(t.Context(), id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestOnlyWhatIsDueApprovedAndNotHeldIsDestroyed(t *testing.T) {
	onEach(t, func(t *testing.T, a *archive) {
		a.keep(t, "old", "JLN01", 7, false)
		a.keep(t, "guest", "JLN01", 9, true)
		a.keep(t, "young", "JLN01", 6, false)
		a.keep(t, "open", "JLN01", -1, false)
		a.keep(t, "bribe", "INT01", 19, false)
		a.keep(t, "old-bribe", "INT01", 20, false)
		a.keep(t, "unknown", "", 8, false)
		a.keep(t, "held", "JLN01", 10, false)
		a.keep(t, "held-later", "JLN01", 10, false)
		a.held["held"] = true
		for range 2 { // again makes no second list
			if _, err := a.Propose(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		lists, _, err := a.List(t.Context(), "", 10)
		if err != nil || len(lists) != 3 {
			t.Fatalf("%d lists, %v", len(lists), err)
		}
		if err := a.Once(t.Context()); err != nil || !a.has(t, "old") {
			t.Fatalf("destroyed without leave, %v", err)
		}
		if _, err := a.Approve(t.Context(), "none", administrator); !errors.Is(err, fault.NotFound) {
			t.Errorf("no list: %v", err)
		}
		a.held["held-later"] = true // between proposal and approval
		for _, x := range lists {
			for range 2 {
				if y, err := a.Approve(t.Context(), x.ID, administrator); err != nil || y.State != retention.Approved {
					t.Fatalf("approve: %+v, %v", y, err)
				}
			}
		}
		if err := a.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, stays := range map[string]bool{"old": false, "guest": false, "young": true, "open": true, "bribe": true, "old-bribe": false,
			"unknown": false, "held": true, "held-later": true} {
			if a.has(t, id) != stays {
				t.Errorf("%s is there: %v, want %v", id, a.has(t, id), stays)
			}
		}
		if len(a.guests) != 1 || a.guests[0] != complaint.GuestOf("guest") || a.messages["old"] != 1 || a.messages["held-later"] != 0 {
			t.Errorf("guests %v, messages %v", a.guests, a.messages)
		}
		for _, x := range lists {
			y, err := a.ByID(t.Context(), x.ID)
			if err != nil || y.State != retention.Done || y.Approval.By != "chief" || y.Finished.IsZero() {
				t.Errorf("%+v, %v", y, err)
			}
			for _, i := range y.Items {
				if want := map[bool]retention.Outcome{true: retention.Held, false: retention.Disposed}[i.ID == "held-later"]; i.Outcome != want || i.Number == "" {
					t.Errorf("%+v, want %s", i, want)
				}
			}
		}
		if len(a.acts) != 3+4 { // three approvals, four complaints
			t.Errorf("recorded %v", a.acts)
		}
		// Once the hold is over it is listed again.
		delete(a.held, "held-later")
		a.now = a.now.AddDate(0, 0, 1)
		if n, err := a.Propose(t.Context()); err != nil || n != 1 {
			t.Errorf("proposed again: %d, %v", n, err)
		}
	})
}

// A list that was cut off is finished by the next round, and nothing that is active again is destroyed.
func TestAListThatWasCutOffIsFinished(t *testing.T) {
	onEach(t, func(t *testing.T, a *archive) {
		for i := range 60 {
			a.keep(t, fmt.Sprintf("c%02d", i), "JLN01", 8, false)
		}
		if n, err := a.Propose(t.Context()); err != nil || n != 1 {
			t.Fatalf("proposed %d, %v", n, err)
		}
		lists, _, err := a.List(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Approve(t.Context(), lists[0].ID, administrator); err != nil {
			t.Fatal(err)
		}
		record, left := a.Audit, 30
		a.Audit = func(ctx context.Context, act reporter.Act, do func() error) error {
			if left--; left < 0 {
				return errors.New("killed")
			}
			return record(ctx, act, do)
		}
		if err := a.Once(t.Context()); err == nil {
			t.Fatal("it was not cut off")
		}
		if a.has(t, "c29") || !a.has(t, "c30") {
			t.Fatal("it was not cut off where it should be")
		}
		a.Audit = record
		c, err := a.Cases.Store.ByID(t.Context(), "c45")
		if err != nil {
			t.Fatal(err)
		}
		c.State = complaint.InProgress
		if err := a.Cases.Store.Replace(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if err := a.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		x, err := a.ByID(t.Context(), lists[0].ID)
		if err != nil || x.State != retention.Done {
			t.Fatalf("%+v, %v", x, err)
		}
		for _, i := range x.Items {
			if active := i.ID == "c45"; active != a.has(t, i.ID) || active != (i.Outcome == retention.Active) {
				t.Errorf("%+v, there %v", i, a.has(t, i.ID))
			}
		}
	})
}

func TestTheRulesAndTheirMistakes(t *testing.T) {
	var ms table.Mistakes
	rules := retention.LoadRules(configs.FS, func(string) bool { return true }, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for category, years := range map[string]int{"JLN01": 7, "INT02": 20, "SOS02": 20, "SOS01": 7, "": 7} {
		if got := rules.For(category).Years; got != years {
			t.Errorf("%q is kept %d years, want %d", category, got, years)
		}
	}
	retention.LoadRules(fstest.MapFS{"retention.csv": {Data: []byte("category,years,basis\nXXX,7,b\nJLN,0,b\nJLN,x,\n")}}, func(c string) bool { return c == "JLN" }, &ms)
	err := ms.Err()
	if err == nil {
		t.Fatal("no mistake is named")
	}
	for _, want := range []string{`:2:1: category: there is no category or group "XXX"`, ":3:5: years:", ":4:1: category: JLN has a row", ":4:5: years:", ":4:7: basis:", "has no row *"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not named: %s\n%v", want, err)
		}
	}
}
