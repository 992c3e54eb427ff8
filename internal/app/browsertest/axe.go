package browsertest

import (
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (Mozilla Public License 2.0, github.com/dequelabs/axe-core), used in tests only.
//
//go:embed axe.min.js
var axe string

// finding is what axe says of one rule that is broken.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

// Accessible fails the test for every finding of WCAG 2.2 A and AA on the page as it stands, and where the page is wider
// than the window.
func (b *Tab) Accessible() {
	b.t.Helper()
	var raw string
	b.evaluate(`Promise.all(document.getAnimations().map(a => a.finished)).then(() => true)`, nil, awaiting) // half-faded text has no contrast
	b.Do(chromedp.Evaluate(axe, nil), chromedp.Evaluate(`axe.run(document, {runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]})
		.then(r => JSON.stringify(r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html}))}))))`, &raw, awaiting))
	var found []finding
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range found {
		var where []string
		for _, n := range f.Nodes {
			where = append(where, n.HTML)
		}
		b.t.Errorf("%s: %s (%s, %s): %s", b.Path(), f.Help, f.ID, f.Impact, strings.Join(where, " | "))
	}
	var over bool
	b.evaluate(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &over)
	if over {
		b.t.Errorf("%s is wider than the window", b.Path())
	}
}

func quote(s string) string {
	raw, _ := json.Marshal(s) // a string is always encoded
	return string(raw)
}
