package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/notify"
)

func TestOrdinaryPushesAreLimitedByTheHourAndTheRestStaysInTheInbox(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		citizen := enrol(t, d, identity.Person{Role: complaint.CitizenRole, Lang: "en"}, "citizen's phone")
		file := func(n int) (ids []string) {
			for range n {
				c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "en", Citizen: citizen.ID})
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Tell(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
				d.now = d.now.Add(time.Second)
				ids = append(ids, c.ID)
			}
			return ids
		}
		ids := file(d.Policy.PerHour + 2)
		if n := d.pushesTo("citizen's phone"); n != d.Policy.PerHour {
			t.Errorf("%d pushes within an hour, want %d", n, d.Policy.PerHour)
		}
		d.id = ids[len(ids)-1]
		d.expect(t, "received/citizen/push", notify.Dropped, "within an hour")
		d.expect(t, "received/citizen/inbox", notify.Accepted, "")
		if err := d.Cases.Route(t.Context(), d.id); err != nil { // what is important is not counted
			t.Fatal(err)
		}
		if err := d.Tell(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		d.now = d.now.Add(time.Hour)
		file(1)
		if n := d.pushesTo("citizen's phone"); n != d.Policy.PerHour+2 {
			t.Errorf("%d pushes after the hour", n)
		}
	})
}

func TestOfficersGetADigestInsteadOfManyAlerts(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		boss := enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "en", Email: "boss@mbpj.gov.my"}, "boss")
		route := func(n int) {
			for range n {
				c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "en"})
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Cases.Route(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
				for range 2 { // again adds nothing
					if err := d.Tell(t.Context(), c.ID); err != nil {
						t.Fatal(err)
					}
				}
				d.now = d.now.Add(time.Second)
			}
			d.resend(t)
		}
		route(3)
		d.at(t, "2026-01-08 21:00")
		d.at(t, "2026-01-09 07:31") // Friday: nobody works
		if n := d.pushesTo("boss"); n != 0 {
			t.Fatalf("%d alerts before the morning of a working day", n)
		}
		d.at(t, "2026-01-10 07:30")
		d.at(t, "2026-01-10 07:31")
		if n := d.pushesTo("boss"); n != 1 || !strings.Contains(d.provider.got[len(d.provider.got)-1].Title, "3 messages") {
			t.Fatalf("%d digests; the last push %q", n, d.provider.got[len(d.provider.got)-1].Title)
		}
		mailed := slices.IndexFunc(d.letters, func(l notify.Letter) bool { return strings.Contains(l.Subject, "Digest") })
		if mailed < 0 || !strings.Contains(d.letters[mailed].Body, "New complaints: 3") {
			t.Errorf("e-mails: %+v", d.letters)
		}
		route(d.Policy.DigestAfter - 1)
		if n := d.pushesTo("boss"); n != 1 {
			t.Errorf("%d digests below the threshold", n)
		}
		route(1)
		if n := d.pushesTo("boss"); n != 2 {
			t.Errorf("%d digests when enough came together, want 2", n)
		}
		d.at(t, "2026-01-11 07:30")
		if n := d.pushesTo("boss"); n != 2 {
			t.Errorf("%d digests; the last told nothing", n)
		}
		list, _, err := d.Search(t.Context(), notify.Search{Person: boss.ID, Channel: notify.Inbox, Limit: 100})
		if err != nil || len(list) != 3+d.Policy.DigestAfter {
			t.Errorf("%d messages in the inbox, %v", len(list), err)
		}
	})
}

// A process is killed when the digest is out and before it was crossed off: it comes again under the same id.
func TestADigestThatIsCutOffComesAgainUnderTheSameID(t *testing.T) {
	d := equip(t, newBench(t))
	enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "en"}, "boss")
	d.tell(t)
	d.now = time.Date(2026, 1, 10, 7, 30, 0, 0, myt).UTC()
	d.Sender = dying{d.provider}
	func() {
		defer func() { recover() }()
		d.Resend(t.Context())
	}()
	d.Sender = d.provider
	d.resend(t)
	d.now = d.now.Add(time.Minute)
	d.resend(t)
	ids := map[string]int{}
	for _, m := range d.provider.got {
		if m.Token == "boss" {
			ids[m.ID]++
		}
	}
	if len(ids) != 1 || d.pushesTo("boss") != 2 {
		t.Errorf("digests by id: %v", ids)
	}
}
