package api_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/store/mongo/mongotest"
)

// Another system files for a citizen; the agency's own system says how far it is; the citizen's phone shows each step
// once, and repeats are harmless.
func TestAnAgencysSystemAndACitizenMeetThroughOpen311(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { meetThroughOpen311(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		meetThroughOpen311(t, apptest.Start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

func meetThroughOpen311(t *testing.T, s *apptest.System) {
	s.Officer(t, "officer", "MBPJ")
	city := apiKey(t, s, s.Admin, "", 1000, "file")
	council, other := apiKey(t, s, s.Admin, "MBPJ", 1000, "update"), apiKey(t, s, s.Admin, "MBSA", 1000, "update")
	citizen := s.Account(t, "phone-311")
	number := ""
	for range 3 { // a bad line
		id := filed311(t, post311(t, s, "/requests.json", []string{"Authorization", citizen, "Idempotency-Key", "city-0001"}, "api_key", city, "service_code", "JLN01",
			"lat", "3.1186", "long", "101.6221", "description", "Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh"))
		if number != "" && id != number {
			t.Fatalf("%s, then %s", number, id)
		}
		number = id
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	type request struct {
		Status string
		Agency string `json:"agency_responsible"`
		Notes  string `json:"status_notes"`
	}
	look := func() request {
		t.Helper()
		var list []request
		get311(t, s, "/requests/"+number+".json").Into(t, &list)
		return list[0]
	}
	if r := look(); r.Status != "open" || r.Agency != "Petaling Jaya City Council" || !strings.HasPrefix(r.Notes, "Sent to") {
		t.Fatalf("after routing: %+v", r)
	}
	update := func(key, id, status, text string) apptest.Answer {
		t.Helper()
		return post311(t, s, "/servicerequestupdates.json", nil, "api_key", key, "service_request_id", number, "update_id", id, "status", status, "description", text)
	}
	steps := [][3]string{{"m-1", "INVESTIGATING", "Pasukan kami ke sana hari ini."}, {"m-2", "IN_PROGRESS", ""}, {"m-3", "FIXED", "Lubang telah ditampal."}}
	refused311(t, update(other, "m-1", "INVESTIGATING", ""), 404, "that is MBSA's")
	refused311(t, update(city, "m-1", "INVESTIGATING", ""), 403, "lacks the scope update")
	for _, x := range steps {
		for range 2 {
			if a := update(council, x[0], x[1], x[2]); a.Status != 200 || strings.TrimSpace(string(a.Body)) != `[{"update_id":"`+x[0]+`"}]` {
				t.Fatalf("%v: %d %s", x, a.Status, a.Body)
			}
		}
	}
	c, err := s.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	before := len(c.Events)
	for _, x := range steps {
		update(council, x[0], x[1], x[2])
	}
	if c, err = s.App.Cases.Store.ByNumber(t.Context(), number); err != nil || len(c.Events) != before || c.State != complaint.Resolved {
		t.Errorf("repeats: %d events, then %d; %s, %v", before, len(c.Events), c.State, err)
	}
	refused311(t, update(council, "m-4", "IN_PROGRESS", ""), 400, "cannot start a complaint that is resolved")
	if r := look(); r.Status != "closed" || !strings.Contains(r.Notes, "says that it is mended") {
		t.Errorf("in the end: %+v", r)
	}
	apptest.Eventually(t, func() error {
		for _, event := range []string{"received", "routed", "accepted", "resolved"} {
			if n := apptest.Shown(s, "phone-311", event, number); n != 1 {
				return fmt.Errorf("the phone shows %d messages of %s", n, event)
			}
		}
		return nil
	})
	var view apptest.Seen
	apptest.Do(t, "GET", s.URL+"/v1/complaints/"+number, nil, "Authorization", citizen).Into(t, &view)
	if last := view.Timeline[len(view.Timeline)-1]; last.Event != "resolved" || last.Note != "Lubang telah ditampal." {
		t.Errorf("the citizen sees %+v", last)
	}
	var updates []struct {
		Request string `json:"service_request_id"`
		Status  string
	}
	get311(t, s, "/servicerequestupdates.json").Into(t, &updates)
	var got []string
	for _, u := range updates {
		got = append(got, u.Status)
	}
	if fmt.Sprint(got) != "[open investigating in_progress fixed]" {
		t.Errorf("updates: %v", got)
	}
	record := s.Recorded(t, s.Admin, url.Values{"object": {"complaint:" + number}})
	if acts := fmt.Sprint(record.Acts()); !strings.Contains(acts, "move.accept") || !strings.Contains(acts, "move.resolve") {
		t.Errorf("on record: %s", acts)
	}
	if _, err := s.App.People.ByID(t.Context(), c.Via); !errors.Is(err, fault.NotFound) || c.Via == "" {
		t.Errorf("filed through %q: %v", c.Via, err)
	}
}
