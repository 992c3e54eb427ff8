package app_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/routing"
	"respons/internal/store/mongo/mongotest"
)

// town is the real wiring with a clock that the test moves and a router that says what it is told. Nothing runs by
// itself: tick does what the sweep of every process does.
type town struct {
	*system
	now    time.Time
	answer routing.Decision
	header map[string]string // by phone: what signs its owner in
	person map[string]string // by phone: the owner's id
	lamps  int               // reported so far
}

// malaysia reads a time as people write it.
func malaysia(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("MYT", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// inTown runs a scenario on both stores, from a moment on; change may alter the settings.
func inTown(t *testing.T, from string, change func(*config.Config), scenario func(t *testing.T, w *town)) {
	for _, engine := range []string{"embedded", "MongoDB"} {
		t.Run(engine, func(t *testing.T) {
			w := &town{now: malaysia(t, from), header: map[string]string{}, person: map[string]string{}}
			w.system = wire(t, func(c *config.Config) {
				if engine == "MongoDB" {
					c.MongoURI = config.Secret(mongotest.Start(t))
				}
				if change != nil {
					change(c)
				}
			})
			now := func() time.Time { return w.now }
			a := w.App
			a.Cases.Now, a.People.Now, a.Teller.Now, a.Worker.Now, a.Holidays.Now, a.Announcements.Now = now, now, now, now, now, now
			a.Cases.Router = w
			if err := errors.Join(a.Holidays.Adopt(t.Context()), a.Recompute.Once(t.Context())); err != nil { // as a start does
				t.Fatal(err)
			}
			for phone, p := range map[string]identity.Person{
				"officer": {Role: complaint.Officer, Agency: "MBPJ"}, "supervisor": {Role: complaint.Supervisor, Agency: "MBPJ"},
				"parent":            {Role: complaint.Supervisor, Agency: "SUK-SGR"},
				"Kelantan's":        {Role: complaint.Officer, Agency: "MPKB-BRI"},
				"Kelantan's boss":   {Role: complaint.Supervisor, Agency: "MPKB-BRI"},
				"Kelantan's parent": {Role: complaint.Supervisor, Agency: "SUK-KTN"},
				"oversight":         {Role: complaint.Oversight}, "desk": {Role: complaint.Desk}, "administrator": {Role: complaint.Administrator},
				"citizen": {Role: complaint.CitizenRole},
			} {
				w.arrives(t, phone, p)
			}
			w.sendTo("MBPJ")
			scenario(t, w)
		})
	}
}

func (w *town) Route(routing.Question) routing.Decision { return w.answer }

// sendTo makes the router sure that a single lamp that is out (class S3) belongs to an agency.
func (w *town) sendTo(agency string) {
	w.answer = routing.Decision{Agency: agency, Category: "LPU01", Auto: true, Place: routing.Place{State: "MY-10"}}
}

func (w *town) arrives(t *testing.T, phone string, p identity.Person) {
	t.Helper()
	p.Name, p.Lang = phone, "en"
	made, token, err := w.App.People.Enrol(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	w.header[phone], w.person[phone] = "Bearer "+token, made.ID
	if _, err := w.App.People.Register(t.Context(), identity.Device{Owner: made.ID, Token: phone, Platform: "android", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
}

// by signs an actor of the town.
func (w *town) by(t *testing.T, phone string) complaint.By {
	t.Helper()
	p, err := w.App.People.ByID(t.Context(), w.person[phone])
	if err != nil {
		t.Fatal(err)
	}
	return complaint.By{Actor: p.Actor()}
}

// report files a complaint of the citizen and lets it be routed and told; the clock moves on by some seconds.
func (w *town) report(t *testing.T) string {
	t.Helper()
	w.lamps++
	c, _, err := w.App.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: fmt.Sprintf("lampu jalan padam, tiang %d", w.lamps), Lang: "en", Citizen: w.person["citizen"]})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	w.tick(t)
	return c.ID
}

// tick lets what is due be done and told: hints are left to a sweep for some seconds.
func (w *town) tick(t *testing.T) {
	t.Helper()
	for range 2 {
		w.now = w.now.Add(6 * time.Second)
		if err := w.App.Sweep.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// at moves the clock and lets what is due by then be done and told.
func (w *town) at(t *testing.T, when string) {
	t.Helper()
	w.now = malaysia(t, when)
	w.tick(t)
}

func (w *town) read(t *testing.T, id string) *complaint.Complaint {
	t.Helper()
	c, err := w.App.Cases.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// must fails the test where a move was refused.
func must(t *testing.T) func(*complaint.Complaint, error) {
	return func(_ *complaint.Complaint, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// told counts what every phone shows, as phone: event; one that arrived twice fails the test.
func (w *town) told(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	for phone := range w.person {
		for _, m := range w.Phones.Phone(phone) {
			out[phone+": "+m.Data["event"]]++
			if m.Times != 1 {
				t.Errorf("the phone of %s got one message of %s %d times", phone, m.Data["event"], m.Times)
			}
		}
	}
	return out
}

// news is what is told after a moment that was not before.
func (w *town) news(t *testing.T, before map[string]int) map[string]int {
	t.Helper()
	after := w.told(t)
	for k, n := range before {
		if after[k] -= n; after[k] == 0 {
			delete(after, k)
		}
	}
	return after
}

func (w *town) expect(t *testing.T, before map[string]int, want map[string]int) {
	t.Helper()
	if got := w.news(t, before); !maps.Equal(got, want) {
		t.Errorf("at %s people were told %v, want %v", w.now.In(time.FixedZone("MYT", 8*60*60)).Format("Mon 2 Jan 15:04:05"), got, want)
		w.explain(t)
	}
}

// explain logs what happened to every complaint and how its clocks stand, for a failure that does not come again.
func (w *town) explain(t *testing.T) {
	t.Helper()
	list, _, err := w.App.Cases.Store.Everything(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		for _, k := range c.Clocks {
			t.Logf("%s %s: clock %+v", c.ID, c.State, k)
		}
		for _, e := range c.Events {
			t.Logf("%s at %s: %s of %s %d, due %s, told %v", c.ID, e.At.Format(time.RFC3339), e.Action, e.Clock, e.Percent, e.Due.Format(time.RFC3339), e.Tell)
		}
	}
}

// due is the deadline of a clock of a complaint as people write it.
func (w *town) due(t *testing.T, id, clock string) string {
	t.Helper()
	for _, k := range w.read(t, id).Clocks {
		if string(k.Name) == clock {
			return k.Due.In(time.FixedZone("MYT", 8*60*60)).Format("Mon 2 15:04")
		}
	}
	t.Fatalf("no clock %s", clock)
	return ""
}

// withLadder makes a folder of reference data with rows more in its ladder.
func withLadder(t *testing.T, rows string) func(*config.Config) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, configs.FS); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "ladder.csv")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(content, rows...), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) { c.Configs = dir }
}
