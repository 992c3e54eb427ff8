package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/config"
)

// theirs is something that belongs to one person and is named by an id in a path.
type theirs struct {
	key      string   // method and path of the document
	id       string   // of Aminah's
	owner    []string // headers that are hers
	stranger []string // headers of somebody of the same role
	query    string
	works    int // status that she gets herself, tried last; 0: not tried
}

// Whatever an id names, somebody else's is as if it were not there, and stays as it is. What names no person's thing, or what
// only administrators name, is listed with the reason.
func TestAnIdOfSomebodyElsesOpensNothing(t *testing.T) {
	sms, smsURL := apptest.StartGateway(t)
	s := apptest.Start(t, func(c *config.Config) { c.SMSURL, c.SMSBody = smsURL, `{"to":"{to}","text":"{text}"}` })
	signIn := func() []string {
		t.Helper()
		var in apptest.SignedIn
		a := apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone/verify", map[string]any{"phone": "0123456789", "code": sms.LastCode(t)})
		if a.Into(t, &in); in.Token == "" {
			t.Fatalf("sign in: %d %s", a.Status, a.Body)
		}
		return []string{"Authorization", "Bearer " + in.Token}
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/sign-in/phone", `{"phone":"012-345 6789","language":"en"}`); a.Status != http.StatusAccepted {
		t.Fatalf("send: %d %s", a.Status, a.Body)
	}
	aminah, bala := signIn(), []string{"Authorization", s.Account(t, "phone-bala")}
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, aminah...).Into(t, &r)
	c := s.Stands(t, r.Number)

	photo := apptest.Snapshot(t, 64, 48)
	uploads := []string{apptest.Begin(t, s.URL, len(photo), aminah...), apptest.Begin(t, s.URL, len(photo), aminah...)}
	own := func(path string) string { return strings.TrimPrefix(path, "/v1/uploads/") }
	var inbox struct{ Messages []apptest.MessageView }
	apptest.Do(t, "GET", s.URL+"/v1/messages", nil, aminah...).Into(t, &inbox)
	var sessions struct{ Sessions []struct{ ID string } }
	apptest.Do(t, "GET", s.URL+"/v1/me/sessions", nil, aminah...).Into(t, &sessions)
	var ways struct{ Ways []struct{ ID string } }
	apptest.Do(t, "GET", s.URL+"/v1/me/ways", nil, aminah...).Into(t, &ways)
	var device struct{ ID string }
	apptest.Do(t, "PUT", s.URL+"/v1/devices?language=en", map[string]string{"token": "phone-aminah", "platform": "android"}, aminah...).Into(t, &device)
	officer, colleague := []string{"Authorization", s.Officer(t, "officer", c.Agency)}, []string{"Authorization", s.Officer(t, "officer", c.Agency)}
	var staffSessions struct{ Sessions []struct{ ID string } }
	apptest.Do(t, "GET", s.URL+"/v1/staff/me/sessions", nil, officer...).Into(t, &staffSessions)
	if len(inbox.Messages) == 0 || len(sessions.Sessions) == 0 || len(ways.Ways) == 0 || len(staffSessions.Sessions) == 0 {
		t.Fatalf("nothing to try: %d messages, %d sessions, %d ways, %d staff's sessions", len(inbox.Messages), len(sessions.Sessions), len(ways.Ways), len(staffSessions.Sessions))
	}
	var guest, other apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.LampMS).Into(t, &guest)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", `{"text":"Longkang tersumbat di Seksyen 7 Shah Alam"}`).Into(t, &other)
	g := s.Stands(t, guest.Number)
	told, _, err := s.App.Teller.Inbox(t.Context(), g.Citizen, "", 10)
	if err != nil || len(told) == 0 {
		t.Fatalf("the guest was told %d messages, %v", len(told), err)
	}

	try := []theirs{
		{key: "GET /v1/uploads/{id}", id: own(uploads[0]), owner: aminah, stranger: bala, works: 200},
		{key: "HEAD /v1/uploads/{id}", id: own(uploads[0]), owner: aminah, stranger: bala, works: 200},
		{key: "PATCH /v1/uploads/{id}", id: own(uploads[0]), owner: aminah, stranger: bala, works: 204},
		{key: "DELETE /v1/uploads/{id}", id: own(uploads[1]), owner: aminah, stranger: bala, works: 204},
		{key: "POST /v1/messages/{id}/opened", id: inbox.Messages[0].ID, owner: aminah, stranger: bala, works: 204},
		{key: "POST /v1/messages/{id}/opened", id: told[0].ID, owner: []string{"Claim-Code", guest.ClaimCode}, stranger: bala},
		{key: "POST /v1/messages/{id}/opened", id: told[0].ID, stranger: []string{"Claim-Code", other.ClaimCode}, query: "?number=" + other.Number},
		{key: "POST /v1/messages/{id}/opened", id: inbox.Messages[0].ID, stranger: officer},
		{key: "DELETE /v1/devices/{id}", id: device.ID, owner: aminah, stranger: bala, works: 204},
		{key: "DELETE /v1/me/ways/{id}", id: ways.Ways[0].ID, owner: aminah, stranger: bala, works: 204},
		{key: "DELETE /v1/me/sessions/{id}", id: sessions.Sessions[0].ID, owner: aminah, stranger: bala, works: 204},
		{key: "DELETE /v1/staff/me/sessions/{id}", id: staffSessions.Sessions[0].ID, owner: officer, stranger: colleague, works: 204},
	}
	var order struct{ ID string }
	apptest.Do(t, "POST", s.URL+"/v1/staff/exports", nil, colleague...).Into(t, &order)
	apptest.Eventually(t, func() error {
		if a := apptest.Do(t, "GET", s.URL+"/v1/staff/exports/"+order.ID+"/file", nil, colleague...); a.Status != http.StatusOK {
			return fmt.Errorf("the export: %d %s", a.Status, a.Body)
		}
		return nil
	})
	try = append(try, theirs{key: "GET /v1/staff/exports/{id}", id: order.ID, owner: colleague, stranger: officer, works: 200},
		theirs{key: "GET /v1/staff/exports/{id}/file", id: order.ID, owner: colleague, stranger: officer, works: 200})
	request := func(x theirs, id string, headers []string) apptest.Answer {
		method, path, _ := strings.Cut(x.key, " ")
		path = strings.Replace(path, "{id}", id, 1) + x.query
		if strings.HasPrefix(path, "/v1/uploads/") && method != "GET" {
			return apptest.Tus(t, method, s.URL+path, bytes.NewReader(photo), append([]string{"Upload-Offset", "0"}, headers...)...)
		}
		return apptest.Do(t, method, s.URL+path, nil, headers...)
	}
	const unknown = "01JD8Z7S6R4QW2N5X0B3YV9KTM"
	for _, x := range try {
		a, none := request(x, x.id, x.stranger), request(x, unknown, x.stranger)
		hidden := strings.NewReplacer(x.id, "ID", unknown, "ID")
		if a.Status != http.StatusNotFound || none.Status != a.Status || hidden.Replace(string(a.Body)) != hidden.Replace(string(none.Body)) {
			t.Errorf("%s of somebody else: %d %s; of nobody: %d %s", x.key, a.Status, a.Body, none.Status, none.Body)
		}
	}
	for _, x := range try {
		if x.works != 0 {
			if a := request(x, x.id, x.owner); a.Status != x.works {
				t.Errorf("%s of her own afterwards: %d %s", x.key, a.Status, a.Body)
			}
		}
	}

	elsewhere := map[string]string{ // what other tests try, or what is nobody's own
		"GET /v1/blobs/{id}": "a signed link", "GET /v1/staff/disposals/{id}": "administrators'", "POST /v1/staff/disposals/{id}/approve": "administrators'",
		"GET /v1/staff/holidays/{id}": "everybody's of the staff", "DELETE /v1/staff/holidays/{id}": "administrators'", "DELETE /v1/staff/webhooks/{id}": "administrators'",
		"POST /v1/staff/webhooks/{id}/replay": "administrators'", "POST /v1/staff/webhooks/{id}/secret": "administrators'", "POST /v1/staff/webhooks/dead-letters/{id}/replay": "administrators'",
		"DELETE /v1/staff/api-keys/{id}": "administrators'", "POST /v1/staff/api-keys/{id}/key": "administrators'", "PATCH /v1/staff/officers/{id}": "administrators'",
		"GET /v1/staff/officers/{id}":             "administrators'",
		"POST /v1/staff/officers/{id}/invitation": "administrators'",
		"POST /v1/staff/webhooks/{id}/discard":    "administrators'", "POST /v1/staff/webhooks/dead-letters/{id}/discard": "administrators'",
		"GET /v1/staff/webhooks/dead-letters/{id}": "administrators'", "GET /v1/announcements/{id}": "everybody's",
		"GET /v1/staff/amendments/{id}": "all of those who amend", "PATCH /v1/staff/amendments/{id}": "administrators'", "PUT /v1/staff/amendments/{id}/tables/{file}": "administrators'",
		"POST /v1/staff/amendments/{id}/submit": "administrators'", "POST /v1/staff/amendments/{id}/approve": "administrators'", "POST /v1/staff/amendments/{id}/return": "administrators'", "POST /v1/staff/amendments/{id}/withdraw": "administrators'",
		"GET /v1/staff/amendments/{id}/preview": "all of those who amend", "POST /v1/staff/amendments/{id}/preview": "administrators'",
		"GET /v1/staff/announcements/{id}": "all of those who announce", "POST /v1/staff/announcements/{id}/cancel": "all of those who announce",
	}
	for key := range apptest.Operations(app.OpenAPI(s.App.Ref.Now())) {
		covered := elsewhere[key] != "" || !strings.Contains(key, "{id}")
		for _, x := range try {
			covered = covered || x.key == key
		}
		if !covered {
			t.Errorf("nobody tries %s with an id of somebody else's", key)
		}
	}
}

// A signed link opens one file for a while: neither another file nor for longer, nor with another's signature; and the link
// that ends one person's e-mails ends nobody else's.
func TestALinkOpensOnlyWhatItWasMadeFor(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-me")
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeMS, "Authorization", auth).Into(t, &r)
	s.Stands(t, r.Number)
	path := "/v1/complaints/" + r.Number + "/attachments"
	for range 2 {
		if a := apptest.Form(t, s.URL+path, apptest.Snapshot(t, 64, 48), "Authorization", auth); a.Status != http.StatusAccepted {
			t.Fatalf("attach: %d %s", a.Status, a.Body)
		}
	}
	files := apptest.Evidence(t, s.URL, path, 2, "Authorization", auth).Attachments
	first, err := url.Parse(files[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	if a := apptest.Do(t, "GET", s.URL+first.RequestURI(), nil); a.Status != http.StatusOK {
		t.Fatalf("the link: %d %s", a.Status, a.Body)
	}
	changed := func(change func(u *url.URL, q url.Values)) string {
		u, q := *first, first.Query()
		change(&u, q)
		u.RawQuery = q.Encode()
		return u.RequestURI()
	}
	for name, link := range map[string]string{
		"another file":      changed(func(u *url.URL, _ url.Values) { u.Path = "/v1/blobs/" + files[1].ID }),
		"a longer time":     changed(func(_ *url.URL, q url.Values) { q.Set("exp", "9999999999") }),
		"no signature":      changed(func(_ *url.URL, q url.Values) { q.Del("sig") }),
		"another signature": changed(func(_ *url.URL, q url.Values) { q.Set("sig", strings.Repeat("A", len(q.Get("sig")))) }),
	} {
		if a := apptest.Do(t, "GET", s.URL+link, nil); a.Status != http.StatusForbidden && a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", name, a.Status, a.Body)
		}
	}
}
