package notify_test

import (
	"strings"
	"testing"

	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/notify"
)

// An administrator is advised once, in the language that they chose, by an e-mail that leads to the page; who takes no
// e-mails has it in the inbox.
func TestAnAdministratorIsAdvisedOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.Pages = notify.Pages{Base: "https://respons.example.gov.my", Stop: func(person string) string { return "https://respons.example.gov.my/stop?" + person }}
		d.Addresses = notify.Book{People: d.People}
		english := enrol(t, d, identity.Person{Role: complaint.Administrator, Lang: "en", Email: "bala@example.gov.my"}, "bala")
		malay := enrol(t, d, identity.Person{Role: complaint.Administrator, Lang: "en", Email: "chong@example.gov.my"}, "chong")
		quiet := enrol(t, d, identity.Person{Role: complaint.Administrator, Lang: "en", Email: "devi@example.gov.my"}, "devi")
		for person, p := range map[string]notify.Preferences{malay.ID: {Lang: "ms"}, quiet.ID: {Off: []notify.Channel{notify.Email}}} {
			if err := d.Prefer(t.Context(), person, p); err != nil {
				t.Fatal(err)
			}
		}
		x := notify.Advice{ID: "amendment:1", Event: notify.AmendmentSubmitted, Path: "/console/amendments/1"}
		for range 2 {
			for _, p := range []identity.Person{english, malay, quiet} {
				if err := d.Advise(t.Context(), p, x); err != nil {
					t.Fatal(err)
				}
			}
			d.resend(t)
		}
		want := map[string]string{"bala@example.gov.my": "waits for approval", "chong@example.gov.my": "menunggu kelulusan"}
		for _, l := range d.letters {
			if want[l.To] == "" || !strings.Contains(l.Subject, want[l.To]) || !strings.Contains(l.Body, ": https://respons.example.gov.my/console/amendments/1\n") {
				t.Errorf("%s: %s\n%s", l.To, l.Subject, l.Body)
			}
		}
		if len(d.letters) != len(want) {
			t.Errorf("%d e-mails", len(d.letters))
		}
		for _, p := range []identity.Person{english, malay, quiet} {
			list, _, err := d.Search(t.Context(), notify.Search{Person: p.ID, Channel: notify.Inbox, Limit: 10})
			if err != nil || len(list) != 1 || list[0].Audience != "administrator" {
				t.Errorf("the inbox of %s: %+v, %v", p.Name, list, err)
			}
			if n := d.pushesTo(p.Name); n != 0 {
				t.Errorf("%d pushes to %s", n, p.Name)
			}
		}
	})
}
