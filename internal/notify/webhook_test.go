package notify_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/notify"
)

func TestAnAgencysSystemIsToldOfItsComplaints(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		x, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my/respons", []string{"routed", "resolved"}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Targets.Set(t.Context(), "MBSA", "https://mbsa.example.my/respons", nil, false); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			d.tell(t)
		}
		if len(d.calls) != 1 || d.calls[0].URL != x.URL || !slices.Equal(d.calls[0].Secrets, []string{x.ID + "-1"}) {
			t.Fatalf("calls: %+v", d.calls)
		}
		var body struct {
			Type      string
			Timestamp time.Time
			Data      map[string]any
		}
		if err := json.Unmarshal(d.calls[0].Body, &body); err != nil || body.Type != "complaint.routed" || body.Timestamp.IsZero() ||
			body.Data["agency"] != "MBPJ" || body.Data["state"] != "routed" {
			t.Errorf("%s, %v", d.calls[0].Body, err)
		}
		for _, secret := range []string{"text", "citizen", "lampu"} {
			if _, there := body.Data[secret]; there {
				t.Errorf("the call tells %s", secret)
			}
		}
		if r := d.expect(t, "routed/system/webhook", notify.Accepted, ""); r.ID != d.calls[0].ID {
			t.Errorf("called as %s, in the ledger %s", d.calls[0].ID, r.ID)
		}
		if _, err := d.Cases.Accept(t.Context(), d.id, "", by("MBPJ")); err != nil { // which it does not want to know
			t.Fatal(err)
		}
		if _, err := d.Cases.Transfer(t.Context(), d.id, "MBSA", "their road", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		if len(d.calls) != 2 || d.calls[1].URL != "https://mbsa.example.my/respons" {
			t.Errorf("calls: %+v", d.calls)
		}
	})
}

// The system of an agency that acts no more is told of what the successor has, each event once.
func TestTheSystemOfAFormerAgencyIsToldOn(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		if _, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my/respons", []string{"succeeded", "accepted"}, false); err != nil {
			t.Fatal(err)
		}
		d.Targets.Before = func(agency string) []string { return map[string][]string{"MBSA": {"MBPJ"}}[agency] }
		if err := d.Cases.Succeed(t.Context(), d.id, "MBPJ", []string{"MBSA"}); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		if _, err := d.Cases.Accept(t.Context(), d.id, "", by("MBSA")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		var got []string
		for _, c := range d.calls {
			var body struct{ Type string }
			if err := json.Unmarshal(c.Body, &body); err != nil || c.URL != "https://mbpj.example.my/respons" {
				t.Errorf("%s: %v", c.URL, err)
			}
			got = append(got, body.Type)
		}
		if !slices.Equal(got, []string{"complaint.succeeded", "complaint.accepted"}) {
			t.Errorf("told of %v", got)
		}
	})
}

func TestCallsAreTriedForADayAndThenCanBeReplayed(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		x, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my/respons", nil, false)
		if err != nil {
			t.Fatal(err)
		}
		d.answer = notify.Outcome{State: notify.Waiting, Why: "the agency's system answered 500"}
		begin := d.now
		d.tell(t)
		var waits []time.Duration
		for last := d.now; d.now.Sub(begin) < 30*time.Hour; d.now = d.now.Add(time.Minute) {
			n := len(d.calls)
			d.resend(t)
			if len(d.calls) > n {
				waits = append(waits, d.now.Sub(last))
				last = d.now
			}
		}
		r := d.expect(t, "routed/system/webhook", notify.Failed, "given up after 24h")
		if age := r.Sent.Sub(r.First); age < 20*time.Hour || age > 24*time.Hour {
			t.Errorf("given up after %s", age)
		}
		if n := len(d.calls); n < 12 || n > 30 || waits[len(waits)-1] < 3*time.Hour {
			t.Errorf("%d attempts with waits %v", n, waits)
		}
		list, _, err := d.DeadLetters(t.Context(), x.ID, "", 10)
		if err != nil || len(list) != 1 || list[0].ID != r.ID {
			t.Fatalf("dead letters of the webhook: %v, %v", list, err)
		}
		if list, _, err := d.DeadLetters(t.Context(), "", "", 10); err != nil || len(list) != 1 {
			t.Errorf("dead letters of all: %v, %v", list, err)
		}

		d.answer = notify.Outcome{}
		before := len(d.calls)
		if n, err := d.ReplayAll(t.Context(), x.ID); err != nil || n != 1 {
			t.Fatalf("%d replayed, %v", n, err)
		}
		d.resend(t)
		d.expect(t, "routed/system/webhook", notify.Accepted, "")
		if len(d.calls) != before+1 || d.calls[before].ID != d.calls[0].ID {
			t.Errorf("replayed under another id, or not: %+v", d.calls[before:])
		}
		if r, err := d.Replay(t.Context(), r.ID); err != nil || r.State != notify.Accepted {
			t.Errorf("what is not dead is replayed: %+v, %v", r, err)
		}
		if _, err := d.Replay(t.Context(), "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("a letter that there is not: %v", err)
		}
		if _, err := d.ReplayAll(t.Context(), "nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("a webhook that there is not: %v", err)
		}
	})
}

func TestDeadLettersAreLookedAtAndDiscarded(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		x, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my/respons", nil, false)
		if err != nil {
			t.Fatal(err)
		}
		d.answer = notify.Outcome{State: notify.Failed, Why: "the agency's system answered 410"}
		d.tell(t)
		if _, err := d.Cases.Accept(t.Context(), d.id, "", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		dead := d.expect(t, "routed/system/webhook", notify.Failed, "410")
		if row, err := d.DeadLetter(t.Context(), dead.ID); err != nil || row.Target != x.ID || row.Body == "" {
			t.Errorf("looked at: %+v, %v", row, err)
		}
		for range 2 { // again is harmless
			if row, err := d.Discard(t.Context(), dead.ID, "done by telephone"); err != nil || row.State != notify.Dropped {
				t.Errorf("discarded: %+v, %v", row, err)
			}
		}
		d.expect(t, "routed/system/webhook", notify.Dropped, "discarded by an administrator: done by telephone")
		if err := d.Targets.Remove(t.Context(), x.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := d.DiscardAll(t.Context(), x.ID, "the system is no more"); err != nil || n != 1 {
			t.Errorf("%d discarded of a webhook that was removed, %v", n, err)
		}
		d.expect(t, "accepted/system/webhook", notify.Dropped, "no more")
		calls := len(d.calls)
		d.now = d.now.Add(48 * time.Hour)
		d.resend(t)
		if list, _, err := d.DeadLetters(t.Context(), "", "", 10); err != nil || len(list) != 0 || len(d.calls) != calls {
			t.Errorf("afterwards %d dead letters, %d calls, %v", len(list), len(d.calls)-calls, err)
		}
		for name, id := range map[string]string{"what was discarded": dead.ID, "what there is not": "nothing", "what is no call": d.rows(t)["routed/citizen/push"].ID} {
			if _, err := d.DeadLetter(t.Context(), id); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s is looked at: %v", name, err)
			}
		}
		for name, id := range map[string]string{"what there is not": "nothing", "what is no call": d.rows(t)["routed/citizen/push"].ID} {
			if _, err := d.Discard(t.Context(), id, "x"); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s is discarded: %v", name, err)
			}
		}
	})
}

func TestWhatWasDeliveredIsNotDiscarded(t *testing.T) {
	d := equip(t, newBench(t))
	if _, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my/respons", nil, false); err != nil {
		t.Fatal(err)
	}
	d.tell(t)
	if _, err := d.Discard(t.Context(), d.rows(t)["routed/system/webhook"].ID, "x"); !errors.Is(err, fault.Conflict) {
		t.Errorf("discarded: %v", err)
	}
}

func TestATargetIsOneHoweverOftenItIsSetAndCanBeSwitchedOff(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		const url = "https://mbpj.example.my/respons"
		first, err := d.Targets.Set(t.Context(), "MBPJ", url, nil, false)
		if err != nil {
			t.Fatal(err)
		}
		d.answer = notify.Outcome{State: notify.Failed, Gone: true, Why: "the agency's system answered 410"}
		d.tell(t)
		if x, err := d.Targets.ByID(t.Context(), first.ID); err != nil || !x.Off || x.Why == "" {
			t.Errorf("after 410: %+v, %v", x, err)
		}
		if n, err := d.ReplayAll(t.Context(), first.ID); err != nil || n != 1 {
			t.Fatalf("%d replayed, %v", n, err)
		}
		d.resend(t)
		d.expect(t, "routed/system/webhook", notify.Failed, "is off")
		again, err := d.Targets.Set(t.Context(), "MBPJ", url, nil, false)
		if err != nil || again.ID != first.ID || again.Off || again.Generation != 1 {
			t.Errorf("set again: %+v, %v", again, err)
		}
		if list, _, err := d.Targets.All(t.Context(), "", 10); err != nil || len(list) != 1 {
			t.Errorf("targets: %v, %v", list, err)
		}

		turned, err := d.Targets.Turn(t.Context(), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration][]string{time.Hour: {first.ID + "-2", first.ID + "-1"}, 25 * time.Hour: {first.ID + "-2"}} {
			if got := d.Targets.Secrets(turned, d.now.Add(after)); !slices.Equal(got, want) {
				t.Errorf("%s after the turn: %v", after, got)
			}
		}
		for range 2 {
			if err := d.Targets.Remove(t.Context(), first.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Targets.Turn(t.Context(), first.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a webhook that was removed: %v", err)
		}
		if _, err := d.Targets.Set(t.Context(), "MBPJ", url, []string{"eaten"}, false); !errors.Is(err, fault.Invalid) {
			t.Errorf("an unknown event: %v", err)
		}
	})
}

func TestTheLedgerIsSearched(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.answer = notify.Outcome{State: notify.Waiting, Why: "busy"}
		d.tell(t)
		d.at(t, "2026-01-08 12:30")
		for name, c := range map[string]struct {
			s    notify.Search
			want int
		}{
			"a complaint's":                   {notify.Search{Complaint: d.id}, len(d.rows(t))},
			"a complaint's by channel":        {notify.Search{Complaint: d.id, Channel: notify.Push}, 2},
			"a complaint's by state":          {notify.Search{Complaint: d.id, State: notify.Waiting}, 1},
			"a person's by state":             {notify.Search{Person: d.rows(t)["routed/citizen/inbox"].Person, State: notify.Accepted}, 4},
			"all that wait":                   {notify.Search{State: notify.Waiting}, 1},
			"all text messages that wait":     {notify.Search{State: notify.Waiting, Channel: notify.SMS}, 1},
			"all e-mails that wait":           {notify.Search{State: notify.Waiting, Channel: notify.Email}, 0},
			"all that reached nobody at MBPJ": {notify.Search{State: notify.Dropped}, 1},
		} {
			c.s.Limit = 100
			if list, _, err := d.Search(t.Context(), c.s); err != nil || len(list) != c.want {
				t.Errorf("%s: %d, want %d, %v", name, len(list), c.want, err)
			}
		}
		for _, s := range []notify.Search{{}, {Channel: notify.Push}, {State: notify.Accepted}} {
			if _, _, err := d.Search(t.Context(), s); !errors.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", s, err)
			}
		}
	})
}
