package pages_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/browsertest"
	"respons/internal/complaint"
	"respons/internal/config"
)

// ended files a complaint that its citizen takes back.
func ended(t *testing.T, site *browsertest.Site, text string) *complaint.Complaint {
	t.Helper()
	c := routed(t, site, text, toMBPJ)
	by := complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: c.Citizen}}
	if _, err := site.App.Cases.Withdraw(t.Context(), c.ID, "It was mended by itself", by); err != nil {
		t.Fatal(err)
	}
	return c
}

// listed has the complaints listed whose years are over in eight years and some days.
func listed(t *testing.T, site *browsertest.Site, days int) {
	t.Helper()
	later := *site.App.Disposals
	later.Now = func() time.Time { return time.Now().AddDate(8, 0, days) }
	if n, err := later.Propose(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d lists, %v", n, err)
	}
}

// restricted is a complaint that was held with all of its citizen before it turned out to be one for cleared staff only.
func restricted(t *testing.T, site *browsertest.Site, by complaint.Actor) *complaint.Complaint {
	t.Helper()
	c := routed(t, site, "Somebody asked for money at the counter", toMBPJ)
	if _, err := site.App.Citizens.SetHold(t.Context(), c, true, "Case of the commission", by); err != nil {
		t.Fatal(err)
	}
	c.Secret = true
	if err := site.App.Cases.Store.Replace(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// numbers reads the complaints of a disposal list from the API, a few at a time.
func numbers(t *testing.T, address, token string) (all []string) {
	t.Helper()
	for cursor := ""; ; {
		a, body := get(t, address+"?limit=2&cursor="+cursor, token)
		var page struct {
			Count int
			Items []struct{ Number string }
			Next  string
		}
		if err := json.Unmarshal(body, &page); err != nil || a.StatusCode != http.StatusOK || page.Count != 3 || len(page.Items) > 2 {
			t.Fatalf("%d %s, %v", a.StatusCode, body, err)
		}
		for _, i := range page.Items {
			all = append(all, i.Number)
		}
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// onlyReading is the shipped reference data, but oversight may set no holds.
func onlyReading(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, app.Folder("")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "permissions.csv")
	table, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(table), "complaint.hold,-,-,-,-,-,all,open", "complaint.hold,-,-,-,-,-,-,open", 1)
	if changed == string(table) {
		t.Fatal("permissions.csv has no such row any more")
	}
	if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An administrator holds a complaint, approves a disposal list on which it stands, sees that it was kept, and releases it.
func TestRecordsAreHeldAndDisposedOf(t *testing.T) {
	site := browsertest.Start(t, func(c *config.Config) { c.SweepSeconds, c.Configs = 1, onlyReading(t) })
	noor, token := colleague(t, site, complaint.Administrator, "Puan Noor", "")
	_, overseer := colleague(t, site, complaint.Oversight, "Encik Raj", "")
	_, officer := colleague(t, site, complaint.Officer, "Aina", "MBPJ")
	kept := ended(t, site, "A hole over which there is a case in court")
	gone := []*complaint.Complaint{ended(t, site, "A hole that was mended"), ended(t, site, "Another hole that was mended")}
	listed(t, site, 0)
	lists, _, err := site.App.Disposals.List(t.Context(), "", 10)
	if err != nil || len(lists) != 1 {
		t.Fatalf("%d lists, %v", len(lists), err)
	}
	list := "/console/disposals/" + lists[0].ID
	row := func(c *complaint.Complaint) string { // of a table, by number
		return fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].find(r => r.querySelector("th").textContent.includes(%q))`, c.Number)
	}

	b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
	dark := site.Open(t, browsertest.View{Token: token, Phone: true, Dark: true})
	onPhone := func(path, shot string) {
		t.Helper()
		dark.Visit(path)
		dark.Accessible()
		dark.Shot(shot + "-phone-dark")
	}

	t.Run("nothing is held yet", func(t *testing.T) {
		b.Visit("/console/admin")
		b.Click(`a[href="/console/holds"]`)
		b.Says(".empty", "Nothing is held")
		b.Accessible()
		b.Shot("holds-empty-wide")
	})

	t.Run("a list waits for approval", func(t *testing.T) {
		b.Visit("/console/admin")
		b.Click(`a[href="/console/disposals"]`)
		b.Says("tbody", "Waits for approval")
		b.Says("tbody", "7 years")
		b.Accessible()
		b.Shot("disposals-wide")
		onPhone("/console/disposals", "disposals")
		b.Click("tbody a")
		b.Until(row(gone[0]) + ` && ` + row(gone[1]) + ` && ` + row(kept))
		b.Accessible()
		b.Shot("disposal-proposed-wide")
		onPhone(list, "disposal-proposed")
		if got := numbers(t, site.URL+"/v1/staff/disposals/"+lists[0].ID, token); !slices.Equal(got, []string{kept.Number, gone[0].Number, gone[1].Number}) {
			t.Errorf("the list in pages: %v", got)
		}
		if a, _ := get(t, site.URL+list+"?cursor=RR-0000-0000", token); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a cursor that is none: %d", a.StatusCode)
		}
	})

	t.Run("one of its complaints is held", func(t *testing.T) {
		secret := restricted(t, site, noor.Actor())
		b.Visit("/console/complaints/" + kept.Number)
		b.Shot("ticket-hold-wide")
		b.Click(`a[href="/console/holds?number=` + kept.Number + `"]`)
		b.Until(`document.querySelector("#number").value === "` + kept.Number + `"`)
		b.Fill("#number", "RR-7K3M")
		b.Fill("#reason", "Order of the High Court BA-25-11-2026")
		b.Click("form.panel button.first")
		b.Says("#wrong-number", "no complaint number")
		b.Until(`document.querySelector("#reason").value.startsWith("Order of the High Court")`) // nothing typed is lost
		b.Fill("#number", complaint.NewNumber())
		b.Click("form.panel button.first")
		b.Says("#wrong-number", "that you may see")
		b.Accessible()
		b.Shot("holds-wrong-wide")
		b.Fill("#number", strings.ToLower(strings.ReplaceAll(kept.Number, "-", ""))) // as people type it
		b.Click("form.panel button.first")
		b.Says(".done", "The hold was set")
		b.Says("tbody", "Order of the High Court BA-25-11-2026")
		b.Says("tbody", "This complaint only")
		b.Until(row(secret) + `.textContent.includes("Restricted complaint") && !` + row(secret) + `.querySelector("a, form")`)
		b.Accessible()
		b.Shot("holds-wide")
		b.Fill("#number", kept.Number)
		b.Fill("#reason", "Another order")
		b.Click("form.panel button.first")
		b.Says("#failed", "already held")
		b.Until(`document.querySelector("#reason").value === "Another order"`)
		b.Visit(list)
		b.Until(row(kept) + `.textContent.includes("Held, will be kept")`)
		b.Shot("disposal-held-wide")
	})

	t.Run("whoever may only read sees no forms", func(t *testing.T) {
		r := site.Open(t, browsertest.View{Token: overseer, Lang: "en"})
		for _, path := range []string{"/console/holds", list} {
			r.Visit(path)
			r.Says("tbody", kept.Number)
			r.Until(`!document.querySelector('main form, main a[href*="/console/holds?"]')`)
			r.Accessible()
		}
		r.Visit("/console/complaints/" + kept.Number)
		r.Until(`document.querySelector(".ticket") && !document.querySelector('a[href*="/console/holds"]')`)
		r.Visit("/console/admin")
		r.Until(`document.querySelector('a[href="/console/holds"]') && document.querySelector('a[href="/console/disposals"]')`)
		for _, path := range []string{"/console/holds", "/console/disposals", list} {
			if a, _ := get(t, site.URL+path, officer); a.StatusCode != http.StatusForbidden {
				t.Errorf("an officer at %s: %d", path, a.StatusCode)
			}
		}
	})

	t.Run("the list is approved, which needs a tick and no script", func(t *testing.T) {
		s := site.Open(t, browsertest.View{Token: token, Lang: "en", NoScript: true})
		s.Visit(list)
		s.True(`document.querySelector("[name=sure]").required = false; true`) // as an old browser would
		s.Click("button.grave")
		s.Says("#wrong-sure", "Nothing was destroyed")
		s.Accessible()
		s.Shot("disposal-unsure-wide")
		if x, err := site.App.Disposals.ByID(t.Context(), lists[0].ID); err != nil || x.Approval != nil {
			t.Fatalf("approved without a tick: %+v, %v", x, err)
		}
		s.Click("[name=sure]")
		s.Click("button.grave")
		s.Says(".done", "was approved")
		b.Visit(list)
		b.Says("#watched", "2 destroyed, 1 kept")
		b.Says("#watched .tag", "Done")
		b.Says("#watched .facts", "Puan Noor")
		b.Until(row(kept) + `.textContent.includes("Kept: under a legal hold")`)
		b.Until(`!` + row(gone[0]) + `.querySelector("a") && ` + row(kept) + `.querySelector("th a")`)
		b.Accessible()
		b.Shot("disposal-done-wide")
		onPhone(list, "disposal-done")
		for _, c := range gone {
			if a, _ := get(t, site.URL+"/console/complaints/"+c.Number, token); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s was destroyed: %d", c.Number, a.StatusCode)
			}
		}
		look(t, site, kept.Number)
	})

	t.Run("the hold is released, and the complaint is listed again", func(t *testing.T) {
		b.Visit("/console/holds")
		b.Click("tbody summary")
		b.Fill("tbody input[name=reason]", "   ")
		b.Click("tbody button")
		b.Says("tbody .wrong", "why the hold ends")
		b.Accessible()
		b.Shot("holds-release-wrong-wide")
		onPhone("/console/holds", "holds")
		b.Fill("tbody input[name=reason]", "The court has decided")
		b.Click("tbody button")
		b.Says(".done", "The hold was released")
		b.Until(`document.querySelector("tbody") && !` + row(kept))
		listed(t, site, 1)
		b.Visit("/console/disposals")
		b.Until(`document.querySelectorAll("tbody tr").length === 2`)
		b.Visit("/console/record?search=1")
		for _, act := range []string{"hold.set", "hold.release", "disposal.approve", "disposal.destroy"} {
			b.Says("tbody", act)
		}
	})
}
