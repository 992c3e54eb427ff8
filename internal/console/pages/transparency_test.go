package pages_test

import (
	"fmt"
	"strings"
	"testing"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
)

// The public sees figures in four languages, none of few and none of restricted matters.
func TestEverybodySeesTheFigures(t *testing.T) {
	site := browsertest.Start(t, nil)
	bribes, ok := site.App.Ref.Now().Catalogue.Get("INT01")
	if !ok || !bribes.Restricted {
		t.Fatal("the test needs another restricted category")
	}
	tip := toMBPJ
	tip.Category, tip.Restricted = bribes.Code, true
	for i := range 60 {
		c := routed(t, site, fmt.Sprintf("Lubang nombor %d di Jalan SS2/24", i), toMBPJ)
		if i%2 == 0 {
			officer(t, site, c.Number, func(c *complaint.Complaint, by complaint.By) error {
				_, err := site.App.Cases.Accept(t.Context(), c.ID, "", by)
				if err == nil {
					_, err = site.App.Cases.Resolve(t.Context(), c.ID, "Siap.", by)
				}
				return err
			})
		}
	}
	for i := range 6 {
		routed(t, site, fmt.Sprintf("Pegawai minta wang, resit %d", i), tip)
	}
	if err := site.App.Figures.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := site.Open(t, browsertest.View{Phone: true, NoScript: true})
	b.Visit("/")
	b.Click(`a[href="/transparency"]`)
	b.Says("h1", "Ketelusan")
	b.Says("main", "Majlis Bandaraya Petaling Jaya")
	if page := b.Text("main"); strings.Contains(page, "minta wang") || strings.Contains(page, bribes.NameMS) {
		t.Error("a restricted matter is on the page")
	}
	b.Accessible()
	b.Shot("transparency-phone")
	b.True(`fetch(document.querySelector('a[href*="format=csv"]').href).then(r => r.text()).then(s => /,MBPJ,JLN01,6\d,30/.test(s) && !s.includes("INT01"))`)
	b.True(`fetch(document.querySelector('a[href*="format=json"]').href).then(r => r.json()).then(l => l.some(d => d.agency === "MBPJ" && d.received >= 60))`)
	b.True(`fetch(document.querySelector('a[href^="/v1/public/statistics"]').href).then(r => r.json()).then(s => s.all.received >= 60)`)
	b.True(`fetch(document.querySelector("a.rss").href).then(r => r.text()).then(s => s.includes("<rss"))`)
	for lang, title := range map[string]string{"en": "Transparency", "zh": "公开透明", "ta": "வெளிப்படைத்தன்மை"} {
		v := site.Open(t, browsertest.View{Lang: lang, Dark: lang == "ta", Phone: lang == "ta"})
		v.Visit("/transparency")
		v.Says("h1", title)
		v.Accessible()
		v.Shot("transparency-" + lang)
		v.Visit("/transparency?from=2026-05&to=2026-01&all=1")
		v.Wait("#failed")
	}
}
