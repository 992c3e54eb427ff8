package citizen_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/app/apptest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// A guest who opens an account later takes the complaint into it: what was sealed, who looked, messages, phone and wishes
// go over, and an erasure of the account leaves nothing of the guest.
func TestAGuestsComplaintIsTakenIntoAnAccount(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { takeIn(t, apptest.Start(t, nil), "") })
	t.Run("MongoDB", func(t *testing.T) {
		uri := mongotest.Start(t)
		takeIn(t, apptest.Start(t, func(c *config.Config) { c.MongoURI = config.Secret(uri) }), uri)
	})
}

func takeIn(t *testing.T, s *apptest.System, mongo string) {
	var r, second apptest.Receipt
	filed := strings.TrimSuffix(aminahFiles, "}") + `,"device":{"token":"phone-of-aminah","platform":"android"}}`
	apptest.Do(t, "POST", s.URL+"/v1/complaints", filed).Into(t, &r)
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.LampMS).Into(t, &second)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	guest, code := "?number="+r.Number, []string{"Claim-Code", r.ClaimCode}
	for _, step := range []struct{ method, path, body string }{
		{"PUT", "/v1/me" + guest, `{"name":"Aminah binti Abdullah","phone":"012-345 6789"}`},
		{"POST", "/v1/complaints/" + r.Number + "/write", `{"text":"Nombor baru 019-876 5432"}`},
	} {
		if a := apptest.Do(t, step.method, s.URL+step.path, step.body, code...); a.Status/100 != 2 {
			t.Fatalf("%s: %d %s", step.path, a.Status, a.Body)
		}
	}
	supervisor := s.Officer(t, "supervisor", "MBPJ")
	reveal := func() string {
		t.Helper()
		return string(s.StaffPost(t, supervisor, r.Number, "reveal", map[string]any{"reason": "Perlu menghubungi pengadu", "fields": []string{"name", "phone", "text"}}).Body)
	}
	before := reveal()
	if !strings.Contains(before, "Aminah") || !strings.Contains(before, "900131-14-5678") {
		t.Fatalf("revealed before: %s", before)
	}
	auth, stranger := s.Account(t, "phone-of-account"), s.Account(t, "phone-stranger")
	claim := s.URL + "/v1/complaints/" + r.Number + "/claim"
	apptest.CheckProblem(t, apptest.Do(t, "POST", claim, nil, code...), 401, "unauthorized", "")
	apptest.CheckProblem(t, apptest.Do(t, "POST", claim, nil, "Authorization", auth), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", second.ClaimCode), 404, "not-found", "")

	hold := s.URL + "/v1/staff/complaints/" + r.Number + "/hold"
	oversight := s.Officer(t, "oversight", "")
	if a := apptest.Do(t, "PUT", hold, `{"reason":"perintah mahkamah","scope":"citizen"}`, "Authorization", oversight); a.Status/100 != 2 {
		t.Fatalf("hold: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", r.ClaimCode), 409, "conflict", "legal hold")
	if a := apptest.Do(t, "DELETE", hold+"?scope=citizen&reason=kes+selesai", nil, "Authorization", oversight); a.Status/100 != 2 {
		t.Fatalf("release: %d %s", a.Status, a.Body)
	}

	for range 2 { // again is harmless
		if a := apptest.Do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", r.ClaimCode); a.Status != http.StatusNoContent {
			t.Fatalf("claim: %d %s", a.Status, a.Body)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "POST", claim, nil, "Authorization", stranger, "Claim-Code", r.ClaimCode), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, code...), 404, "not-found", "")
	if after := reveal(); after != before {
		t.Errorf("revealed before %s\nafter %s", before, after)
	}
	for path, want := range map[string]string{"/v1/complaints": r.Number, "/v1/me": "+60123456789", "/v1/me/access": "Perlu menghubungi", "/v1/messages": "received",
		"/v1/complaints/" + r.Number + "/messages": "routed", "/v1/complaints/" + r.Number + "/receipt": "signed"} {
		if a := apptest.Do(t, "GET", s.URL+path, nil, "Authorization", auth); a.Status != 200 || !strings.Contains(string(a.Body), want) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := s.StaffPost(t, s.Officer(t, "officer", "MBPJ"), r.Number, "accept", `{"note":"Kami akan ke sana."}`); a.Status != 200 {
		t.Fatalf("accept: %d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	if n := apptest.Shown(s, "phone-of-aminah", "accepted", r.Number); n != 1 {
		t.Errorf("the guest's phone shows %d messages", n)
	}
	c, err := s.App.Cases.Store.ByNumber(t.Context(), r.Number)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Engine.Get(t.Context(), seal.Collection.Name, complaint.GuestOf(c.ID)); err == nil {
		t.Error("the guest's key is still there")
	}
	if a := apptest.Do(t, "DELETE", s.URL+"/v1/me", nil, "Authorization", auth); a.Status != 200 {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	apptest.None(t, "the store", apptest.Dump{System: s, Mongo: mongo}.Store(t), append([]string{"phone-of-aminah"}, aminahs...)...)
}

// Cut off at whatever point, a claim is finished by asking again, and an erasure finds what it left.
func TestAClaimThatIsCutOffIsFinished(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles).Into(t, &r)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	if a := apptest.Do(t, "PUT", s.URL+"/v1/me?number="+r.Number, aminah, "Claim-Code", r.ClaimCode); a.Status != 200 {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	auth := s.Account(t, "phone-cut-off")
	p, _, err := s.App.People.Authenticate(t.Context(), strings.TrimPrefix(auth, "Bearer "))
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.App.Cases.Store.ByNumber(t.Context(), r.Number)
	if err != nil {
		t.Fatal(err)
	}
	guest := complaint.GuestOf(c.ID)
	for _, dies := range []string{"complaints", "reporters", "data_keys"} {
		cut := *s.App.Citizens
		cut.Engine = mortal{s.App.Engine, dies}
		cases, reporters, vault := *s.App.Cases, *s.App.Reporters, seal.Vault{Engine: cut.Engine, Masters: s.App.Vault.Masters, Now: time.Now}
		cases.Store.Engine, reporters.Engine, reporters.Vault = cut.Engine, cut.Engine, &vault
		cut.Cases, cut.Reporters = &cases, &reporters
		if err := cut.Claim(t.Context(), c, p.ID); err == nil {
			t.Fatalf("killed at %s, and nothing happened", dies)
		}
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+r.Number+"/claim", nil, "Authorization", auth, "Claim-Code", r.ClaimCode); a.Status != http.StatusNoContent {
		t.Fatalf("again: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); !strings.Contains(string(a.Body), "Aminah") {
		t.Errorf("of the account: %s", a.Body)
	}
	if _, err := s.App.Engine.Get(t.Context(), seal.Collection.Name, guest); err == nil {
		t.Error("the guest's key is still there")
	}
}

// mortal fails whoever changes a document of one collection.
type mortal struct {
	store.Engine
	at string
}

func (m mortal) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if collection == m.at {
		return 0, apptest.ErrKilled
	}
	return m.Engine.Replace(ctx, collection, r)
}

func (m mortal) Delete(ctx context.Context, collection, id string, rev int64) error {
	if collection == m.at {
		return apptest.ErrKilled
	}
	return m.Engine.Delete(ctx, collection, id, rev)
}
