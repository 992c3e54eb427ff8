package citizen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/attachment"
	"respons/internal/config"
	"respons/internal/rights"
	"respons/internal/seal"
	"respons/internal/store"
)

// A guest has the same rights by number and claim code, and a request sent again makes neither a second complaint nor a
// second key.
func TestAGuestHasTheSameRights(t *testing.T) {
	s := apptest.Start(t, nil)
	var r, again apptest.Receipt
	for _, to := range []*apptest.Receipt{&r, &again} {
		apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles, "Idempotency-Key", "guest-1").Into(t, to)
	}
	if r.Number != again.Number || r.ClaimCode != again.ClaimCode {
		t.Fatalf("filed %+v, again %+v", r, again)
	}
	if n, err := s.App.Engine.Count(t.Context(), seal.Collection.Name, store.Query{Index: "master"}); err != nil || n != 1 {
		t.Errorf("%d data keys, %v", n, err)
	}
	other := apptest.Receipt{}
	apptest.Do(t, "POST", s.URL+"/v1/complaints", apptest.PotholeEN).Into(t, &other)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 2) })
	me := s.URL + "/v1/me?number=" + r.Number
	apptest.CheckProblem(t, apptest.Do(t, "GET", me, nil, "Claim-Code", other.ClaimCode), 404, "not-found", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Claim-Code", r.ClaimCode), 401, "unauthorized", "")
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", s.Officer(t, "desk", "")), 403, "forbidden", "citizens")
	if a := apptest.Do(t, "PUT", me, aminah, "Claim-Code", r.ClaimCode); a.Status != http.StatusOK {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me/export?number="+r.Number, nil, "Claim-Code", r.ClaimCode); a.Status != http.StatusOK {
		t.Errorf("export: %d %s", a.Status, a.Body)
	}
	a := apptest.Do(t, "DELETE", me, nil, "Claim-Code", r.ClaimCode)
	if a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"done"`) {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", me, nil, "Claim-Code", r.ClaimCode), 404, "not-found", "")
	apptest.None(t, "the store", apptest.Dump{System: s}.Store(t), aminahs...)
	if a := apptest.Do(t, "GET", s.URL+"/v1/complaints/"+other.Number, nil, "Claim-Code", other.ClaimCode); a.Status != http.StatusOK {
		t.Errorf("another guest's complaint: %d %s", a.Status, a.Body)
	}
}

// A store that is copied or restored without its key file says so, and starts no second key under which nothing opens.
func TestAStoreWithoutItsKeyFileDoesNotStart(t *testing.T) {
	cfg := config.Default
	cfg.Data = t.TempDir()
	log := slog.New(slog.DiscardHandler)
	a, err := app.New(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Vault.Seal(t.Context(), "aminah", "name", []byte("Aminah")); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(cfg.Data, "seal.key")
	moved := filepath.Join(t.TempDir(), "elsewhere.key")
	if err := os.Rename(key, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := app.New(t.Context(), cfg, log); err == nil || !strings.Contains(err.Error(), "restore it from its backup") {
		t.Fatalf("it starts: %v", err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a second key was made")
	}
	cfg.SealKey = "file://" + moved
	if a, err = app.New(t.Context(), cfg, log); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Vault.Existing(t.Context(), "aminah"); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.SealKey = "gcp-kms://projects/p"
	if _, err := app.New(t.Context(), cfg, log); err == nil || !strings.Contains(err.Error(), "cryptoKeys") {
		t.Errorf("half a key's address: %v", err)
	}
}

// The master key is replaced while the server runs: the file gets a new key, the server does the rest.
func TestTheMasterKeyIsReplacedBesideARunningServer(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-rotate")
	if a := apptest.Do(t, "PUT", s.URL+"/v1/me", aminah, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	name, err := s.App.Rotation.File.Add()
	if err != nil {
		t.Fatal(err)
	}
	if n, _, err := s.App.Rotation.Once(t.Context()); err != nil || n != 2 { // the citizen's and the blind index's
		t.Fatalf("%d re-wrapped, %v", n, err)
	}
	names, counts, err := s.App.Vault.Wrapped(t.Context())
	if err != nil || len(names) != 1 || counts[name] != 2 {
		t.Errorf("wrapped %v %v, %v", names, counts, err)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); !strings.Contains(string(a.Body), "Aminah") {
		t.Errorf("after the rotation: %d %s", a.Status, a.Body)
	}
}

// Disposal over HTTP: listed, approved, destroyed, and not a trace in the files.
func TestDisposalOverHTTP(t *testing.T) {
	s := apptest.Start(t, nil)
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles).Into(t, &r)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	if a := apptest.Form(t, s.URL+"/v1/complaints/"+r.Number+"/attachments", apptest.Snapshot(t, 64, 48), "Claim-Code", r.ClaimCode); a.Status != http.StatusAccepted {
		t.Fatalf("attach: %d %s", a.Status, a.Body)
	}
	apptest.Evidence(t, s.URL, "/v1/complaints/"+r.Number+"/attachments", 1, "Claim-Code", r.ClaimCode)
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+r.Number+"/withdraw", `{"text":"tel 0123456789"}`, "Claim-Code", r.ClaimCode); a.Status != 200 {
		t.Fatalf("withdraw: %d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	inEightYears := *s.App.Disposals
	inEightYears.Now = func() time.Time { return time.Now().AddDate(8, 0, 0) }
	if n, err := inEightYears.Propose(t.Context()); err != nil || n != 1 {
		t.Fatalf("proposed %d, %v", n, err)
	}
	s.Officer(t, "desk", "") // makes the administrator
	var list struct {
		Disposals []struct {
			ID, State, Category string
			Count               int
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/disposals", nil, "Authorization", s.Officer(t, "officer", "MBPJ")), 403, "forbidden", "")
	apptest.Do(t, "GET", s.URL+"/v1/staff/disposals", nil, "Authorization", s.Admin).Into(t, &list)
	if len(list.Disposals) != 1 || list.Disposals[0].Count != 1 || list.Disposals[0].State != "proposed" {
		t.Fatalf("lists %+v", list)
	}
	path := s.URL + "/v1/staff/disposals/" + list.Disposals[0].ID
	if a := apptest.Do(t, "POST", path+"/approve", nil, "Authorization", s.Admin); a.Status != 200 || !strings.Contains(string(a.Body), `"approved"`) {
		t.Fatalf("approve: %d %s", a.Status, a.Body)
	}
	if err := inEightYears.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := apptest.Do(t, "GET", path, nil, "Authorization", s.Admin)
	var done struct {
		State string
		Items []struct{ Number, Outcome string }
	}
	if err := json.Unmarshal(a.Body, &done); err != nil || done.State != "done" || len(done.Items) != 1 || done.Items[0].Outcome != "disposed" || done.Items[0].Number != r.Number {
		t.Errorf("afterwards: %s, %v", a.Body, err)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+r.Number, nil, "Authorization", s.Admin), 404, "not-found", "")
	if n, err := s.App.Engine.Count(t.Context(), attachment.Collection.Name, store.Query{Index: "complaint"}); err != nil || n != 0 {
		t.Errorf("%d attachments left, %v", n, err)
	}
	if got := s.Recorded(t, s.Admin, url.Values{"action": {"disposal"}}).Acts(); strings.Join(got, ", ") != "disposal.approve begun, disposal.approve done, disposal.destroy begun, disposal.destroy done" {
		t.Errorf("on record: %q", got)
	}
	content := apptest.Dump{System: s}.Store(t)
	apptest.None(t, "the store", content, append([]string{"7-Eleven"}, aminahs...)...)
	if !bytes.Contains([]byte(content), []byte(r.Number)) {
		t.Error("the list does not prove what was destroyed")
	}
}

// An erasure that is cut off half way closes the account at once and is finished by a later round.
func TestAnErasureThatIsCutOffIsFinished(t *testing.T) {
	s := apptest.Start(t, nil)
	auth := s.Account(t, "phone-cut-off")
	if a := apptest.Do(t, "PUT", s.URL+"/v1/me", aminah, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles, "Authorization", auth)
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	p, _, err := s.App.People.Authenticate(t.Context(), strings.TrimPrefix(auth, "Bearer "))
	if err != nil {
		t.Fatal(err)
	}
	cut, later := *s.App.Citizens, *s.App.Citizens
	cut.Also = []func(context.Context, string) error{func(context.Context, string) error { return errors.New("killed") }}
	if e, err := cut.Erase(t.Context(), p.ID); err != nil || e.State != rights.Requested {
		t.Fatalf("cut off: %+v, %v", e, err)
	}
	apptest.CheckProblem(t, apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth), 401, "unauthorized", "")
	for _, hours := range []int{1, 2} { // one round to finish it, one to look it over
		later.Now = func() time.Time { return time.Now().Add(time.Duration(hours) * time.Hour) }
		if err := later.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	apptest.None(t, "the store", apptest.Dump{System: s}.Store(t), append([]string{"phone-cut-off", p.ID}, aminahs...)...)
}
