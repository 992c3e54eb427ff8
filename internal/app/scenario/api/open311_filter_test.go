package api_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

// Every filter gives what it names, and its limits are kept to.
func TestOpen311Filters(t *testing.T) {
	apptest.InTown(t, "2026-11-26 15:00", nil, func(t *testing.T, w *apptest.Town) {
		name := map[string]string{}
		file := func(n, category string, ago time.Duration) *complaint.Complaint {
			at311(w, category)
			was := w.Now
			w.Now = w.Now.Add(-ago)
			defer func() { w.Now = was }()
			c, _, err := w.App.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: n + " rosak", Lang: "ms", Citizen: w.Person["citizen"]})
			if err != nil {
				t.Fatal(err)
			}
			name[c.Number] = n
			return route311(t, w, c.Number)
		}
		const day = 24 * time.Hour
		old := file("old", "LPU01", 100*day)
		edge := file("edge", "LPU01", 90*day)
		file("lamp", "LPU01", 10*day)
		hole := file("hole", "JLN01", 5*day)
		apptest.Must(t)(w.App.Cases.Withdraw(t.Context(), hole.ID, "", w.By(t, "citizen")))
		drain := file("drain", "SAL01", time.Hour)
		at := func(c *complaint.Complaint) string { return c.Received.Format(time.RFC3339Nano) }
		for query, want := range map[string]string{
			"":                               "drain hole lamp edge",
			"status=open":                    "drain lamp edge",
			"status=closed":                  "hole",
			"status=closed,open":             "drain hole lamp edge",
			"status=":                        "drain hole lamp edge",
			"service_code=LPU01":             "lamp edge",
			"service_code=LPU01,JLN01,LPU01": "hole lamp edge",
			"service_code=LPU01&service_code=SAL01&status=open": "drain lamp edge",
			"service_code=JLN01&status=open":                    "",
			"start_date=" + at(hole):                            "drain hole",
			"start_date=" + at(old) + "&end_date=" + at(old):    "old",
			"start_date=" + at(old) + "&end_date=" + at(edge):   "edge old",
			"start_date=" + at(old):                             "lamp edge old", // ninety days from there
			"end_date=" + at(hole):                              "hole lamp edge",
			"service_request_id=" + old.Number + "," + hole.Number + ",RR-0000-0000,nonsense," + old.Number:  "old hole",
			"service_request_id=" + old.Number + "&status=closed&service_code=JLN01&start_date=" + at(drain): "old", // overrides the others
			"page_size=2":                         "drain hole",
			"page_size=2&page=2":                  "lamp edge",
			"page_size=2&page=3":                  "",
			"page=1":                              "drain hole lamp edge",
			"jurisdiction_id=malaysia.gov.my&x=y": "drain hole lamp edge",
		} {
			var list []struct {
				ID string `json:"service_request_id"`
			}
			a := get311(t, w.System, "/requests.json?"+query)
			a.Into(t, &list)
			var got []string
			for _, r := range list {
				got = append(got, name[r.ID])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %s", query, got, want)
			}
		}
		for query, x := range map[string]struct {
			status int
			says   string
		}{
			"status=done": {400, `"done" is neither open nor closed`}, "service_code=NONE": {404, `no service_code "NONE"`}, "jurisdiction_id=city.gov": {404, `no jurisdiction_id "city.gov"`},
			"start_date=2026-08-01T00:00:00Z&end_date=2026-11-01T00:00:00Z": {400, "more than 90 days"}, "start_date=yesterday": {400, "start_date must be a time with its zone"},
			"end_date=2026-11-26T00:00:00": {400, "end_date must be"}, "page=0": {400, "page must be"}, "page_size=1001": {400, "from 1 to 1000"},
			"page=2": {400, "beyond the first 1000"}, "page=11&page_size=100": {400, "beyond the first 1000"}, "a=%zz": {400, "not encoded"}, "status=%ff": {400, "status is not UTF-8"},
			"service_request_id=" + strings.Repeat("a,", 1001): {400, "at most 1000 fit"}, "api_key=wrong": {403, "not known"},
		} {
			refused311(t, get311(t, w.System, "/requests.json?"+query), x.status, x.says)
		}
		refused311(t, get311(t, w.System, "/requests/RR-0000-0000.json"), 404, "RR-0000-0000")
		refused311(t, get311(t, w.System, "/servicerequestupdates.json?start_date=2026-11-01T00:00:00Z&end_date=2026-11-20T00:00:00Z"), 400, "more than 7 days")
		if a := get311(t, w.System, "/requests.txt"); a.Status != 404 || !strings.Contains(string(a.Body), "<errors><error><code>404</code>") {
			t.Errorf("another format: %d %s", a.Status, a.Body)
		}
		if a := get311(t, w.System, "/requests/"+hole.Number+".json", "Authorization", "Bearer nobody"); a.Status != 403 {
			t.Errorf("a token that nobody has: %d %s", a.Status, a.Body)
		}
	})
}

// One answer has a thousand requests at the most, the latest.
func TestOpen311GivesAThousandAtTheMost(t *testing.T) {
	s := apptest.Wire(t, nil)
	var poles atomic.Int64
	file := func() error { // each in other words, or they would be joined as repeats
		text := fmt.Sprintf("lampu jalan padam tiang %d SS2 Petaling Jaya", poles.Add(1))
		c, _, err := s.App.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: text, Lang: "ms"})
		if err != nil {
			return err
		}
		return s.App.Cases.Route(t.Context(), c.ID)
	}
	if err := file(); err != nil {
		t.Fatal(err)
	}
	first := apptest.Everything(t, s)[0].Number
	var all errgroup.Group
	all.SetLimit(32) // writes at once share a commit
	for range 1005 {
		all.Go(file)
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	ids := func(query string) (out []string) {
		t.Helper()
		var list []struct {
			ID string `json:"service_request_id"`
		}
		get311(t, s, "/requests.json?"+query).Into(t, &list)
		for _, r := range list {
			out = append(out, r.ID)
		}
		return out
	}
	whole := ids("")
	if len(whole) != 1000 || slices.Contains(whole, first) {
		t.Errorf("%d requests, the oldest among them: %v", len(whole), slices.Contains(whole, first))
	}
	if page := ids("page_size=100&page=10"); !slices.Equal(page, whole[900:]) {
		t.Errorf("the tenth page has %d requests and is not the end of the whole", len(page))
	}
}
