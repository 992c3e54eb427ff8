package operation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// The README's story: a pothole in SS2 with GPS goes to MBPJ; the officer asks, is answered, resolves; the citizen is told
// each step and confirms.
func TestAComplaintTravelsTheWholeWay(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { travelTheWholeWay(t, apptest.Start(t, nil)) })
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		travelTheWholeWay(t, apptest.Start(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(mongotest.Start(t)), config.Secret(redistest.Server(t))
		}))
	})
}

// On a Cluster the queues lie on different servers.
func TestAComplaintTravelsTheWholeWayOnARedisCluster(t *testing.T) {
	travelTheWholeWay(t, apptest.Start(t, func(c *config.Config) { c.RedisURL = config.Secret(redistest.Cluster(t)) }))
}

func travelTheWholeWay(t *testing.T, s *apptest.System) {
	officer := s.Officer(t, "officer", "MBPJ")
	a := apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh",
		"location":{"lat":3.1186,"lon":101.6221},"language":"en","device":{"token":"phone-aminah","platform":"android"}}`)
	if a.Status != http.StatusCreated {
		t.Fatalf("file: %d %s", a.Status, a.Body)
	}
	var r apptest.Receipt
	a.Into(t, &r)
	look := func() (v apptest.Seen) {
		apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", r.ClaimCode).Into(t, &v)
		return v
	}
	apptest.Eventually(t, func() error {
		if v := look(); v.State != "routed" {
			return fmt.Errorf("state %s", v.State)
		}
		return nil
	})
	v := look()
	if v.Agency.Code != "MBPJ" || v.Category.Code != "JLN01" || len(v.Why) == 0 || v.Promised == nil || !v.Event("routed") {
		t.Fatalf("after routing: %+v", v)
	}
	staff := func(move, body string, want int) {
		t.Helper()
		if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/"+move, body, "Authorization", officer); a.Status != want {
			t.Fatalf("%s: %d %s", move, a.Status, a.Body)
		}
	}
	staff("resolve", `{"note":"siap"}`, http.StatusConflict) // out of order
	staff("accept", `{"note":"Kami akan ke sana hari ini."}`, http.StatusOK)
	staff("ask", `{"note":"Lorong kiri atau kanan?"}`, http.StatusOK)
	if v := look(); v.State != "waiting" || v.Promised != nil {
		t.Errorf("while the citizen is asked: state %s, promised %v", v.State, v.Promised)
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+r.Number+"/answer", `{"text":"kiri"}`, "Claim-Code", r.ClaimCode); a.Status != http.StatusOK {
		t.Fatalf("answer: %d %s", a.Status, a.Body)
	}
	staff("resolve", `{"note":"Lubang telah ditampal."}`, http.StatusOK)
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+r.Number+"/confirm", `{}`, "Claim-Code", r.ClaimCode); a.Status != http.StatusOK {
		t.Fatalf("confirm: %d %s", a.Status, a.Body)
	}
	steps := []string{"received", "routed", "accepted", "asked", "resolved", "closed"}
	apptest.Eventually(t, func() error {
		for _, event := range steps {
			if n := apptest.Shown(s, "phone-aminah", event, r.Number); n != 1 {
				return fmt.Errorf("the phone shows %d messages of %s", n, event)
			}
		}
		return nil
	})
	v = look()
	for _, event := range append(steps, "answered") {
		if !v.Event(event) {
			t.Errorf("the timeline lacks %s", event)
		}
	}
	if last := v.Timeline[len(v.Timeline)-2]; v.State != "closed" || last.Note != "Lubang telah ditampal." || last.By != "officer" {
		t.Errorf("in the end: %s, %+v", v.State, last)
	}
	for _, m := range s.Phones.Phone("phone-aminah") {
		if strings.Contains(m.Title+m.Body, "7-Eleven") {
			t.Errorf("a lock screen shows the complaint's text: %+v", m)
		}
	}
}

func TestAnOfficerSeesTheQueueOfTheOwnAgencyByDueTime(t *testing.T) {
	s := apptest.Start(t, nil)
	for _, text := range []string{"lampu jalan padam depan rumah Jalan SS2/24 Petaling Jaya", "lubang besar Jalan SS2/24 Petaling Jaya", "longkang tersumbat SS2 Petaling Jaya"} {
		if a := apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"text": text, "location": map[string]any{"lat": 3.1186, "lon": 101.6221}}); a.Status != 201 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 3) })
	type ticket struct {
		Number, Agency, State string
		Due                   *time.Time
	}
	queue := func(auth string) []ticket {
		var out struct {
			Complaints []ticket
			Next       string
		}
		var all []ticket
		for cursor := ""; ; cursor = out.Next {
			out.Next, out.Complaints = "", nil
			apptest.Do(t, "GET", s.URL+"/v1/staff/complaints?limit=2&cursor="+cursor, nil, "Authorization", auth).Into(t, &out)
			all = append(all, out.Complaints...)
			if out.Next == "" {
				return all
			}
		}
	}
	routed := 0
	for _, c := range apptest.Everything(t, s) {
		if c.Agency == "MBPJ" {
			routed++
		}
	}
	mine := queue(s.Officer(t, "officer", "MBPJ"))
	if len(mine) != routed || routed == 0 {
		t.Fatalf("the queue has %d of %d", len(mine), routed)
	}
	for i := 1; i < len(mine); i++ {
		if mine[i].Due.Before(*mine[i-1].Due) {
			t.Errorf("%v is due before %v and stands after it", mine[i].Due, mine[i-1].Due)
		}
	}
	if above := queue(s.Officer(t, "supervisor", "SUK-SGR")); len(above) != routed {
		t.Errorf("the state secretary sees %d of %d", len(above), routed)
	}
	sibling := s.Officer(t, "officer", "MBSA")
	if other := queue(sibling); len(other) != 0 {
		t.Errorf("a sibling sees %+v", other)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+mine[0].Number, nil, "Authorization", sibling), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+mine[0].Number+"/accept", `{}`, "Authorization", sibling), 404, "not-found", "")
}
