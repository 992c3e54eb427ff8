package citizen_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"respons/internal/app/apptest"
)

// Whoever files without a name stays without one, though the account knows it; the officer can still write to them.
func TestAnAnonymousFilingShowsNobodyWhoItWas(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := []string{"Authorization", s.Account(t, "phone-anonymous")}
	apptest.Do(t, "PUT", s.URL+"/v1/me", `{"name":"Aminah binti Abdullah","phone":"012-345 6789"}`, auth...)
	var named, nameless apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, auth...).Into(t, &named)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", strings.Replace(apptest.PotholeMS, `{"text"`, `{"anonymous":true,"text"`, 1), auth...).Into(t, &nameless)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	officer := []string{"Authorization", s.Officer(t, "officer", "MBPJ")}
	type ticket struct {
		Citizen   string
		Anonymous bool
	}
	var first, second ticket
	for number, into := range map[string]*ticket{named.Number: &first, nameless.Number: &second} {
		staff := s.URL + "/v1/staff/complaints/" + number
		if a := apptest.Do(t, "POST", staff+"/accept", `{"note":"Kami ke sana."}`, officer...); a.Status != http.StatusOK {
			t.Fatalf("accept: %d %s", a.Status, a.Body)
		}
		apptest.Do(t, "GET", staff, nil, officer...).Into(t, into)
	}
	if first.Anonymous || !second.Anonymous || first.Citizen == second.Citizen {
		t.Errorf("the officer sees %+v and %+v: the alias ties them together", first, second)
	}
	const ask = `{"reason":"Perlu menghubungi pengadu untuk memeriksa","fields":["phone"]}`
	supervisor := []string{"Authorization", s.Officer(t, "supervisor", "MBPJ")}
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+named.Number+"/reveal", ask, supervisor...); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "+60123456789") {
		t.Errorf("the named one: %d %s", a.Status, a.Body)
	}
	for _, who := range [][]string{officer, supervisor, {"Authorization", s.Officer(t, "oversight", "")}, {"Authorization", s.Admin}} {
		a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+nameless.Number+"/reveal", ask, who...)
		if a.Status != http.StatusForbidden || strings.Contains(string(a.Body), "6012") {
			t.Errorf("the nameless one: %d %s", a.Status, a.Body)
		}
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+nameless.Number, nil, auth...); !strings.Contains(string(a.Body), `"anonymous":true`) {
		t.Errorf("its citizen sees %s", a.Body)
	}
}

// A guest may say with the filing who they are; it is sealed before the receipt is given, and again is harmless.
func TestAGuestSaysWithTheFilingWhoTheyAre(t *testing.T) {
	s := apptest.Start(t, nil)
	body := strings.Replace(apptest.PotholeMS, `{"text"`, `{"reporter":{"name":"Aminah binti Abdullah","phone":"012-345 6789"},"text"`, 1)
	var r, again apptest.Receipt
	for _, into := range []*apptest.Receipt{&r, &again} {
		apptest.Do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "named-1").Into(t, into)
	}
	if r.Number == "" || r != again {
		t.Fatalf("receipts %+v and %+v", r, again)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me?number="+r.Number, nil, "Claim-Code", r.ClaimCode); !strings.Contains(string(a.Body), "+60123456789") {
		t.Errorf("the guest: %d %s", a.Status, a.Body)
	}
	apptest.Do(t, "PUT", s.URL+"/v1/me?number="+r.Number, `{"name":"Aminah"}`, "Claim-Code", r.ClaimCode)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", body, "Idempotency-Key", "named-1") // a copy that was late on its way
	if a := apptest.Do(t, "GET", s.URL+"/v1/me?number="+r.Number, nil, "Claim-Code", r.ClaimCode); strings.Contains(string(a.Body), "+6012") {
		t.Errorf("what the guest took back is there again: %s", a.Body)
	}
	for _, c := range []struct{ body, says string }{
		{strings.Replace(body, "012-345 6789", "12", 1), "body.reporter.phone"},
		{strings.Replace(body, `{"reporter"`, `{"anonymous":true,"reporter"`, 1), "contradict"},
	} {
		apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", c.body), 422, "invalid", c.says)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", body, "Authorization", s.Account(t, "phone-named")), 422, "invalid", "PUT /v1/me")
	if n := len(apptest.Everything(t, s)); n != 1 {
		t.Errorf("%d complaints are stored", n)
	}
}

// What kind of record it is and which category the citizen chose travel along; the account's list is filtered by them.
func TestKindsAndFiltersOfTheList(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := []string{"Authorization", s.Account(t, "phone-kinds")}
	numbers := map[string]string{}
	for kind, text := range map[string]string{"complaint": "Lubang besar depan 7-Eleven Jalan SS2/24", "enquiry": "Bila jadual kutipan sampah di SS2?",
		"suggestion": "Cadangan: tambah bangku di taman permainan SS2", "appreciation": "Terima kasih MBPJ, longkang SS2 sudah bersih"} {
		var r apptest.Receipt
		apptest.Do(t, "POST", s.URL+"/v1/complaints", map[string]any{"kind": kind, "text": text, "location": map[string]any{"lat": 3.1186, "lon": 101.6221}}, auth...).Into(t, &r)
		numbers[kind] = r.Number
	}
	var hinted apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"Tolong tengok benda ni di SS2, bahaya","category":"JLN01","location":{"lat":3.1186,"lon":101.6221}}`, auth...).Into(t, &hinted)
	apptest.CheckProblem(t, apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"lubang","kind":"wish"}`, auth...), 422, "invalid", "body.kind")
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 5) })
	for _, c := range apptest.Everything(t, s) {
		switch c.Number {
		case numbers["enquiry"], numbers["suggestion"]:
			if c.Class != "S3" && c.Class != "" {
				t.Errorf("the %s has class %s: it needs an answer, no repair", c.Kind, c.Class)
			}
		case hinted.Number:
			if c.Hint != "JLN01" || c.Category != "JLN01" {
				t.Errorf("the citizen chose %s, it is about %s", c.Hint, c.Category)
			}
		}
	}
	for query, want := range map[string]int{"kind=complaint": 2, "kind=enquiry": 1, "kind=appreciation": 1, "kind=complaint&agency=MBPJ": 2, "agency=DBKL": 0, "status=closed&kind=enquiry": 0} {
		var list struct {
			Complaints []struct{ Number, Kind string }
		}
		a := apptest.Do(t, "GET", s.URL+"/v1/complaints?"+query, nil, auth...)
		if a.Into(t, &list); len(list.Complaints) != want {
			t.Errorf("%s lists %d, want %d: %s", query, len(list.Complaints), want, fmt.Sprint(list))
		}
	}
}
