package notify_test

import (
	"testing"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/notify"
)

// important lets the citizen be told of two important things at once: who must act, and what the officer asks.
func (d *desk) important(t *testing.T) {
	t.Helper()
	d.tell(t)
	for _, move := range []func() (*complaint.Complaint, error){
		func() (*complaint.Complaint, error) { return d.Cases.Accept(t.Context(), d.id, "", by("MBPJ")) },
		func() (*complaint.Complaint, error) {
			return d.Cases.Ask(t.Context(), d.id, "Which lamp?", by("MBPJ"))
		},
	} {
		if _, err := move(); err != nil {
			t.Fatal(err)
		}
	}
	d.tell(t)
}

func TestWhatRingsTooOftenIsShownSilently(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.Policy.RingPerHour = 1
		d.important(t)
		rang := map[string]bool{}
		for _, m := range d.provider.got {
			rang[m.Data["event"]] = m.Important
		}
		if !rang["routed"] || rang["asked"] || len(rang) != 4 {
			t.Errorf("rang: %v", rang)
		}
		d.expect(t, "asked/citizen/push", notify.Accepted, "")
		d.Policy.PerHour = 1
		if _, err := d.Cases.Answer(t.Context(), d.id, "That one.", complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: complaint.GuestOf(d.id)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Cases.Resolve(t.Context(), d.id, "Done.", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		d.expect(t, "resolved/citizen/push", notify.Dropped, "1 ordinary pushes")
		d.expect(t, "resolved/citizen/inbox", notify.Accepted, "")
	})
}

func TestDangerRingsHoweverOften(t *testing.T) {
	d := equip(t, newBench(t))
	d.Policy.RingPerHour, d.Policy.PerHour = 1, 1
	for i := range d.Rules["asked"] {
		d.Rules["asked"][i].Importance = notify.Danger
	}
	d.important(t)
	if m := d.provider.got[len(d.provider.got)-1]; m.Data["event"] != "asked" || !m.Important {
		t.Errorf("the last push is %+v", m)
	}
}

func TestSoManyTextMessagesAndEMailsADay(t *testing.T) {
	for _, c := range []struct {
		channel notify.Channel
		why     string
	}{{notify.SMS, "1 text messages"}, {notify.Email, "1 e-mails"}} {
		t.Run(string(c.channel), func(t *testing.T) {
			onBothStores(t, func(t *testing.T, d *desk) {
				d.Policy.SMSPerDay, d.Policy.EmailPerDay = 1, 1
				if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Fallback: c.channel}); err != nil {
					t.Fatal(err)
				}
				d.important(t)
				d.at(t, "2026-01-08 15:00")
				states := map[notify.State]int{}
				for _, event := range []string{"routed", "asked"} {
					r := d.rows(t)[event+"/citizen/"+string(c.channel)]
					if states[r.State]++; r.State == notify.Dropped {
						d.expect(t, event+"/citizen/"+string(c.channel), notify.Dropped, c.why)
					}
				}
				if states[notify.Accepted] != 1 || states[notify.Dropped] != 1 || len(d.texts)+len(d.letters) != 1 {
					t.Errorf("%v; %d text messages, %d e-mails", states, len(d.texts), len(d.letters))
				}
			})
		})
	}
}

// An officer who works elsewhere by now can do nothing about a deadline; their supervisors can.
func TestDeadlinesAreToldToWhoCanStillAct(t *testing.T) {
	d := equip(t, newBench(t))
	d.tell(t)
	officer := enrol(t, d, identity.Person{Role: complaint.Officer, Agency: "MBSA", Lang: "en"}, "moved on")
	enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "en"}, "boss")
	enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "SUK-SGR", Lang: "en"}, "above")
	if _, err := d.Cases.Accept(t.Context(), d.id, "", complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: officer.ID, Agency: "MBPJ"}}); err != nil {
		t.Fatal(err)
	}
	c, err := d.Cases.Store.ByID(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	d.now = c.NextTimer.AddDate(0, 2, 0)
	for range 20 {
		if _, applied, err := d.Cases.Ring(t.Context(), d.id); err != nil {
			t.Fatal(err)
		} else if !applied {
			break
		}
	}
	d.tell(t)
	d.at(t, "2026-03-20 10:00")
	if n := d.pushesTo("moved on"); n != 0 {
		t.Errorf("who moved on got %d pushes", n)
	}
	if d.pushesTo("boss") == 0 || d.pushesTo("above") == 0 {
		t.Errorf("%d pushes to the supervisor and %d to the one above", d.pushesTo("boss"), d.pushesTo("above"))
	}
	d.expect(t, "warning/assignee/inbox", notify.Dropped, "nobody holds this role")
}
