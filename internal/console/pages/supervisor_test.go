package pages_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
	"respons/internal/identity"
)

// A supervisor sees what is late and what will be, gives it to somebody, and it leaves the list.
func TestASupervisorsDay(t *testing.T) {
	site := browsertest.Start(t, nil)
	aina, _ := colleague(t, site, complaint.Officer, "Aina", "MBPJ")
	_, token := colleague(t, site, complaint.Supervisor, "Puan Lim", "MBPJ")
	_, state := colleague(t, site, complaint.Supervisor, "Encik Raju", "SUK-SGR")
	_, other := colleague(t, site, complaint.Supervisor, "Cik Siti", "MBSA")
	soon := before(t, site, 215*time.Minute, "A pothole near the bank that grows") // 4 hours to accept: 80 % is over
	late := before(t, site, 5*time.Hour, "A pothole near the market that grows")
	sweep := func() {
		t.Helper()
		if err := site.App.Sweep.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		_, ahead := get(t, site.URL+"/console/board/complaints?predicted=true", token)
		_, missed := get(t, site.URL+"/console/board/complaints?standing=overdue", token)
		if bytes.Contains(ahead, []byte(soon.Number)) && bytes.Contains(missed, []byte(late.Number)) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nothing was counted")
		}
	}

	b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
	b.Visit("/console")
	b.Click(`.top nav a[href="/console/board"]`)
	b.Says("h1", "Petaling Jaya")
	b.Says(".tiles", "overdue")
	b.Accessible()
	b.Shot("board-wide")
	b.Click(".tiles .late a")
	b.Says("tbody", late.Number)
	b.Says("tbody", "The agency's acceptance")
	b.Accessible()
	b.Shot("breaches-wide")

	t.Run("hands on what is foreseen to be late", func(t *testing.T) {
		b.Click(`.tabs a[href*="predicted"]`)
		b.Says("tbody", soon.Number)
		b.Says("tbody", "80 % of the time is over")
		b.Shot("predicted-wide")
		b.Click(`tbody a[href$="` + soon.Number + `"]`)
		b.Wait(".ticket")
		keys(b, "h")
		b.Choose("#officer", aina.ID)
		b.Click(`form[action$="/hand"] button.first`)
		b.Says(".done", "The complaint was given")
		if _, err := site.App.Cases.Accept(t.Context(), soon.ID, "We are coming.", complaint.By{Actor: aina.Actor()}); err != nil {
			t.Fatal(err)
		}
		sweep()
		for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) { // it is told, and then counted
			if _, body := get(t, site.URL+"/console/board/complaints?predicted=true", token); !bytes.Contains(body, []byte(soon.Number)) {
				break
			}
			if time.Now().After(end) {
				t.Fatal("what was accepted is still foreseen to be late")
			}
		}
	})

	t.Run("the figures move by themselves", func(t *testing.T) {
		b.Visit("/console/board")
		was := b.Text(".tiles li:nth-child(2) b")
		before(t, site, 5*time.Hour, "Another pothole near the market")
		sweep()
		b.Until(`document.querySelector(".tiles li:nth-child(2) b").textContent !== "` + was + `"`)
	})

	t.Run("a state secretary sees its councils", func(t *testing.T) {
		b := site.Open(t, browsertest.View{Token: state, Lang: "ms", Phone: true, Dark: true})
		b.Visit("/console/board")
		b.Says("#live", "Majlis Bandaraya Petaling Jaya")
		b.Accessible()
		b.Shot("board-phone-dark")
		b.Visit("/console/board/compare?by=overdue")
		b.Says("tbody", "Majlis Bandaraya Petaling Jaya")
		b.Accessible()
		b.Shot("compare-phone-dark")
		b.Visit("/console/board/map")
		b.Says("tbody", "Petaling, Selangor")
		b.Accessible()
		b.Shot("map-phone-dark")
		b.Visit("/console/board/complaints?standing=overdue")
		b.Says("tbody", late.Number)
		b.Accessible()
		b.Shot("breaches-phone-dark")
	})

	t.Run("wide, by day", func(t *testing.T) {
		b := site.Open(t, browsertest.View{Token: state, Lang: "en"})
		for _, page := range []string{"compare", "map"} {
			b.Visit("/console/board/" + page)
			b.Wait("tbody a")
			b.Accessible()
			b.Shot(page + "-wide")
		}
	})

	t.Run("nobody sees a sibling's figures", func(t *testing.T) {
		a, body := get(t, site.URL+"/console/board?agency=MBPJ", other)
		if a.StatusCode != http.StatusForbidden || bytes.Contains(body, []byte(late.Number)) {
			t.Errorf("a sibling's board: %d", a.StatusCode)
		}
		if _, body := get(t, site.URL+"/console/board/complaints?standing=overdue", other); bytes.Contains(body, []byte(late.Number)) {
			t.Error("a sibling's late complaint is listed")
		}
	})

	t.Run("a whole list is ordered, a report scheduled", func(t *testing.T) {
		_, token, err := site.App.People.Enrol(t.Context(), identity.Person{Role: complaint.Supervisor, Name: "Puan Tan", Agency: "MBPJ", Lang: "en", Email: "tan@mbpj.gov.my"}, "")
		if err != nil {
			t.Fatal(err)
		}
		b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
		b.Visit("/console/board/complaints?standing=overdue")
		b.Click("details summary")
		b.Click(`button[value="xlsx"]`)
		b.Says(".done", "The file was ordered")
		b.Wait(`#exports a[href^="/console/board/exports/"]`) // by itself, once it is ready
		b.Accessible()
		b.Shot("exports-wide")
		b.Visit("/console/board/schedule")
		b.Says("main", "tan@mbpj.gov.my")
		b.Choose("#every", "daily")
		b.Click("main button.first")
		b.Says(".done", "The report is scheduled")
		b.Says("main", "Next")
		b.Accessible()
		b.Shot("schedule-wide")
		b.Click("button.grave")
		b.Says(".done", "The report was ended")
		b.Fill("#agency", "MPKB-BRI")
		b.Click("main button.first")
		b.Says("#failed", "none of them")
		b.Until(`document.querySelector("#agency").value === "MPKB-BRI"`)
	})

	t.Run("tables are files", func(t *testing.T) {
		a, body := get(t, site.URL+"/console/board/complaints?standing=overdue&as=csv", token)
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil || !strings.Contains(a.Header.Get("Content-Disposition"), ".csv") ||
			!slices.ContainsFunc(lines, func(l []string) bool { return l[0] == late.Number && slices.Contains(l, "acceptance") }) {
			t.Errorf("CSV: %d %v %q", a.StatusCode, err, lines)
		}
		_, body = get(t, site.URL+"/console/board?as=xlsx", state)
		f, err := excelize.OpenReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if rows, err := f.GetRows(f.GetSheetName(0)); err != nil || len(rows) < 2 || rows[1][0] != "MBPJ" || len(f.GetSheetList()) != 5 {
			t.Errorf("XLSX: %v, %q, sheets %v", err, rows, f.GetSheetList())
		}
		if a, _ := get(t, site.URL+"/console/board?as=pdf", token); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("as a form that there is not: %d", a.StatusCode)
		}
	})
}

// before files a complaint some time ago, as MBPJ's.
func before(t *testing.T, site *browsertest.Site, ago time.Duration, text string) *complaint.Complaint {
	t.Helper()
	cases := *site.App.Cases
	cases.Router, cases.Hints = answers(toMBPJ), silent{}
	cases.Now = func() time.Time { return time.Now().Add(-ago) }
	lat, lon := 3.1186, 101.6221
	c, _, err := cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: text, Lang: "en", Location: complaint.Location{Lat: &lat, Lon: &lon}})
	if err == nil {
		err = cases.Route(t.Context(), c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return look(t, site, c.Number)
}

func get(t *testing.T, address, token string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, body
}
