package pages_test

import (
	"net/http"
	"regexp"
	"testing"

	"respons/internal/app/browsertest"
	"respons/internal/complaint"
)

var linked = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// A page weighs less than 100 kB with its sheet and scripts, uncompressed and without photos. How soon something is painted
// depends on the machine: it is logged, not asserted.
func TestPagesAreLight(t *testing.T) {
	site := browsertest.Start(t, nil)
	_, supervisor := colleague(t, site, complaint.Supervisor, "Puan Lim", "MBPJ")
	_, administrator := colleague(t, site, complaint.Administrator, "Puan Noor", "")
	number := routed(t, site, "A pothole near the bank", toMBPJ).Number
	for path, token := range map[string]string{"/": "", "/file": "", "/transparency": "", "/sign-in": "", "/console": supervisor,
		"/console/complaints/" + number: supervisor, "/console/board": supervisor, "/console/record?search=1": administrator,
		"/console/agencies/MBPJ": administrator, "/console/tables/categories.csv": administrator} {
		a, body := get(t, site.URL+path, token)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, a.StatusCode)
		}
		weight, had := len(body), map[string]bool{}
		for _, m := range linked.FindAllSubmatch(body, -1) {
			if at := string(m[1]); !had[at] {
				had[at] = true
				_, part := get(t, site.URL+at, token)
				weight += len(part)
			}
		}
		if weight >= 100_000 {
			t.Errorf("%s weighs %d bytes", path, weight)
		}
		b := site.Open(t, browsertest.View{Token: token, Lang: "en"})
		b.Visit(path)
		b.Visit(path) // with the sheet and scripts at hand, as on every visit but the first
		b.Until(`performance.getEntriesByName("first-contentful-paint").length === 1`)
		t.Logf("%-32s %6d bytes, painted after %s ms", path, weight, b.Value(`performance.getEntriesByName("first-contentful-paint")[0].startTime.toFixed(0)`))
	}
}
