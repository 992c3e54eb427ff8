package pages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
)

// becomes waits until something is as it should be.
func becomes(t *testing.T, what, want string, is func() string) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); is() != want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is %q, want %q", what, is(), want)
		}
	}
}

// reasoned says why the draft on the page is made, and approves it.
func reasoned(b *browsertest.Tab, why string) {
	b.Fill("#reason", why)
	b.Click("aside form button")
	b.Says(".done", "saved")
	b.Click(`form[action$="/approve"] button`)
	b.Says(".done", "Approved")
}

// An administrator renames an agency, merges it into a new one, changes rows of tables with and without mistakes, looks at
// what would change, approves and goes back.
func TestAnAdministratorAmendsTheReferenceData(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, token := colleague(t, site, complaint.Administrator, "Puan Noor", "")
	c := routed(t, site, "A deep pothole in SS2", toMBPJ)
	b := site.Open(t, browsertest.View{Token: token, Lang: "en"})

	t.Run("renames an agency", func(t *testing.T) {
		b.Visit("/console/admin")
		b.Click(`a[href="/console/agencies"]`)
		b.Says("tbody", "Ministry")
		b.Accessible()
		b.Shot("agencies-wide")
		b.Fill("#find", "petaling jaya")
		b.Click("form[role=search] button")
		b.Until(`document.querySelectorAll("main tbody tr").length < 10`)
		b.Click(`tbody a[href="/console/agencies/MBPJ"]`)
		b.Says("h1", "Petaling Jaya City Council")
		b.Accessible()
		b.Shot("agency-wide")
		b.Fill("#name_ms", "Majlis Petaling")
		b.Fill("#name_en", "Petaling Council")
		b.Fill("#reason", "Warta P.U.(B) 12/2027")
		b.True(`document.querySelector("#from").removeAttribute("min"); document.querySelector("#from").value = "2020-01-01"; true`)
		b.Click(`form[action$="/rename"] button.first`)
		b.Says(".wrong", "must lie between")
		b.Until(`document.querySelector("#name_en").value === "Petaling Council"`) // nothing typed is lost
		b.Shot("agency-wrong-wide")
		b.True(`document.querySelector("#from").value = ""; true`)
		b.Click(`form[action$="/rename"] button.first`)
		b.Says(".done", "The draft was made")
		b.Says(".edits", "Petaling Council")
		b.Accessible()
		b.Shot("amendment-wide")
		b.Click(`form[action$="/approve"] button`)
		b.Says(".done", "Approved")
		becomes(t, "the name of MBPJ", "Petaling Council", func() string { a, _ := site.App.Ref.Now().Agencies.Get("MBPJ"); return a.NameEN })
		b.Visit("/console/complaints/" + c.Number)
		b.Says("main", "Petaling Council")
	})

	t.Run("merges it into a new one, and complaints follow", func(t *testing.T) {
		b.Visit("/console/agencies/MBPJ")
		b.Fill("#code", "MPTG")
		b.Fill("#new_ms", "Majlis Petaling Baharu")
		b.Fill("#new_en", "New Petaling Council")
		b.Fill(`input[name=into]`, "NOWHERE")
		b.Fill("#why", "Warta P.U.(B) 13/2027")
		b.Click(`form[action$="/succession"] button.first`)
		b.Says(".wrong", "no agency")
		b.Until(`document.querySelector("#new_en").value === "New Petaling Council"`)
		b.Fill(`input[name=into]`, "")
		b.Click(`form[action$="/succession"] button.first`)
		b.Says(".done", "The draft was made")
		b.Says("main", "open complaints, staff")
		b.Click(`form[action$="/preview"] button`)
		b.Says("#preview", "would go elsewhere")
		b.Says("#preview tbody", "MPTG")
		b.Accessible()
		b.Shot("amendment-preview-wide")
		b.Click(`form[action$="/approve"] button`)
		becomes(t, "the agency of "+c.Number, "MPTG", func() string { return look(t, site, c.Number).Agency })
		b.Visit("/console/agencies")
		b.Says("#former", "MBPJ")
		b.Shot("agencies-former-wide")
		b.Visit("/console/agencies/MBPJ")
		b.Says("main", "Replaced by")
	})

	t.Run("changes a row, is told a mistake and mends it", func(t *testing.T) {
		b.Visit("/console/tables")
		b.Accessible()
		b.Shot("tables-wide")
		b.Click(`a[href="/console/tables/categories.csv"]`)
		b.Fill("#find", "JLN01")
		b.Click("form[role=search] button.first")
		b.Until(`document.querySelectorAll("tbody tr").length === 1`)
		b.Says("tbody", "Pothole")
		b.Accessible()
		b.Shot("table-wide")
		b.Click("tbody th a")
		b.Says("h1", "Row")
		b.Fill("#f-priority", "77")
		b.Accessible()
		b.Shot("row-wide")
		b.Click("form.panel button.first")
		b.Says("#mistakes", "priority")
		b.Says("main", "Say why")
		b.Accessible()
		b.Shot("amendment-mistake-wide")
		b.Click("#mistakes a")
		b.Says("main", "The table as in the draft")
		b.Shot("table-draft-wide")
		b.Fill("#find", "JLN01")
		b.Click("form[role=search] button.first")
		b.Until(`document.querySelectorAll("tbody tr").length === 1`)
		b.Says("tbody .wrong", "priority")
		b.Click("tbody th a")
		b.Fill("#f-priority", "2")
		b.Fill("#f-sla", "S3")
		b.Click("form.panel button.first")
		b.Says(".edits", "S3")
		reasoned(b, "Pekeliling 4/2027")
		b.Visit("/console/tables/categories.csv/history")
		b.Says("main", "Pekeliling 4/2027")
		b.Accessible()
		b.Shot("history-wide")
	})

	t.Run("uploads a table that is none, and one with a rule of more", func(t *testing.T) {
		folder := t.TempDir()
		bad, good := filepath.Join(folder, "bad.csv"), filepath.Join(folder, "responsibility.csv")
		_, rules := get(t, site.URL+"/v1/staff/tables/responsibility.csv/csv", token)
		head, rest, _ := strings.Cut(string(rules), "\n")
		for name, text := range map[string]string{bad: "rule,when\nROAD,x,y\n", good: head + "\nROAD,state=MY-10,JKR,All roads of Selangor,,\n" + rest} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		b.Visit("/console/tables/responsibility.csv")
		b.Upload("#csv", bad)
		b.Click(`form[enctype] button`)
		b.Says("#failed", "row 2 has 3 fields")
		b.Upload("#csv", good)
		b.Click(`form[enctype] button`)
		b.Says(".edits", "All roads of Selangor")
		b.Click(`form[action$="/preview"] button`)
		b.Says("#preview tbody", "JKR")
		b.Shot("amendment-rule-wide")
		b.Click(`form[action$="/drop"] button`)
		b.Says("main", "Nothing changes yet")
		b.Click("aside details summary")
		b.Click(`form[action$="/withdraw"] button`)
		b.Says("h1", "Withdrawn")
	})

	t.Run("goes back to what was shipped", func(t *testing.T) {
		b.Visit("/console/tables/categories.csv/history")
		b.Click(`article:last-of-type button`)
		b.Says(".done", "The draft was made")
		reasoned(b, "Pekeliling 4/2027 dibatalkan")
		b.Visit("/console/amendments")
		b.Says("tbody", "dibatalkan")
		b.Accessible()
		b.Shot("amendments-wide")
		b.Visit("/console/record")
		b.Click("form.panel button.first")
		b.Says("tbody", "amendment.approve")
	})

	t.Run("on a phone in the dark, in Malay", func(t *testing.T) {
		b := site.Open(t, browsertest.View{Token: token, Phone: true, Dark: true})
		for i, page := range []string{"agencies", "agencies/MBSJ", "tables", "tables/responsibility.csv", "tables/messages.csv/row?row=1", "tables/categories.csv/history", "amendments"} {
			b.Visit("/console/" + page)
			b.Accessible()
			b.Shot(fmt.Sprintf("amend-%d-phone-dark", i))
		}
	})
}

// Another administrator sends a submitted draft back from a phone, and its author reads why.
func TestADraftIsSentBackToItsAuthor(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, author := colleague(t, site, complaint.Administrator, "Puan Noor", "")
	_, reviewer := colleague(t, site, complaint.Administrator, "Encik Lim", "")
	b := site.Open(t, browsertest.View{Token: author, Lang: "en"})
	b.Visit("/console/agencies/MBPJ")
	b.Fill("#name_en", "Petaling Council")
	b.Fill("#reason", "Gazette")
	b.Click(`form[action$="/rename"] button.first`)
	b.Says(".done", "The draft was made")
	b.True(`document.querySelector("form[action$=\"/return\"]") === null`)
	b.Click(`form[action$="/submit"] button`)
	b.Says(".done", "submitted")
	draft := b.Path()

	r := site.Open(t, browsertest.View{Token: reviewer, Lang: "en", Phone: true, Dark: true})
	r.Visit(draft)
	r.Click("details:has(#remark) summary")
	r.Accessible()
	r.Shot("amendment-return-phone")
	r.Fill("#remark", "Which gazette? Its number is missing.")
	r.Click(`form[action$="/return"] button`)
	r.Says(".done", "sent back to its author")

	b.Visit("/console/amendments")
	b.Says("tbody", "Sent back")
	b.Visit(draft)
	b.Says("#returned", "Encik Lim")
	b.Says("#returned", "Which gazette?")
	b.Accessible()
	b.Shot("amendment-returned-wide")
	b.Fill("#reason", "Gazette P.U.(B) 12/2027")
	b.Click("aside form button")
	b.Says(".done", "saved")
	b.Click(`form[action$="/submit"] button`)
	b.Says(".done", "submitted")
	b.True(`document.querySelector("#returned") === null`)
	b.Says("#earlier", "Which gazette?")
}
