package apptest

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/routing"
	"respons/internal/store/mongo/mongotest"
)

// Town is the real wiring with a clock that the test moves and a router that says what it is told. Nothing runs by
// itself: Tick does what the sweep of every process does.
type Town struct {
	*System
	Now    time.Time
	Answer routing.Decision
	Header map[string]string // by phone: what signs its owner in
	Person map[string]string // by phone: the owner's id
	lamps  int               // reported so far
}

// Malaysia reads a time as people write it.
func Malaysia(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("MYT", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// InTown runs a scenario on both stores, from a moment on; change may alter the settings.
func InTown(t *testing.T, from string, change func(*config.Config), scenario func(t *testing.T, w *Town)) {
	for _, engine := range []string{"embedded", "MongoDB"} {
		t.Run(engine, func(t *testing.T) {
			w := &Town{Now: Malaysia(t, from), Header: map[string]string{}, Person: map[string]string{}}
			w.System = Wire(t, func(c *config.Config) {
				if engine == "MongoDB" {
					c.MongoURI = config.Secret(mongotest.Start(t))
				}
				if change != nil {
					change(c)
				}
			})
			now := func() time.Time { return w.Now }
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
				w.Arrives(t, phone, p)
			}
			w.SendTo("MBPJ")
			scenario(t, w)
		})
	}
}

// Route says what the town was told to say.
func (w *Town) Route(routing.Question) routing.Decision { return w.Answer }

// SendTo makes the router sure that a single lamp that is out (class S3) belongs to an agency.
func (w *Town) SendTo(agency string) {
	w.Answer = routing.Decision{Agency: agency, Category: "LPU01", Auto: true, Place: routing.Place{State: "MY-10"}}
}

// Arrives gives the town a person with a phone.
func (w *Town) Arrives(t *testing.T, phone string, p identity.Person) {
	t.Helper()
	p.Name, p.Lang = phone, "en"
	made, token, err := w.App.People.Enrol(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Header[phone], w.Person[phone] = "Bearer "+token, made.ID
	if _, err := w.App.People.Register(t.Context(), identity.Device{Owner: made.ID, Token: phone, Platform: "android", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
}

// By signs an actor of the town.
func (w *Town) By(t *testing.T, phone string) complaint.By {
	t.Helper()
	p, err := w.App.People.ByID(t.Context(), w.Person[phone])
	if err != nil {
		t.Fatal(err)
	}
	return complaint.By{Actor: p.Actor()}
}

// Report files a complaint of the citizen and lets it be routed and told; the clock moves on by some seconds.
func (w *Town) Report(t *testing.T) string {
	t.Helper()
	w.lamps++
	c, _, err := w.App.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: fmt.Sprintf("lampu jalan padam, tiang %d", w.lamps), Lang: "en", Citizen: w.Person["citizen"]})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	w.Tick(t)
	return c.ID
}

// Tick lets what is due be done and told: hints are left to a sweep for some seconds.
func (w *Town) Tick(t *testing.T) {
	t.Helper()
	for range 2 {
		w.Now = w.Now.Add(6 * time.Second)
		if err := w.App.Sweep.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// At moves the clock and lets what is due by then be done and told.
func (w *Town) At(t *testing.T, when string) {
	t.Helper()
	w.Now = Malaysia(t, when)
	w.Tick(t)
}

// Read is the complaint as it is stored.
func (w *Town) Read(t *testing.T, id string) *complaint.Complaint {
	t.Helper()
	c, err := w.App.Cases.Store.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Must fails the test where a move was refused.
func Must(t *testing.T) func(*complaint.Complaint, error) {
	return func(_ *complaint.Complaint, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Told counts what every phone shows, as phone: event; one that arrived twice fails the test.
func (w *Town) Told(t *testing.T) map[string]int {
	t.Helper()
	out := map[string]int{}
	for phone := range w.Person {
		for _, m := range w.Phones.Phone(phone) {
			out[phone+": "+m.Data["event"]]++
			if m.Times != 1 {
				t.Errorf("the phone of %s got one message of %s %d times", phone, m.Data["event"], m.Times)
			}
		}
	}
	return out
}

// News is what is told after a moment that was not before.
func (w *Town) News(t *testing.T, before map[string]int) map[string]int {
	t.Helper()
	after := w.Told(t)
	for k, n := range before {
		if after[k] -= n; after[k] == 0 {
			delete(after, k)
		}
	}
	return after
}

// Expect fails the test unless exactly that was told since before.
func (w *Town) Expect(t *testing.T, before map[string]int, want map[string]int) {
	t.Helper()
	if got := w.News(t, before); !maps.Equal(got, want) {
		t.Errorf("at %s people were told %v, want %v", w.Now.In(time.FixedZone("MYT", 8*60*60)).Format("Mon 2 Jan 15:04:05"), got, want)
		w.explain(t)
	}
}

// explain logs what happened to every complaint and how its clocks stand, for a failure that does not come again.
func (w *Town) explain(t *testing.T) {
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

// Due is the deadline of a clock of a complaint as people write it.
func (w *Town) Due(t *testing.T, id, clock string) string {
	t.Helper()
	for _, k := range w.Read(t, id).Clocks {
		if string(k.Name) == clock {
			return k.Due.In(time.FixedZone("MYT", 8*60*60)).Format("Mon 2 15:04")
		}
	}
	t.Fatalf("no clock %s", clock)
	return ""
}
