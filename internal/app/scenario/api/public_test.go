package api_test

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/report"
	"respons/internal/routing"
	"respons/internal/store/mongo/mongotest"
)

func TestWhatThePublicSees(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { publicSees(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		publicSees(t, apptest.Start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

type figureSeen struct {
	Code     string
	Received *int64
}

func publicSees(t *testing.T, s *apptest.System) {
	const lat, lon = 3.11875, 101.62213
	file := func(text string) string {
		t.Helper()
		var r apptest.Receipt
		a := apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": text, "location": map[string]any{"lat": lat, "lon": lon, "accuracy": 15}})
		if a.Status != http.StatusCreated {
			t.Fatalf("file: %d %s", a.Status, a.Body)
		}
		a.Into(t, &r)
		return r.Number
	}
	const holes = 6
	for i := range holes {
		file(fmt.Sprintf("Lubang besar depan 7-Eleven Jalan SS2/24 nombor %d, dua motor jatuh, call 012-3456789", i))
	}
	for range 2 {
		file("Lampu jalan padam depan rumah nombor 7 Jalan SS2/24 sudah seminggu")
	}
	tip := file("Pegawai penguatkuasa minta rasuah RM500 di gerai saya SS2, ada resit")
	apptest.Eventually(t, func() error {
		if err := apptest.Settled(t, s, holes+3); err != nil {
			return err
		}
		return s.App.Figures.Flush(t.Context())
	})

	var got struct {
		All                  figureSeen
		Agencies, Categories []figureSeen
	}
	apptest.Eventually(t, func() error { // for half a minute figures may be those of before
		a := apptest.Do(t, "GET", s.URL+"/v1/public/statistics", nil)
		a.Into(t, &got)
		if got.All.Received == nil {
			return fmt.Errorf("no figures yet: %s", a.Body)
		}
		return nil
	})
	categories := map[string]*int64{}
	for _, c := range got.Categories {
		categories[c.Code] = c.Received
	}
	if n := categories["JLN01"]; n == nil || *n != 5 {
		t.Errorf("six potholes are told as %v, want 5", n)
	}
	if n, there := categories["LPU01"]; !there || n != nil {
		t.Errorf("two street lights are told as %v (%v)", n, there)
	}
	for code := range categories {
		if c, ok := s.App.Ref.Now().Catalogue.Get(code); ok && c.Restricted {
			t.Errorf("the restricted category %s is told", code)
		}
	}
	tagged := apptest.Do(t, "GET", s.URL+"/v1/public/statistics", nil)
	if a := apptest.Do(t, "GET", s.URL+"/v1/public/statistics", nil, "If-None-Match", tagged.Header.Get("ETag")); a.Status != http.StatusNotModified {
		t.Errorf("the same again: %d", a.Status)
	}

	for z, xy := range map[int][2]int{6: {50, 31}, 12: {3204, 2012}, 16: {51267, 32199}} {
		a := apptest.Do(t, "GET", fmt.Sprintf("%s/v1/public/tiles/%d/%d/%d", s.URL, z, xy[0], xy[1]), nil)
		var tile struct {
			Features []struct {
				Geometry   struct{ Coordinates [2]float64 }
				Properties struct{ Count int64 }
			}
		}
		a.Into(t, &tile)
		var sum int64
		for _, f := range tile.Features {
			sum += f.Properties.Count
			la, lo, _ := (&complaint.Complaint{Decision: &routing.Decision{Spot: routing.Spot{Lat: lat, Lon: lon, Radius: 15}}}).PublicSpot()
			if d := f.Geometry.Coordinates; d[0]-lo > 1e-5 || lo-d[0] > 1e-5 || d[1]-la > 1e-5 || la-d[1] > 1e-5 || d[1] == lat {
				t.Errorf("zoom %d: a place is told as %v", z, d)
			}
		}
		if sum != holes+2 || a.Header.Get("Content-Type") != "application/geo+json" {
			t.Errorf("zoom %d shows %d, want %d (%s, %s)", z, sum, holes+2, a.Header.Get("Content-Type"), a.Body)
		}
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/public/tiles/2/4/0", nil); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a tile that there is not: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/public/tiles/4/0/0", nil); a.Status != http.StatusOK || strings.Contains(string(a.Body), "count") {
		t.Errorf("a tile elsewhere: %d %s", a.Status, a.Body)
	}

	a := apptest.Do(t, "GET", s.URL+"/v1/public/open-data", nil)
	rows, err := csv.NewReader(strings.NewReader(string(a.Body))).ReadAll()
	if err != nil || len(rows) < 3 || strings.Join(rows[0], ",") != "month,agency,category,received,mended,late" {
		t.Errorf("open data: %v\n%s", err, a.Body)
	}
	for _, r := range rows[1:] {
		if r[2] == "JLN01" && r[3] != "5" || r[2] == "LPU01" && r[3] != "" {
			t.Errorf("open data: %v", r)
		}
	}
	var data []map[string]any
	apptest.Do(t, "GET", s.URL+"/v1/public/open-data?format=json", nil).Into(t, &data)
	if len(data) != len(rows)-1 {
		t.Errorf("%d rows of JSON, %d of CSV", len(data), len(rows)-1)
	}
	for _, path := range []string{"/v1/public/open-data", "/v1/public/statistics"} {
		apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+path+"?from=2026-11&to=2026-01", nil), 422, "invalid", "order")
		if a := apptest.Do(t, "GET", s.URL+path+"?from=2020-01&to=2020-12", nil); a.Status != http.StatusOK || strings.Contains(string(a.Body), "JLN01") {
			t.Errorf("%s of a year before: %d %s", path, a.Status, a.Body)
		}
	}

	feed := apptest.Do(t, "GET", s.URL+"/v1/public/agencies/MBPJ/feed", nil, "Accept-Language", "en")
	var doc struct {
		Channel struct {
			Title string `xml:"title"`
			Items []struct {
				Title string `xml:"title"`
				GUID  string `xml:"guid"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(feed.Body, &doc); err != nil || doc.Channel.Title != "Petaling Jaya City Council" || len(doc.Channel.Items) != holes+2 || doc.Channel.Items[0].Title == "" {
		t.Errorf("feed: %v %+v", err, doc)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/public/agencies/NONE/feed", nil); a.Status != http.StatusNotFound {
		t.Errorf("feed of nobody: %d", a.Status)
	}
	for _, a := range []apptest.Answer{tagged, feed, apptest.Do(t, "GET", s.URL+"/v1/public/tiles/16/51267/32199", nil)} {
		for _, secret := range []string{tip, "7-Eleven", "3456789", "rasuah", "3.11875"} {
			if strings.Contains(string(a.Body), secret) {
				t.Errorf("the public sees %q in %s", secret, a.Body)
			}
		}
	}

	boardOf := func(role, agency string) (b struct {
		All      struct{ Received, Open int64 }
		Agencies []struct{ Code string }
	}) {
		t.Helper()
		a := apptest.Do(t, "GET", s.URL+"/v1/staff/reports/board", nil, "Authorization", s.Officer(t, role, agency))
		if a.Status != http.StatusOK {
			t.Fatalf("board of %s %s: %d %s", role, agency, a.Status, a.Body)
		}
		a.Into(t, &b)
		return b
	}
	if b := boardOf("supervisor", "MBPJ"); b.All.Received != holes+2 || b.All.Open != holes+2 || len(b.Agencies) != 1 {
		t.Errorf("MBPJ's board: %+v", b)
	}
	if b := boardOf("supervisor", "MBSA"); b.All.Received != 0 {
		t.Errorf("a sibling's board: %+v", b)
	}
	if b := boardOf("supervisor", "SUK-SGR"); b.All.Received != holes+2 {
		t.Errorf("the state secretary's board: %+v", b)
	}
	boss := s.Officer(t, "supervisor", "MBPJ")
	var behind struct {
		Complaints []struct {
			Agency, Standing string
			Waits            struct{ For string } `json:"waits_for"`
		}
	}
	apptest.Do(t, "GET", s.URL+"/v1/staff/reports/complaints?open=true&limit=100", nil, "Authorization", boss).Into(t, &behind)
	if len(behind.Complaints) != holes+2 || behind.Complaints[0].Waits.For != "acceptance" {
		t.Errorf("%d behind the figure of %d open ones: %+v", len(behind.Complaints), holes+2, behind.Complaints[:1])
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/reports/complaints?agency=MBSA", nil, "Authorization", boss), 403, "forbidden", "MBSA is none of them")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/reports/trend?from=2024-01-01&to=2026-11-01", nil, "Authorization", boss), 422, "invalid", "within two years")
	var trend struct{ Days []struct{ Received int64 } }
	apptest.Do(t, "GET", s.URL+"/v1/staff/reports/trend?by=week", nil, "Authorization", boss).Into(t, &trend)
	var days int64
	for _, d := range trend.Days {
		days += d.Received
	}
	if days != holes+2 {
		t.Errorf("the trend has %d received", days)
	}
	var places struct {
		Districts []struct {
			Code string
			Open int64
			Lat  *float64
		}
	}
	apptest.Do(t, "GET", s.URL+"/v1/staff/reports/districts", nil, "Authorization", boss).Into(t, &places)
	if len(places.Districts) == 0 || places.Districts[0].Code != "MY-10/Petaling" || places.Districts[0].Lat == nil {
		t.Errorf("districts %+v", places)
	}
	var recount report.Recounted
	apptest.Do(t, "POST", s.URL+"/v1/staff/reports/rebuild?repair=false", nil, "Authorization", s.Admin).Into(t, &recount)
	if recount.Different != 0 || recount.Complaints != holes+3 {
		t.Errorf("recount: %+v", recount)
	}
}
