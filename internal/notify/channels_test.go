package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
)

func TestAnImportantPushThatIsNotOpenedFallsBackToSMS(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.tell(t)
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		d.expect(t, "routed/citizen/sms", notify.Deferred, "not opened")
		if d.rows(t)["received/citizen/sms"] != nil {
			t.Error("the receipt, which is ordinary, falls back")
		}
		d.at(t, "2026-01-08 11:59")
		if len(d.texts) != 0 {
			t.Fatal("an SMS went out before its time")
		}
		d.at(t, "2026-01-08 12:00")
		d.at(t, "2026-01-08 13:00")
		r := d.expect(t, "routed/citizen/sms", notify.Accepted, "")
		if len(d.texts) != 1 || d.texts[0].To != "+60123456789" || d.texts[0].ID != r.ID || !strings.Contains(d.texts[0].Body, "MBPJ") {
			t.Errorf("text messages: %+v", d.texts)
		}
		if used, err := d.Engine.Counters(t.Context(), "sms/2026-01-08"); err != nil || used["segments"] != int64(notify.Segments(r.Body)) {
			t.Errorf("charged %v, %v", used, err)
		}
	})
}

func TestWhatWasOpenedNeedsNoFallback(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.tell(t)
		pushed := d.rows(t)["routed/citizen/push"]
		if err := d.Opened(t.Context(), pushed.ID, "somebody else"); !errors.Is(err, fault.NotFound) {
			t.Errorf("somebody else opens it: %v", err)
		}
		d.now = d.now.Add(time.Minute)
		first := d.now
		for range 2 { // again is harmless
			if err := d.Opened(t.Context(), pushed.ID, complaint.GuestOf(d.id)); err != nil {
				t.Fatal(err)
			}
			d.now = d.now.Add(time.Minute)
		}
		for _, key := range []string{"routed/citizen/push", "routed/citizen/inbox"} {
			if r := d.expect(t, key, notify.Opened, ""); !r.Opened.Equal(first) {
				t.Errorf("%s: opened at %s, want %s", key, r.Opened, first)
			}
		}
		d.at(t, "2026-01-08 12:00")
		d.expect(t, "routed/citizen/sms", notify.Dropped, "was opened")
		if len(d.texts) != 0 {
			t.Error("an SMS went out all the same")
		}
	})
}

func TestWhoHasNoPhoneToPushToIsReachedAtOnceByTheirOwnChoice(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		guest := complaint.GuestOf(d.id)
		if err := d.Prefer(t.Context(), guest, notify.Preferences{Lang: "en", Off: []notify.Channel{notify.Push}, Fallback: notify.Email}); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		rows := d.rows(t)
		if len(d.provider.got) != 0 || rows["routed/citizen/push"] != nil || len(d.texts) != 0 {
			t.Errorf("%d pushes, %d text messages", len(d.provider.got), len(d.texts))
		}
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
		if len(d.letters) != 1 || !strings.HasPrefix(d.letters[0].Subject, "Respons: Report RR-") || d.letters[0].To != "aminah@example.my" {
			t.Errorf("e-mails: %+v", d.letters)
		}
		if !strings.Contains(rows["routed/citizen/inbox"].Title, "Report") {
			t.Errorf("the inbox is not in the chosen language: %q", rows["routed/citizen/inbox"].Title)
		}
	})
}

func TestPreferencesAreChecked(t *testing.T) {
	d := equip(t, newBench(t))
	for name, p := range map[string]notify.Preferences{
		"a language that there is not":      {Lang: "fr"},
		"the inbox switched off":            {Off: []notify.Channel{notify.Inbox}},
		"a fallback that is switched off":   {Off: []notify.Channel{notify.SMS}, Fallback: notify.SMS},
		"a fallback to where it came from":  {Fallback: notify.Push},
		"quiet hours past the end of a day": {Quiet: &notify.Hours{From: 24 * 60}},
	} {
		if err := d.Prefer(t.Context(), "p", p); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := notify.Preferences{Lang: "ta", Off: []notify.Channel{notify.SMS}, Quiet: &notify.Hours{From: 60, To: 120}}
	if err := d.Prefer(t.Context(), "p", want); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Stop(t.Context(), "p", notify.Email); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Preferences(t.Context(), "p")
	if err != nil || got.Uses(notify.Email) || got.Uses(notify.SMS) || !got.Uses(notify.Push) || len(got.Off) != 2 || *got.Quiet != *want.Quiet {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestQuietHoursDeferAndDangerDoesNotWait(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.now = time.Date(2026, 1, 8, 23, 0, 0, 0, myt).UTC()
		d.tell(t)
		for _, key := range []string{"received/citizen/push", "routed/citizen/push"} {
			d.expect(t, key, notify.Deferred, "quiet hours")
		}
		d.expect(t, "routed/citizen/inbox", notify.Accepted, "")
		d.at(t, "2026-01-09 02:00") // the fallback's time has come, and it is night
		d.expect(t, "routed/citizen/sms", notify.Deferred, "quiet hours")
		d.at(t, "2026-01-09 06:59")
		if len(d.provider.got)+len(d.texts) != 0 {
			t.Fatalf("%d pushes and %d text messages at night", len(d.provider.got), len(d.texts))
		}
		d.at(t, "2026-01-09 07:00")
		d.expect(t, "received/citizen/push", notify.Accepted, "")
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		if len(d.provider.got) != 2 {
			t.Errorf("%d pushes in the morning", len(d.provider.got))
		}
	})
}

// A supervisor is woken by danger, and not by what can wait for the morning's digest.
func TestDangerRingsAtNight(t *testing.T) {
	for class, want := range map[string]int{"S0": 1, "S3": 0} {
		t.Run(class, func(t *testing.T) {
			d := equip(t, newBench(t))
			enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "ms"}, "supervisor's phone")
			d.now = time.Date(2026, 1, 8, 23, 0, 0, 0, myt).UTC()
			d.Cases.Catalogue = classOf(class)
			c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "tiang elektrik tumbang", Lang: "ms"})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Cases.Route(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			if err := d.Tell(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			if n := d.pushesTo("supervisor's phone"); n != want {
				t.Errorf("%d pushes at night, want %d", n, want)
			}
		})
	}
}

type classOf string

func (c classOf) Filing(string) (string, bool, error) { return string(c), false, nil }

func enrol(t *testing.T, d *desk, p identity.Person, phone string) identity.Person {
	t.Helper()
	p.Name = phone
	made, _, err := d.People.Enrol(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.People.Register(t.Context(), identity.Device{Owner: made.ID, Token: phone, Platform: push.Android, Lang: p.Lang}); err != nil {
		t.Fatal(err)
	}
	return made
}

func (b *bench) pushesTo(token string) (n int) {
	for _, m := range b.provider.got {
		if m.Token == token {
			n++
		}
	}
	return n
}
