package pages_test

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/browsertest"
	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/routing"
)

// routed files a complaint and waits until it has been routed. Nothing is left to chance: the router is told the answer.
func routed(t *testing.T, site *browsertest.Site, text string, d routing.Decision) *complaint.Complaint {
	t.Helper()
	lat, lon := 3.1186, 101.6221
	cases := *site.App.Cases
	cases.Router, cases.Hints = answers(d), silent{} // no worker shall be faster
	c, _, err := cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: text, Lang: "en", Location: complaint.Location{Lat: &lat, Lon: &lon, Address: "Jalan SS2/24"}})
	if err != nil {
		t.Fatal(err)
	}
	cases.Hints = site.App.Cases.Hints
	if err := cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return look(t, site, c.Number)
}

// silent hints leave what is filed to the test.
type silent struct{}

func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}

// answers is a router that says what it is told.
type answers routing.Decision

func (a answers) Route(routing.Question) routing.Decision { return routing.Decision(a) }

var toMBPJ = routing.Decision{Agency: "MBPJ", Category: "JLN01", Confidence: 0.97, Auto: true, Place: routing.Place{State: "MY-10", Authority: "MBPJ", District: "Petaling"},
	Spot: routing.Spot{Lat: 3.1186, Lon: 101.6221, Radius: 150}, Alternatives: []routing.Alternative{{Agency: "MBPJ", Category: "JLN01", Confidence: 0.97}, {Agency: "JKR", Category: "JLN02", Confidence: 0.02}}}

func look(t *testing.T, site *browsertest.Site, number string) *complaint.Complaint {
	t.Helper()
	c, err := site.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// colleague enrols somebody and gives their token.
func colleague(t *testing.T, site *browsertest.Site, role complaint.Role, name, agency string) (identity.Person, string) {
	t.Helper()
	p, token, err := site.App.People.Enrol(t.Context(), identity.Person{Role: role, Name: name, Agency: agency, Lang: "en"}, "")
	if err != nil {
		t.Fatal(err)
	}
	return p, token
}

// keys presses keys once the page listens to them.
func keys(b *browsertest.Tab, pressed string) {
	b.Wait("#keys-open")
	b.Press(pressed)
}

// picture writes a small PNG to be chosen in a form.
func picture(t *testing.T) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "mended.png")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// An officer's day: by keys through the inbox, a question with a ready reply and its answer, a resolution with cause and
// photo, several at once, and one that belongs elsewhere.
func TestAnOfficersDay(t *testing.T) {
	site := browsertest.Start(t, nil)
	cases := site.App.Cases
	aina, token := colleague(t, site, complaint.Officer, "Aina", "MBPJ")
	first := routed(t, site, "Big hole in front of the clinic at SS2, call 012-3456789", toMBPJ)
	var many []*complaint.Complaint
	for _, text := range []string{"Hole number one near zebralane", "Hole number two near zebralane", "Hole number three near zebralane"} {
		many = append(many, routed(t, site, text, toMBPJ))
	}

	b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
	b.Visit("/console")
	keys(b, "?")
	b.Wait("#keys[open]")
	b.Says("#keys dl", "Next complaint")
	b.Accessible()
	b.Shot("keys-wide")
	b.Click("#keys form button")
	keys(b, "jjk") // down, down, up: the first is at hand again
	b.Until(`document.activeElement === document.querySelector(".inbox tbody th a")`)
	b.Fill("#q", "clinic SS2")
	b.Click(".filters .buttons button")
	b.Says("tbody tr", first.Number)
	b.Until(`document.querySelectorAll("tbody tr").length === 1`)
	if text := b.Text("tbody"); strings.Contains(text, "3456789") {
		t.Errorf("the search shows %q", text)
	}
	keys(b, "j")
	keys(b, browsertest.Enter)
	b.Wait(".ticket")
	b.Accessible()
	b.Shot("ticket-routed-wide")
	keys(b, "a")
	b.Says(".done", "The complaint was accepted")
	if c := look(t, site, first.Number); c.State != complaint.Accepted || c.Assignee != aina.ID {
		t.Errorf("after the key: %s of %q", c.State, c.Assignee)
	}

	t.Run("sees what was typed, on record", func(t *testing.T) {
		b.Click(`a[href$="/reveal"]`)
		b.Says("main", "the citizen is shown that you looked")
		b.Accessible()
		b.Shot("reveal-wide")
		b.Click(`input[value="text"]`)
		b.Fill("#reason", "why")
		b.Click("button.first")
		b.Wait(".wrong, #failed") // no sentence
		b.Fill("#reason", "The number is needed to find the place")
		b.Click("button.first")
		b.Says("#revealed", "3456789")
		b.Accessible()
		b.Visit("/console/complaints/" + first.Number)
	})

	t.Run("asks with a ready reply, in the citizen's language", func(t *testing.T) {
		keys(b, "q")
		b.Choose("#reply-ask", "where")
		b.Until(`document.querySelector("#note-ask").value.startsWith("Could you tell us the exact place")`)
		b.Click(`form[action$="/ask"] button.first`)
		b.Says(".done", "Deadlines pause until the answer")
		if c := look(t, site, first.Number); c.State != complaint.Waiting {
			t.Errorf("after the question: %s", c.State)
		}
		c := look(t, site, first.Number)
		if _, err := cases.Answer(t.Context(), c.ID, "At the gate of the clinic", complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: c.Citizen}}); err != nil {
			t.Fatal(err)
		}
		b.Visit("/console/complaints/" + first.Number)
		b.Says(".timeline", "At the gate of the clinic")
		b.Shot("ticket-answered-wide")
	})

	t.Run("a draft is kept, and a form that is behind loses nothing", func(t *testing.T) {
		keys(b, "w")
		b.Fill("#note-reply", "We are on the way.")
		b.Visit("/console/complaints/" + first.Number)
		b.Until(`document.querySelector("#note-reply").value === "We are on the way."`)
		c := look(t, site, first.Number)
		if _, err := cases.Write(t.Context(), c.ID, "A car is stuck in it now", complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: c.Citizen}}); err != nil {
			t.Fatal(err)
		}
		b.Click(`form[action$="/reply"] button.first`)
		b.Says("#failed", "Your action was not carried out")
		b.Says("#failed", "A car is stuck in it now")
		b.Until(`document.querySelector("#note-reply").value === "We are on the way."`)
		b.Accessible()
		b.Shot("ticket-stale-wide")
		b.Click(`form[action$="/reply"] button.first`)
		b.Says(".done", "The message was sent")
		b.Until(`document.querySelector("#note-reply").value === ""`)
	})

	t.Run("resolves with cause and photo", func(t *testing.T) {
		b.Visit("/console/complaints/" + first.Number + "#resolve")
		b.Wait("#note-resolve")
		b.Says("#resolve", "Asked for in this category")
		b.Fill("#note-resolve", "The hole was patched.")
		b.Choose("#cause", "JLN-WATER")
		b.Upload("#mended", picture(t))
		b.Click(`form[action$="/resolve"] button.first`)
		b.Says(".done", "The complaint was resolved")
		b.Says(".timeline", "Cause: Water or drainage")
		for end := time.Now().Add(time.Minute); len(look(t, site, first.Number).Attachments) == 0; time.Sleep(100 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the photo of the repair never came")
			}
		}
		c := look(t, site, first.Number)
		if e := c.Events[len(c.Events)-1]; c.State != complaint.Resolved || e.Cause != "JLN-WATER" || e.Note != "The hole was patched." {
			t.Errorf("resolved: %s %+v", c.State, e)
		}
		b.Visit("/console/complaints/" + first.Number)
		b.Wait(".photos img")
		b.Accessible()
		b.Shot("ticket-resolved-wide")
	})

	t.Run("accepts three at once and saves the filter", func(t *testing.T) {
		b.Visit("/console?q=zebralane")
		b.Click(".save summary")
		b.Fill("#name", "Zebra")
		b.Click(".save button")
		b.Says(".done", "The filter was saved")
		b.Says(".views", "Zebra")
		keys(b, "jxjxjx")
		b.Says("#picked", "3 selected")
		b.Accessible()
		b.Shot("inbox-picked-wide")
		keys(b, "a")
		b.Says(".done", "All that you selected was carried out")
		for _, m := range many {
			if c := look(t, site, m.Number); c.State != complaint.Accepted || c.Assignee != aina.ID {
				t.Errorf("%s: %s of %q", m.Number, c.State, c.Assignee)
			}
		}
		keys(b, "jxjxjx")
		b.Says("#picked", "3 selected")
		b.Click("#bar summary")
		b.Fill("#bulk-note", "All holes were patched.")
		officerOf(t, site, many[0], func(by complaint.By) error {
			_, err := cases.Resolve(t.Context(), many[0].ID, "Done already.", by)
			return err
		})
		b.Click(`#bar button[value="resolve"]`)
		b.Says("#failed", "2 of 3 complaints were carried out")
		b.Says("tbody", "Not done")
		b.Says("#typed", "All holes were patched.")
		b.Accessible()
		b.Shot("bulk-partly-wide")
	})

	t.Run("hands one on and transfers another", func(t *testing.T) {
		boss, _ := colleague(t, site, complaint.Supervisor, "Boss", "MBPJ")
		wrong := routed(t, site, "No water at all since the morning", toMBPJ)
		b.Visit("/console/complaints/" + wrong.Number)
		keys(b, "a")
		b.Says(".done", "accepted")
		keys(b, "h")
		b.Choose("#officer", boss.ID)
		b.Click(`form[action$="/hand"] button.first`)
		b.Says(".done", "The complaint was given")
		if c := look(t, site, wrong.Number); c.Assignee != boss.ID || c.State != complaint.Accepted {
			t.Errorf("handed on: %s of %q", c.State, c.Assignee)
		}
		keys(b, "t")
		b.Wait("#transfer")
		b.Fill("#reason", "The water company must act.")
		b.Fill("#q", "air selangor")
		b.Says("#found", "AIRSEL")
		b.Accessible()
		b.Shot("transfer-wide")
		b.Click(`#found input[value="AIRSEL"]`)
		b.Click(`button[value="send"]`)
		b.Says(".done", "The complaint was transferred")
		if at := b.Path(); !strings.HasPrefix(at, "/console?") {
			t.Errorf("what is another agency's now is still shown at %s", at)
		}
		if c := look(t, site, wrong.Number); c.Agency != "AIRSEL" || c.State != complaint.Routed {
			t.Errorf("transferred: %s at %s", c.State, c.Agency)
		}
		b.Visit("/console/complaints/" + wrong.Number)
		b.Says("h1", "This cannot be done")
		b.Shot("ticket-not-mine-wide")
	})
}

// officerOf acts as the one who has a complaint.
func officerOf(t *testing.T, site *browsertest.Site, c *complaint.Complaint, act func(by complaint.By) error) {
	t.Helper()
	holder := look(t, site, c.Number).Assignee
	p, err := site.App.People.ByID(t.Context(), holder)
	if err == nil {
		err = act(complaint.By{Actor: p.Actor()})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Two who have the same complaint open learn of each other, and the queue tells what happens without moving a row.
func TestTwoOfficersOnOneComplaint(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, aina := colleague(t, site, complaint.Officer, "Aina", "MBPJ")
	_, bala := colleague(t, site, complaint.Officer, "Bala", "MBPJ")
	c := routed(t, site, "Two of us look at this hole", toMBPJ)
	one := site.Open(t, browsertest.View{Token: aina, Lang: "en"})
	one.Visit("/console/complaints/" + c.Number)
	two := site.Open(t, browsertest.View{Token: bala, Lang: "en", Phone: true, Dark: true})
	two.Visit("/console/complaints/" + c.Number)
	two.Says("#others", "Also open at Aina")
	two.Accessible()
	two.Shot("ticket-others-phone-dark")
	one.Says("#others", "Also open at Bala") // by the sign of life, without loading the page
	two.Visit("/console")
	two.Accessible()
	two.Shot("inbox-phone-dark")
	two.True(`new Promise(yes => { const s = new EventSource("/v1/staff/stream"); s.addEventListener("look", () => { s.close(); yes(true) }) })`)
	rows := two.Text("tbody")
	keys(one, "a")
	one.Says(".done", "accepted")
	two.Says("#news", "new or changed")
	if now := two.Text("tbody"); now != rows {
		t.Error("rows moved under the hand")
	}
	two.Click("#news a")
	two.Says("tbody", "Aina")
}

// Without any script the whole work can be done, and what is not there is a page that says so.
func TestStaffWorkWithoutScripts(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, token := colleague(t, site, complaint.Officer, "Aina", "MBPJ")
	c := routed(t, site, "A hole without any script", toMBPJ)
	b := site.Open(t, browsertest.View{Token: token, Lang: "en", NoScript: true})
	b.Visit("/console?q=script")
	b.Click("tbody th a")
	b.Click(`form[action$="/accept"] button.first`)
	b.Says(".done", "accepted")
	b.Click("#resolve summary")
	b.Choose("#reply-resolve", "patched")
	b.Click(`#resolve .fill button`)
	b.Until(`document.querySelector("#note-resolve").value.startsWith("The hole was patched")`)
	b.Shot("ticket-filled-noscript-wide")
	b.Click(`#resolve form button.first`)
	b.Says(".done", "resolved")
	if now := look(t, site, c.Number); now.State != complaint.Resolved {
		t.Errorf("in the end it is %s", now.State)
	}
	other := routed(t, site, "Another hole without any script", toMBPJ)
	b.Visit("/console?q=script&state=routed")
	b.Click("[name=pick]")
	b.Click(`#bar button[value="accept"]`)
	b.Says(".done", "carried out")
	b.Visit("/console/complaints/" + other.Number + "/transfer")
	b.Fill("#reason", "It is the state's road.")
	b.Fill("#q", "kerja raya")
	b.Click(`button[value="search"]:not([hidden])`)
	b.Wait("#found input")
	b.Until(`document.querySelector("#reason").value === "It is the state's road."`)
	b.Click(`#found input`)
	b.Click(`button[value="send"]`)
	b.Says(".done", "transferred")
	b.Visit("/console/complaints/RR-0000-0000")
	b.Says("h1", "This cannot be done")
	b.Accessible()
	stranger := site.Open(t, browsertest.View{Token: app.DemoToken(complaint.Officer, "DBKL"), Lang: "en"})
	stranger.Visit("/console/complaints/" + c.Number)
	stranger.Says("main", "There is nothing here")
	if text := stranger.Text("main"); strings.Contains(text, "script") {
		t.Errorf("a stranger reads %q", text)
	}
}

// The desk decides by one key each, sees who gave a complaint back and why, and binds with its last decision.
func TestTheDeskDecides(t *testing.T) {
	site := browsertest.Start(t, nil)
	unsure := toMBPJ
	unsure.Auto, unsure.Alternatives = false, []routing.Alternative{{Agency: "MBPJ", Category: "JLN01", Confidence: 0.5}, {Agency: "JKR", Category: "JLN02", Confidence: 0.3},
		{Agency: "TNB", Category: "ELK01", Confidence: 0.1}, {Agency: "AIRSEL", Category: "AIR02", Confidence: 0.05}, {Agency: "MBSA", Category: "JLN01", Confidence: 0.03}}
	keyed := routed(t, site, "Whose hole is this", unsure)
	private := routed(t, site, "My neighbour owes me money", unsure)
	bounced := routed(t, site, "Nobody wants this hole", toMBPJ)
	giveBack(t, site, bounced)

	b := site.Open(t, browsertest.View{Token: app.DemoToken(complaint.Desk, ""), Lang: "en"})
	b.Visit("/console/triage")
	b.Says("tbody", keyed.Number)
	b.Accessible()
	b.Shot("triage-wide")
	b.Visit("/console/triage/" + keyed.Number)
	b.Accessible()
	b.Shot("decision-wide")
	keys(b, "2")
	b.Says(".done", "sent to the agency that you chose")
	if c := look(t, site, keyed.Number); c.Agency != "JKR" || c.Category != "JLN02" || c.State != complaint.Routed {
		t.Errorf("by the key 2: %s, %s at %s", c.State, c.Category, c.Agency)
	}

	b.Visit("/console/triage/" + private.Number)
	keys(b, "x")
	b.Choose("#reject-reason", "private")
	b.Fill("#note-reject", "Please ask the small claims court.")
	b.Click(`.acts form button.grave`)
	b.Says(".done", "rejected")
	if c := look(t, site, private.Number); c.State != complaint.Rejected || c.Events[len(c.Events)-1].Note != "Please ask the small claims court." {
		t.Errorf("rejected: %s", c.State)
	}

	b.Visit("/console/triage/" + bounced.Number)
	b.Says("#bounces", "MBPJ")
	b.Says("#bounces", "not our road")
	b.Says("#binds", "Your decision binds")
	b.Accessible()
	b.Shot("decision-bounced-wide")
	b.Fill("#q", "majlis bandaraya shah")
	b.Says("#found", "MBSA")
	b.Click(`#found button`)
	b.Says(".done", "sent to the agency")
	if c := look(t, site, bounced.Number); c.Agency != "MBSA" || !c.Bound {
		t.Errorf("the last decision: %s, bound %v", c.Agency, c.Bound)
	}
	phone := site.Open(t, browsertest.View{Token: app.DemoToken(complaint.Desk, ""), Phone: true, Dark: true})
	phone.Visit("/console/triage")
	phone.Accessible()
	phone.Shot("triage-phone-dark")
	phone.Click("tbody th a")
	phone.Wait("#decide")
	phone.Accessible()
	phone.Shot("decision-phone-dark")
}

// giveBack returns a complaint until it goes to the desk for good.
func giveBack(t *testing.T, site *browsertest.Site, c *complaint.Complaint) {
	t.Helper()
	cases := *site.App.Cases
	cases.Router, cases.Hints = answers(toMBPJ), silent{}
	by := complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "x", Agency: "MBPJ"}}
	for range 10 {
		now := look(t, site, c.Number)
		switch now.State {
		case complaint.Routed:
			if _, err := cases.Return(t.Context(), c.ID, "not our road", by); err != nil {
				t.Fatal(err)
			}
		case complaint.Received:
			if err := cases.Route(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
		case complaint.Triage:
			if slices.ContainsFunc(now.Events, func(e complaint.Event) bool { return e.Action == complaint.Bounce }) {
				return
			}
			if _, err := cases.Assign(t.Context(), c.ID, "MBPJ", "", "", complaint.By{Actor: complaint.Actor{Role: complaint.Desk, ID: "d"}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatal("it never came to the desk for good")
}
