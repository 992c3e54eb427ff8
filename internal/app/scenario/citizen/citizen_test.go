package citizen_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"respons/internal/app/apptest"
	signed "respons/internal/receipt"
)

// A receipt proves to anybody who kept the public key what was received; the later one also says who must act by when.
func TestTheReceiptProvesWhatWasReceived(t *testing.T) {
	s := apptest.Start(t, nil)
	const text = "Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh"
	var keys jose.JSONWebKeySet
	apptest.Do(t, "GET", s.URL+"/v1/receipts/keys", nil).Into(t, &keys)
	var filed struct {
		Number, Signed string
		ClaimCode      string `json:"claim_code"`
	}
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS).Into(t, &filed)
	sum := sha256.Sum256([]byte(text))
	check := func(token string) signed.Claims {
		t.Helper()
		c, err := signed.Verify(token, keys)
		if err != nil {
			t.Fatal(err)
		}
		if c.Number != filed.Number || c.Text != hex.EncodeToString(sum[:]) || c.Received.IsZero() {
			t.Errorf("claims %+v", c)
		}
		return c
	}
	check(filed.Signed)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	var later struct{ Signed string }
	apptest.Do(t, "GET", s.URL+"/v1/complaints/"+filed.Number+"/receipt", nil, "Claim-Code", filed.ClaimCode).Into(t, &later)
	if c := check(later.Signed); c.Agency != "MBPJ" || c.Promised.IsZero() {
		t.Errorf("the later receipt: %+v", c)
	}
}

// Drafts written offline go in one request; each has its own result, and the whole can be sent again.
func TestABatchOfDraftsHasAResultEach(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-batch")
	body := `{"drafts":[{"key":"01JD8Z7S6R4QW2N5X0B3YV9KT1","text":"Lampu jalan padam di SS2"},
		{"key":"01JD8Z7S6R4QW2N5X0B3YV9KT2","text":"  "},
		{"key":"01JD8Z7S6R4QW2N5X0B3YV9KT1","text":"Longkang tersumbat di SS2"},
		{"key":"01JD8Z7S6R4QW2N5X0B3YV9KT3","text":"Longkang tersumbat di SS2","location":{"lat":-6.2,"lon":106.8}},
		{"key":"01JD8Z7S6R4QW2N5X0B3YV9KT4","text":"Sampah tidak dikutip di SS2"}]}`
	type results struct {
		Results []struct {
			Key     string
			Receipt *apptest.Receipt
			Problem *apptest.ProblemDoc
		}
	}
	var first, again results
	a := apptest.Do(t, "POST", s.URL+"/v1/complaints/batch", body, "Authorization", auth)
	if a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	a.Into(t, &first)
	apptest.Do(t, "POST", s.URL+"/v1/complaints/batch", body, "Authorization", auth).Into(t, &again)
	for i, want := range []string{"", "must not be empty", "a key of its own", "outside Malaysia", ""} {
		r := first.Results[i]
		switch {
		case want == "" && (r.Receipt == nil || r.Receipt.Number != again.Results[i].Receipt.Number):
			t.Errorf("draft %d: %+v, again %+v", i, r, again.Results[i])
		case want != "" && (r.Problem == nil || r.Problem.Status != 422 || !strings.Contains(r.Problem.Detail, want)):
			t.Errorf("draft %d: %+v, want a problem with %q", i, r.Problem, want)
		}
	}
	if n := len(apptest.Everything(t, s)); n != 2 {
		t.Errorf("%d complaints were stored, want 2", n)
	}
}

// A phone that was offline asks what changed since, and asks for a complaint it knows without being sent it again.
func TestAPhoneComingBackLearnsWhatChanged(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-sync")
	var r, other apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", auth).Into(t, &r)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.LampMS, "Authorization", auth).Into(t, &other)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	type delta struct {
		Complaints []struct {
			Number, State string
			Revision      int64
		}
		Next string
		More bool
	}
	sync := func(since string) (d delta) {
		t.Helper()
		a := apptest.Do(t, "GET", s.URL+"/v1/sync?limit=1"+since, nil, "Authorization", auth)
		if a.Status != http.StatusOK {
			t.Fatalf("sync: %d %s", a.Status, a.Body)
		}
		a.Into(t, &d)
		return d
	}
	known, since := map[string]int64{}, ""
	for range 10 {
		d := sync(since)
		for _, c := range d.Complaints {
			known[c.Number] = c.Revision
		}
		since = "&since=" + d.Next
		if !d.More {
			break
		}
	}
	if len(known) != 2 {
		t.Fatalf("the phone knows %v", known)
	}
	before := known[r.Number]
	officer := s.Officer(t, "officer", "MBPJ")
	if a := apptest.Do(t, "POST", s.URL+"/v1/staff/complaints/"+r.Number+"/accept", `{"note":"ok, kami datang"}`, "Authorization", officer); a.Status != 200 {
		t.Fatalf("accept: %d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, func() error {
		for next := since; ; {
			d := sync(next)
			for _, c := range d.Complaints {
				if c.Number == r.Number && c.State == "accepted" && c.Revision > before {
					return nil
				}
			}
			if !d.More {
				return fmt.Errorf("the change is not there")
			}
			next = "&since=" + d.Next
		}
	})
	path := s.URL + "/v1/complaints/" + r.Number
	var tag string
	apptest.Eventually(t, func() error { // until the last message about it is told
		tag = apptest.Do(t, "GET", path, nil, "Authorization", auth).Header.Get("ETag")
		if a := apptest.Do(t, "GET", path, nil, "Authorization", auth, "If-None-Match", tag); tag == "" || a.Status != http.StatusNotModified || len(a.Body) > 0 {
			return fmt.Errorf("with its own ETag %q: %d %s", tag, a.Status, a.Body)
		}
		return nil
	})
	if a := apptest.Do(t, "GET", path, nil, "Authorization", auth, "If-None-Match", tag, "Accept-Language", "ta"); a.Status != http.StatusOK {
		t.Errorf("in another language: %d", a.Status)
	}
}

func TestACitizenWritesRatesAndShares(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-rate")
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", auth).Into(t, &r)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	officer := s.Officer(t, "officer", "MBPJ")
	mine, staff := s.URL+"/v1/complaints/"+r.Number, s.URL+"/v1/staff/complaints/"+r.Number
	post := func(url, body, auth string, want int) apptest.Answer {
		t.Helper()
		a := apptest.Do(t, "POST", url, body, "Authorization", auth)
		if a.Status != want {
			t.Fatalf("%s: %d %s, want %d", url, a.Status, a.Body, want)
		}
		return a
	}
	post(mine+"/write", `{"text":"Ada satu lagi lubang di sebelah"}`, auth, 200)
	if a := apptest.Do(t, "GET", staff, nil, "Authorization", officer); !strings.Contains(string(a.Body), "Ada satu lagi lubang") {
		t.Errorf("the officer does not read it: %s", a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", mine+"/rate", `{"stars":5}`, "Authorization", auth), 409, "conflict", "cannot rate")
	post(staff+"/accept", `{}`, officer, 200)
	post(staff+"/ask", `{"note":"Di mana?"}`, officer, 200)
	apptest.CheckProblem(t, apptest.Do(t, "POST", mine+"/write", `{"text":"di situ"}`, "Authorization", auth), 409, "conflict", "answer")
	post(mine+"/answer", `{"text":"di situ"}`, auth, 200)
	post(staff+"/resolve", `{"note":"siap"}`, officer, 200)
	apptest.CheckProblem(t, apptest.Do(t, "POST", mine+"/rate", `{"stars":6}`, "Authorization", auth), 422, "invalid", "stars")
	post(mine+"/rate", `{"stars":2,"text":"lambat"}`, auth, 200)
	if a := post(mine+"/rate", `{"stars":4}`, auth, 200); !strings.Contains(string(a.Body), `"rating":4`) {
		t.Errorf("after a second thought: %s", a.Body)
	}
	post(mine+"/confirm", `{}`, auth, 200)
	post(mine+"/rate", `{"stars":5}`, auth, 200)

	var link struct{ Path string }
	apptest.Do(t, "GET", mine+"/share", nil, "Authorization", auth).Into(t, &link)
	a := apptest.Do(t, "GET", s.URL+link.Path, nil)
	if a.Status != 200 || !strings.Contains(string(a.Body), `"closed"`) || strings.Contains(string(a.Body), "Lubang") {
		t.Errorf("the shared page: %d %s", a.Status, a.Body)
	}
	for _, wrong := range []string{link.Path[:len(link.Path)-1] + "X", "/v1/shared/RR-0000-0000/AAAAAAAAAA", "/v1/shared/" + r.Number + "/0000000000"} {
		apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+wrong, nil), 404, "not-found", "")
	}
	var list struct{ Complaints []json.RawMessage }
	for status, want := range map[string]int{"open": 0, "closed": 1, "all": 1} {
		apptest.Do(t, "GET", s.URL+"/v1/complaints?status="+status, nil, "Authorization", auth).Into(t, &list)
		if len(list.Complaints) != want {
			t.Errorf("%d of status %s, want %d", len(list.Complaints), status, want)
		}
	}
}

func TestListsArePublishedWithAVersionToKeep(t *testing.T) {
	s := apptest.Start(t, nil)
	for path, has := range map[string]string{"/v1/agencies": "MBPJ", "/v1/categories": "JLN01", "/v1/hotlines": "999"} {
		a := apptest.Do(t, "GET", s.URL+path, nil, "Accept-Language", "en")
		if a.Status != 200 || !strings.Contains(string(a.Body), `"`+has+`"`) || a.Header.Get("ETag") == "" {
			t.Errorf("%s: %d %.100s", path, a.Status, a.Body)
		}
		if b := apptest.Do(t, "GET", s.URL+path, nil, "Accept-Language", "en", "If-None-Match", a.Header.Get("ETag")); b.Status != http.StatusNotModified {
			t.Errorf("%s again: %d", path, b.Status)
		}
		if b := apptest.Do(t, "GET", s.URL+path, nil, "Accept-Language", "ta", "If-None-Match", a.Header.Get("ETag")); b.Status != http.StatusOK {
			t.Errorf("%s in another language: %d", path, b.Status)
		}
	}
	var near struct {
		Items []struct {
			Code  string
			Local bool
			Km    float64
		}
	}
	apptest.Do(t, "GET", s.URL+"/v1/agencies/near?lat=3.1186&lon=101.6221&limit=5", nil).Into(t, &near)
	if len(near.Items) != 5 || near.Items[0].Code != "MBPJ" || !near.Items[0].Local || near.Items[2].Km < near.Items[1].Km {
		t.Errorf("near SS2: %+v", near.Items)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/agencies/near?lat=48&lon=2", nil), 422, "invalid", "")
}
