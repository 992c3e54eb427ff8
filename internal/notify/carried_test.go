package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/notify"
)

func TestTextMessagesEndWithTheDaysBudget(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.SMSBudget = 1
		if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Lang: "ms"}); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		if _, err := d.Cases.Accept(t.Context(), d.id, "", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Cases.Resolve(t.Context(), d.id, "Siap.", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		d.answer = notify.Outcome{State: notify.Waiting, Why: "busy"}
		d.at(t, "2026-01-08 12:30")
		d.answer = notify.Outcome{}
		d.at(t, "2026-01-08 13:30") // what was tried before is not charged again
		sent, dropped := 0, 0
		for _, key := range []string{"routed/citizen/sms", "resolved/citizen/sms"} {
			switch r := d.rows(t)[key]; {
			case r.State == notify.Accepted && r.Attempts == 2:
				sent++
			case r.State == notify.Dropped && strings.Contains(r.Why, "budget"):
				dropped++
			}
		}
		if used, err := d.Engine.Counters(t.Context(), "sms/2026-01-08"); err != nil || used["segments"] != 1 || sent != 1 || dropped != 1 {
			t.Errorf("charged %v, %v; %d sent, %d dropped", used, err, sent, dropped)
		}
	})
}

func by(agency string) complaint.By {
	return complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "officer", Agency: agency}}
}

func TestAnEMailCutOffBetweenRelayAndLedgerGoesAgainUnderTheSameID(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
			t.Fatal(err)
		}
		if err := d.Tell(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		id := d.expect(t, "routed/citizen/email", notify.Queued, "").ID
		d.dies = true
		func() {
			defer func() { recover() }()
			d.Deliver(t.Context(), id)
		}()
		d.mu.TryLock() // the process that died held it
		d.mu.Unlock()
		for range 2 { // whoever comes next leaves the leased row alone
			if err := d.Deliver(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if len(d.letters) != 1 {
			t.Fatalf("%d e-mails within the lease", len(d.letters))
		}
		d.now = d.now.Add(time.Minute)
		d.resend(t)
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
		if len(d.letters) != 2 || d.letters[0].ID != d.letters[1].ID {
			t.Errorf("e-mails %+v", d.letters)
		}
	})
}

func TestARelayThatIsDownIsLeftAloneUntilTheNextRound(t *testing.T) {
	d := equip(t, newBench(t))
	if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
		t.Fatal(err)
	}
	ids := []string{d.id}
	for range 40 {
		c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Cases.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.Prefer(t.Context(), complaint.GuestOf(c.ID), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	for _, id := range ids {
		if err := d.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	d.answer = notify.Outcome{State: notify.Waiting, Down: true, Why: "out of reach"}
	d.resend(t)
	if n := len(d.letters); n == 0 || n > 16 {
		t.Errorf("%d attempts in one round at a relay that is down", n)
	}
	d.answer = notify.Outcome{}
	d.now = d.now.Add(time.Minute)
	d.resend(t)
	for _, id := range ids {
		d.id = id
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
	}
}

func TestEveryoneIsToldNothingOfARestrictedComplaintByWhateverChannel(t *testing.T) {
	d := equip(t, newBench(t))
	c, err := d.Cases.Store.ByID(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	c.Secret = true
	if err := d.Cases.Store.Replace(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my", nil, false); err != nil {
		t.Fatal(err)
	}
	if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push}}); err != nil {
		t.Fatal(err)
	}
	d.tell(t)
	if len(d.texts) == 0 || len(d.calls) != 0 {
		t.Errorf("%d text messages, %d calls", len(d.texts), len(d.calls))
	}
	for _, m := range d.texts {
		if strings.Contains(m.Body, c.Number) || strings.Contains(m.Body, "MBPJ") {
			t.Errorf("the SMS says %q", m.Body)
		}
	}
}

// broken knows everybody's address but one person's, whose key is damaged.
type broken struct {
	everywhere
	person string
}

func (b broken) Of(ctx context.Context, person string) (string, string, error) {
	if person == b.person {
		return "", "", errors.New("the key is damaged")
	}
	return b.everywhere.Of(ctx, person)
}

func TestAMessageThatCannotBeMadeReadyHoldsUpNoOther(t *testing.T) {
	d := equip(t, newBench(t))
	first := d.id
	c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first, c.ID} {
		if err := d.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	d.Addresses = broken{d.Addresses.(everywhere), complaint.GuestOf(first)}
	d.at(t, "2026-01-08 12:30")
	d.expect(t, "routed/citizen/sms", notify.Waiting, "could not be made ready")
	d.id = c.ID
	d.expect(t, "routed/citizen/sms", notify.Accepted, "")
	d.id = first
	for range 10 {
		d.now = d.now.Add(time.Hour)
		d.resend(t)
	}
	if r := d.rows(t)["routed/citizen/sms"]; r.State != notify.Failed || !strings.Contains(r.Why, "given up") {
		t.Errorf("after ten hours: %+v", r)
	}
}

func TestAMissedDeadlineIsToldToTheBodyAboveWhereNobodySupervises(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "SUK-SGR", Lang: "en"}, "above")
		d.now = d.now.Add(time.Minute)
		late := d.now.AddDate(0, 1, 0)
		d.now = late
		if _, _, err := d.Cases.Ring(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		d.expect(t, "breach/supervisor/inbox", notify.Dropped, "nobody holds this role")
		d.expect(t, "breach/parent/inbox", notify.Accepted, "")
		if d.pushesTo("above") == 0 {
			t.Error("the body above got no push")
		}
	})
}
