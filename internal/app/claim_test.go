package app_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// A guest who opens an account later takes the complaint into it: what was sealed, who looked, messages, phone and wishes
// go over, and an erasure of the account leaves nothing of the guest.
func TestAGuestsComplaintIsTakenIntoAnAccount(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { takeIn(t, start(t, nil), "") })
	t.Run("MongoDB", func(t *testing.T) {
		uri := mongotest.Start(t)
		takeIn(t, start(t, func(c *config.Config) { c.MongoURI = config.Secret(uri) }), uri)
	})
}

func takeIn(t *testing.T, s *system, mongo string) {
	var r, second receipt
	filed := strings.TrimSuffix(aminahFiles, "}") + `,"device":{"token":"phone-of-aminah","platform":"android"}}`
	do(t, "POST", s.URL+"/v1/complaints", filed).into(t, &r)
	do(t, "POST", s.URL+"/v1/complaints", lampMS).into(t, &second)
	eventually(t, 60*time.Second, func() error { return settled(t, s, 2) })
	guest, code := "?number="+r.Number, []string{"Claim-Code", r.ClaimCode}
	for _, step := range []struct{ method, path, body string }{
		{"PUT", "/v1/me" + guest, `{"name":"Aminah binti Abdullah","phone":"012-345 6789"}`},
		{"POST", "/v1/complaints/" + r.Number + "/write", `{"text":"Nombor baru 019-876 5432"}`},
	} {
		if a := do(t, step.method, s.URL+step.path, step.body, code...); a.Status/100 != 2 {
			t.Fatalf("%s: %d %s", step.path, a.Status, a.Body)
		}
	}
	supervisor := s.officer(t, "supervisor", "MBPJ")
	reveal := func() string {
		t.Helper()
		return string(s.staffPost(t, supervisor, r.Number, "reveal", map[string]any{"reason": "Perlu menghubungi pengadu", "fields": []string{"name", "phone", "text"}}).Body)
	}
	before := reveal()
	if !strings.Contains(before, "Aminah") || !strings.Contains(before, "900131-14-5678") {
		t.Fatalf("revealed before: %s", before)
	}
	auth, stranger := s.account(t, "phone-of-account"), s.account(t, "phone-stranger")
	claim := s.URL + "/v1/complaints/" + r.Number + "/claim"
	checkProblem(t, do(t, "POST", claim, nil, code...), 401, "unauthorized", "")
	checkProblem(t, do(t, "POST", claim, nil, "Authorization", auth), 404, "not-found", "")
	checkProblem(t, do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", second.ClaimCode), 404, "not-found", "")

	hold := s.URL + "/v1/staff/complaints/" + r.Number + "/hold"
	oversight := s.officer(t, "oversight", "")
	if a := do(t, "PUT", hold, `{"reason":"perintah mahkamah","scope":"citizen"}`, "Authorization", oversight); a.Status/100 != 2 {
		t.Fatalf("hold: %d %s", a.Status, a.Body)
	}
	checkProblem(t, do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", r.ClaimCode), 409, "conflict", "legal hold")
	if a := do(t, "DELETE", hold+"?scope=citizen&reason=kes+selesai", nil, "Authorization", oversight); a.Status/100 != 2 {
		t.Fatalf("release: %d %s", a.Status, a.Body)
	}

	for range 2 { // again is harmless
		if a := do(t, "POST", claim, nil, "Authorization", auth, "Claim-Code", r.ClaimCode); a.Status != http.StatusNoContent {
			t.Fatalf("claim: %d %s", a.Status, a.Body)
		}
	}
	checkProblem(t, do(t, "POST", claim, nil, "Authorization", stranger, "Claim-Code", r.ClaimCode), 404, "not-found", "")
	checkProblem(t, do(t, "GET", s.URL+"/v1/complaints/"+r.Number, nil, code...), 404, "not-found", "")
	if after := reveal(); after != before {
		t.Errorf("revealed before %s\nafter %s", before, after)
	}
	for path, want := range map[string]string{"/v1/complaints": r.Number, "/v1/me": "+60123456789", "/v1/me/access": "Perlu menghubungi", "/v1/messages": "received",
		"/v1/complaints/" + r.Number + "/messages": "routed", "/v1/complaints/" + r.Number + "/receipt": "signed"} {
		if a := do(t, "GET", s.URL+path, nil, "Authorization", auth); a.Status != 200 || !strings.Contains(string(a.Body), want) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := s.staffPost(t, s.officer(t, "officer", "MBPJ"), r.Number, "accept", `{"note":"Kami akan ke sana."}`); a.Status != 200 {
		t.Fatalf("accept: %d %s", a.Status, a.Body)
	}
	eventually(t, 60*time.Second, func() error { return settled(t, s, 2) })
	if n := shown(s, "phone-of-aminah", "accepted", r.Number); n != 1 {
		t.Errorf("the guest's phone shows %d messages", n)
	}
	c, err := s.App.Cases.Store.ByNumber(t.Context(), r.Number)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Engine.Get(t.Context(), seal.Collection.Name, complaint.GuestOf(c.ID)); err == nil {
		t.Error("the guest's key is still there")
	}
	if a := do(t, "DELETE", s.URL+"/v1/me", nil, "Authorization", auth); a.Status != 200 {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	none(t, "the store", dump{s: s, mongo: mongo}.store(t), append([]string{"phone-of-aminah"}, aminahs...)...)
}

// Cut off at whatever point, a claim is finished by asking again, and an erasure finds what it left.
func TestAClaimThatIsCutOffIsFinished(t *testing.T) {
	s := start(t, nil)
	var r receipt
	do(t, "POST", s.URL+"/v1/complaints", aminahFiles).into(t, &r)
	eventually(t, 60*time.Second, func() error { return settled(t, s, 1) })
	if a := do(t, "PUT", s.URL+"/v1/me?number="+r.Number, aminah, "Claim-Code", r.ClaimCode); a.Status != 200 {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	auth := s.account(t, "phone-cut-off")
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
	if a := do(t, "POST", s.URL+"/v1/complaints/"+r.Number+"/claim", nil, "Authorization", auth, "Claim-Code", r.ClaimCode); a.Status != http.StatusNoContent {
		t.Fatalf("again: %d %s", a.Status, a.Body)
	}
	if a := do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); !strings.Contains(string(a.Body), "Aminah") {
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
		return 0, errKilled
	}
	return m.Engine.Replace(ctx, collection, r)
}

func (m mortal) Delete(ctx context.Context, collection, id string, rev int64) error {
	if collection == m.at {
		return errKilled
	}
	return m.Engine.Delete(ctx, collection, id, rev)
}

var errKilled = errors.New("killed")
