package citizen_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
)

// A rude complaint is a complaint: it goes the same way by the same deadlines, and who reads it is spared the words.
func TestAnInsultDelaysNothingAndIsStarredOut(t *testing.T) {
	s := apptest.Start(t, nil)
	file := func(text string) (apptest.Receipt, *complaint.Complaint) {
		t.Helper()
		var r apptest.Receipt
		apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"`+text+`",`+trashHere+`}`).Into(t, &r)
		return r, s.Stands(t, r.Number)
	}
	_, polite := file("Lubang besar di Jalan SS2/24 depan kedai, dua motor jatuh")
	r, rude := file("Lubang besar di Jalan SS2/24 depan kedai, dua motor jatuh. Majlis BODOH, this bitch never comes")
	budget := func(c *complaint.Complaint) time.Duration { return c.Promised().Sub(c.Received) }
	if rude.State != complaint.Routed || rude.Agency != polite.Agency || rude.Category != polite.Category || rude.Class != polite.Class ||
		budget(rude) != budget(polite) || rude.Decision.Auto != polite.Decision.Auto {
		t.Errorf("the rude one: %s %s %s %s within %v; the polite one: %s %s %s %s within %v", rude.State, rude.Agency, rude.Category, rude.Class, budget(rude),
			polite.State, polite.Agency, polite.Category, polite.Class, budget(polite))
	}
	if !strings.Contains(rude.Text, "BODOH") {
		t.Errorf("stored as %q", rude.Text)
	}
	officer, supervisor := s.Officer(t, "officer", rude.Agency), s.Officer(t, "supervisor", rude.Agency)
	for _, c := range []struct {
		path, auth, want, not string
	}{
		{"/v1/staff/complaints/" + r.Number, officer, "Majlis B***H, this b***h never", "BODOH"},
		{"/v1/staff/complaints", officer, "Majlis B***H, this b***h never", "BODOH"},
		{"/v1/staff/complaints/" + r.Number, supervisor, `"insults":true`, "BODOH"},
		{"/v1/staff/complaints/" + r.Number + "/as-written", supervisor, "Majlis BODOH, this bitch never", "B***H"},
	} {
		if a := apptest.Do(t, "GET", s.URL+c.path, nil, "Authorization", c.auth); a.Status != http.StatusOK || !strings.Contains(string(a.Body), c.want) || strings.Contains(string(a.Body), c.not) {
			t.Errorf("%s: %d %s", c.path, a.Status, a.Body)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+r.Number+"/as-written", nil, "Authorization", officer), 403, "forbidden", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+r.Number+"/as-written", nil, "Authorization", s.Officer(t, "supervisor", "MBSA")), 404, "not-found", "")
	if a := apptest.Do(t, "GET", s.URL+"/open311/v2/requests/"+r.Number+".json", nil); !strings.Contains(string(a.Body), "Majlis B***H") || strings.Contains(string(a.Body), "BODOH") {
		t.Errorf("the public reads %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, "Claim-Code", r.ClaimCode); !strings.Contains(string(a.Body), "BODOH") {
		t.Errorf("the citizen's own words are changed for them: %s", a.Body)
	}
}
