package identity_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

func lifetimes(t *testing.T) identity.Lifetimes {
	t.Helper()
	var ms table.Mistakes
	ls := identity.LoadLifetimes(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return ls
}

// signedIn is an officer with a browser's session, on a clock that the test moves.
func signedIn(t *testing.T) (d *identity.Directory, now *time.Time, p identity.Person, token string) {
	t.Helper()
	d, _ = directory(t)
	at := time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)
	now = &at
	d.Now = func() time.Time { return *now }
	p, err := d.Add(t.Context(), identity.Person{Role: complaint.Officer, Agency: "MBPJ", Name: "Aina"})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err = d.Begin(t.Context(), p, identity.Session{Kind: identity.Browser, Way: "password", Device: " Firefox\n on\tLinux " + strings.Repeat("x", 99)})
	if err != nil {
		t.Fatal(err)
	}
	return d, now, p, token
}

func TestASessionEndsWhenItIsIdleAndAtTheLatestAfterItsTime(t *testing.T) {
	life := lifetimes(t).Of(complaint.Officer, identity.Browser)
	for _, c := range []struct {
		name string
		uses []time.Duration // the last one is looked at
		in   bool
	}{
		{"at once", []time.Duration{0}, true},
		{"just before it is idle too long", []time.Duration{life.Idle - time.Second}, true},
		{"idle too long", []time.Duration{life.Idle}, false},
		{"used in between", []time.Duration{life.Idle / 2, life.Idle + life.Idle/4}, true},
		{"a use within one step is not noted", []time.Duration{life.Step - time.Second, life.Idle}, false},
		{"used all the time, just before its end", everyUntil(life.Idle/2, life.Absolute-time.Second), true},
		{"used all the time, at its end", everyUntil(life.Idle/2, life.Absolute), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, now, _, token := signedIn(t)
			began := *now
			for i, after := range c.uses {
				*now = began.Add(after)
				p, s, err := d.Authenticate(t.Context(), token)
				if err == nil && (p.Name != "Aina" || d.Lives(t.Context(), s.ID) != nil) {
					t.Errorf("after %s: %+v, and it does not live", after, p)
				}
				last := i == len(c.uses)-1
				if want := !last || c.in; (err == nil) != want {
					t.Fatalf("after %s: %v", after, err)
				}
				if err != nil && (!errors.Is(err, fault.Unauthorized) || !errors.Is(err, identity.Ended)) {
					t.Errorf("after %s: %v", after, err)
				}
			}
		})
	}
}

func everyUntil(step, end time.Duration) (out []time.Duration) {
	for at := step; at < end; at += step {
		out = append(out, at)
	}
	return append(out, end)
}

func TestSessionsAreListedAndEndedByTheirOwnerOnly(t *testing.T) {
	d, now, p, token := signedIn(t)
	*now = now.Add(time.Minute)
	app, appToken, err := d.Begin(t.Context(), p, identity.Session{Kind: identity.App})
	if err != nil {
		t.Fatal(err)
	}
	list, err := d.SessionsOf(t.Context(), p)
	if err != nil || len(list) != 2 || list[0].ID != app.ID {
		t.Fatalf("sessions %+v, %v", list, err)
	}
	if device := list[1].Device; device != "Firefox on Linux "+strings.Repeat("x", 43) {
		t.Errorf("device %q", device)
	}
	if err := d.End(t.Context(), "somebody else", app.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("somebody else ends it: %v", err)
	}
	if err := d.End(t.Context(), p.ID, app.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.End(t.Context(), p.ID, app.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("again: %v", err)
	}
	if _, _, err := d.Authenticate(t.Context(), appToken); !errors.Is(err, fault.Unauthorized) || errors.Is(err, identity.Ended) {
		t.Errorf("the ended one: %v", err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); err != nil {
		t.Errorf("the other one: %v", err)
	}
	_, third, err := d.Begin(t.Context(), p, identity.Session{Kind: identity.App})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.EndAll(t.Context(), p.ID, list[1].ID); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		token string
		in    bool
	}{"kept": {token, true}, "ended with the rest": {third, false}} {
		if _, _, err := d.Authenticate(t.Context(), c.token); (err == nil) != c.in {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASessionOfAClosedAccountIsOver(t *testing.T) {
	d, _, p, token := signedIn(t)
	if err := d.Remove(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, fault.Unauthorized) {
		t.Errorf("%v", err)
	}
}

func TestSessionsThatAreLongOverAreSweptAway(t *testing.T) {
	d, now, _, token := signedIn(t)
	life := d.Lifetimes.Of(complaint.Officer, identity.Browser)
	count := func() int64 {
		n, err := d.Engine.Count(t.Context(), identity.Sessions.Name, store.Query{Index: "ends"})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	*now = now.Add(life.Idle + time.Hour)
	if err := d.Sweep(t.Context()); err != nil || count() != 1 {
		t.Fatalf("an hour later: %d, %v", count(), err)
	}
	*now = now.Add(8 * 24 * time.Hour)
	if err := d.Sweep(t.Context()); err != nil || count() != 0 {
		t.Fatalf("a week later: %d, %v", count(), err)
	}
	if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, fault.Unauthorized) {
		t.Error(err)
	}
}

// A session that one process ended is refused by every other at once.
func TestASessionEndedInOneProcessIsOverInAnother(t *testing.T) {
	one, file := directory(t)
	engine, err := sqlite.Read(file) // a second door to the same store
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	other := &identity.Directory{Engine: engine, Known: one.Known, Lifetimes: one.Lifetimes, Now: one.Now}
	p, token, err := one.Enrol(t.Context(), identity.Person{Role: complaint.CitizenRole}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := one.EndAll(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.Authenticate(t.Context(), token); !errors.Is(err, fault.Unauthorized) {
		t.Errorf("in the other process: %v", err)
	}
}

func TestMistakesInTheLifetimesAreNamed(t *testing.T) {
	const file = `role,kind,idle,absolute,step
citizen,app,1d,30d,1h
citizen,browser,1d,12h,1h
citizen,token,1d,30d,tomorrow
staff,browser,1h,12h,5m
staff,browser,1h,12h,5m
king,app,1h,12h,5m
staff,phone,1h,12h,5m
`
	var ms table.Mistakes
	identity.LoadLifetimes(fstest.MapFS{"sessions.csv": {Data: []byte(file)}}, &ms)
	err := ms.Err()
	for _, want := range []string{"sessions.csv:3:17: idle: must be no shorter", "sessions.csv:4:22: step", "sessions.csv:6:1: role: staff with browser has a row already",
		`sessions.csv:7:1: role: "king"`, `sessions.csv:8:7: kind: "phone"`, "has no row for staff with app", "has no row for staff with token"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no mistake %q in\n%v", want, err)
		}
	}
}
