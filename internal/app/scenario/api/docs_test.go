package api_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"respons/internal/app/browsertest"
	"respons/internal/config"
)

// The page to try the API works from this server alone; the tab fails the test where it asks another host for anything.
func TestTheDocsPageTriesTheAPIWithoutAnotherHost(t *testing.T) {
	site := browsertest.Start(t, func(c *config.Config) { c.Demo = false })
	tab := site.Open(t, browsertest.View{})
	tab.Visit("/docs/")
	const hotlines = "#operations-citizen-list-hotlines"
	tab.Click(hotlines + " button.opblock-summary-control")
	tab.Click(hotlines + " button.try-out__btn")
	tab.Click(hotlines + " button.execute")
	var answered string
	tab.Do(chromedp.Text(hotlines+" .live-responses-table tbody", &answered, chromedp.ByQuery, chromedp.NodeVisible))
	if !strings.Contains(answered, "200") || !strings.Contains(answered, "999") {
		t.Errorf("trying it shows %q", answered)
	}
}
