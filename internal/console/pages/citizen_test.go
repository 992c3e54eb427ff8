package pages_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
	"respons/internal/store"
)

const pothole = "Lubang besar depan sekolah di Jalan SS2/72, tayar kereta pecah semalam"

var numberForm = regexp.MustCompile(`RR-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// held counts the complaints of which a text begins so.
func held(t *testing.T, site *browsertest.Site, text string) (n int) {
	t.Helper()
	page, err := site.App.Engine.Find(t.Context(), complaint.Collection.Name, store.Query{Index: "period", From: int64(0), Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Records {
		if strings.Contains(string(r.Body), text) {
			n++
		}
	}
	return n
}

// officer acts on a complaint as somebody of MBPJ would.
func officer(t *testing.T, site *browsertest.Site, number string, act func(c *complaint.Complaint, by complaint.By) error) {
	t.Helper()
	p, _, err := site.App.People.Authenticate(t.Context(), "demo-mbpj-officer")
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		c, err := site.App.Cases.Store.ByNumber(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		if c.State == complaint.Received && time.Now().Before(end) {
			continue // it is being routed
		}
		if err := act(c, complaint.By{Actor: p.Actor()}); err != nil {
			t.Fatal(err)
		}
		return
	}
}

func TestACitizenFilesAndFollowsInTheBrowser(t *testing.T) {
	site := browsertest.Start(t, nil)
	cases := site.App.Cases
	b := site.Open(t, browsertest.View{Phone: true})
	b.Visit("/")
	b.Accessible()
	b.Shot("home-phone")
	b.Click(`a[href="/file"]`)
	b.Fill("#text", pothole)
	b.Fill("#address", "Jalan SS2/72, Petaling Jaya")
	b.Fill("#postcode", "4730") // a digit short; the browser itself says so
	b.Fill("#postcode", "47300")
	b.Says("#saved", "Draf disimpan")
	b.Click(`button[value="preview"]`)
	b.Says("#preview", "Majlis Bandaraya Petaling Jaya")
	b.Accessible()
	b.Shot("file-preview-phone")
	b.Click(`button[value="send"]`)
	number := numberForm.FindString(b.Text("#receipt .big"))
	if number == "" {
		t.Fatal("the receipt shows no number")
	}
	b.Accessible()
	b.Shot("receipt-phone")
	officer(t, site, number, func(c *complaint.Complaint, by complaint.By) error {
		c, err := cases.Accept(t.Context(), c.ID, "", by)
		if err == nil {
			_, err = cases.Ask(t.Context(), c.ID, "Lorong kiri atau kanan?", by)
		}
		return err
	})
	b.Visit("/follow/" + number)
	b.Says(".timeline", "Lorong kiri atau kanan?")
	b.Accessible()
	b.Shot("mine-asked-phone")
	b.Fill("#answer", "Lorong kiri, dekat pagar sekolah")
	b.Click(".asked button.first")
	b.Says(".done", "Jawapan anda telah dihantar")
	officer(t, site, number, func(c *complaint.Complaint, by complaint.By) error {
		_, err := cases.Resolve(t.Context(), c.ID, "Lubang telah ditampal.", by)
		return err
	})
	b.Visit("/follow/" + number)
	b.Shot("mine-resolved-phone")
	b.Click(`form[action$="/confirm"] button`)
	b.Says("#state", "Ditutup")
	b.Click(`input[name="stars"][value="5"]`)
	b.Click(`form[action$="/rate"] button`)
	b.Says(".done", "penilaian anda")
	if c, err := cases.Store.ByNumber(t.Context(), number); err != nil || c.Rating != 5 || c.State != complaint.Closed {
		t.Errorf("in the end: %+v, %v", c, err)
	}

	// Another browser knows neither number nor code and has to show both.
	other := site.Open(t, browsertest.View{Lang: "zh"})
	other.Visit("/follow/" + number)
	if at := other.Path(); at != "/follow" {
		t.Errorf("a stranger came to %s", at)
	}
	other.Fill("#number", number)
	other.Fill("#code", "AAAAA-AAAAA")
	other.Click("form.panel button.first")
	other.Says("#failed", "没有与此编号和查询码相符的投诉")
	other.Accessible()
	other.Shot("follow-wrong-wide-zh")
}

// A form that is sent while the line is down waits on the phone, arrives by itself, and makes one complaint.
func TestAReportWrittenWithoutALineArrivesOnce(t *testing.T) {
	site := browsertest.Start(t, nil)
	b := site.Open(t, browsertest.View{Phone: true, Dark: true, Lang: "en"})
	b.Visit("/file")
	b.True(`navigator.serviceWorker.ready.then(() => new Promise(yes => navigator.serviceWorker.controller ? yes(true) : navigator.serviceWorker.addEventListener("controllerchange", () => yes(true))))`)
	b.Visit("/file")
	site.Cut()
	b.Fill("#text", pothole)
	b.Click(`button[value="send"]`)
	b.Says("#saved", "Waiting for a line")
	b.Shot("file-queued-phone-dark")
	b.Visit("/")
	b.Says("#waiting", "1 reports wait")
	if n := held(t, site, "Lubang besar depan sekolah"); n != 0 {
		t.Fatalf("%d complaints came through a line that was cut", n)
	}
	site.Mend()
	b.Visit("/follow")
	b.Says("main", "RR-")
	for range 3 { // whatever was sent twice is the same
		b.Visit("/")
	}
	for end := time.Now().Add(30 * time.Second); held(t, site, "Lubang besar depan sekolah") != 1; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d complaints, want one", held(t, site, "Lubang besar depan sekolah"))
		}
	}
	b.Visit("/follow")
	b.Click(".panel ul a")
	b.Says("#state", "")
	b.Accessible()
	b.Shot("mine-phone-dark")
}

func TestDangerIsToldBeforeAnythingElse(t *testing.T) {
	site := browsertest.Start(t, nil)
	b := site.Open(t, browsertest.View{Lang: "en", NoScript: true})
	b.Visit("/file")
	b.Accessible()
	b.Shot("file-wide")
	b.Click(`button[value="send"]`) // empty: the browser keeps it
	b.Fill("#text", "Rumah jiran terbakar sekarang, ada orang terperangkap di dalam!")
	b.Click(`button[value="preview"]`)
	b.Says(".danger h2", "Call 999 now")
	b.Accessible()
	b.Shot("file-danger-wide")
	b.Click(`button[value="send"]`)
	b.Says("#receipt", "Your report was received")
	b.Shot("receipt-wide")
}
