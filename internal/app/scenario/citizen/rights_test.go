package citizen_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/audit"
	"respons/internal/config"
	"respons/internal/learning"
	"respons/internal/notify"
	signed "respons/internal/receipt"
	"respons/internal/reporter"
	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// What Aminah tells us of herself and types into her complaint, in every form in which it could stand somewhere.
var (
	aminah = map[string]string{"name": "Aminah binti Abdullah", "phone": "012-345 6789", "email": "Aminah@Contoh.MY",
		"identity": "900131-14-5678", "address": "12 Jalan Mawar 3, Petaling Jaya"}
	aminahs = []string{"Aminah", "12-345 6789", "123456789", "minah@contoh", "minah@Contoh", "900131", "Jalan Mawar", "WXY 1234", "876 5432"}
)

const aminahFiles = `{"text":"Lubang besar depan 7-Eleven Jalan SS2/24, lori WXY 1234 langgar. Hubungi saya 012-345 6789, IC 900131-14-5678",
	"location":{"lat":3.1186,"lon":101.6221,"accuracy":12,"address":"depan kedai, tel 0123456789"}}`

func TestACitizensDataAreSealedRevealedExportedAndErased(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		r := new(recorder)
		s := apptest.StartWith(t, nil, r.attach)
		sealRevealExportErase(t, s, r, apptest.Dump{System: s})
	})
	t.Run("MongoDB and a real Redis", func(t *testing.T) {
		uri := mongotest.Start(t)
		r := new(recorder)
		s := apptest.StartWith(t, func(c *config.Config) {
			c.MongoURI, c.RedisURL = config.Secret(uri), config.Secret(redistest.Server(t))
		}, r.attach)
		sealRevealExportErase(t, s, r, apptest.Dump{System: s, Mongo: uri})
	})
}

// recorder keeps what is recorded, and fails when told to.
type recorder struct {
	mu   sync.Mutex
	full bool
	acts []reporter.Act
}

func (r *recorder) attach(a *app.App) {
	next := a.Acts
	a.Acts = func(ctx context.Context, act reporter.Act, do func() error) error {
		r.mu.Lock()
		full := r.full
		if !full {
			r.acts = append(r.acts, act)
		}
		r.mu.Unlock()
		if full {
			return errors.New("the recorder is full")
		}
		return next(ctx, act, do)
	}
}

func (r *recorder) fill(full bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full = full
}

func (r *recorder) actions() (out []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.acts {
		out = append(out, string(a.Action))
	}
	return out
}

func sealRevealExportErase(t *testing.T, s *apptest.System, r *recorder, d apptest.Dump) {
	auth := s.Account(t, "phone-of-aminah")
	number := tellAndFile(t, s, auth)
	staffSeeAnAlias(t, s, number)
	apptest.None(t, "the store", d.Store(t), aminahs...)
	if !strings.Contains(d.Store(t), "phone-of-aminah") || !strings.Contains(d.Store(t), "7-Eleven") {
		t.Fatal("the search of the store finds nothing at all")
	}
	receiptsProveWhatWasTyped(t, s, d, auth, number)
	revealAsAllowed(t, s, r, auth, number)
	path := "/v1/complaints/" + number + "/attachments"
	if a := apptest.Form(t, s.URL+path, apptest.Snapshot(t, 64, 48), "Authorization", auth); a.Status != http.StatusAccepted {
		t.Fatalf("attach: %d %s", a.Status, a.Body)
	}
	if a := apptest.Form(t, s.URL+"/v1/staff/complaints/"+number+"/attachments", apptest.Snapshot(t, 48, 64), "Authorization", s.Officer(t, "officer", "MBPJ")); a.Status != http.StatusAccepted {
		t.Fatalf("attach a photo of the repair: %d %s", a.Status, a.Body)
	}
	apptest.Evidence(t, s.URL, path, 2, "Authorization", auth)
	upload(t, s.URL, apptest.Snapshot(t, 32, 32), "Authorization", auth) // no complaint names it
	exported(t, s, auth)
	taught(t, s, number, 1)
	erased(t, s, d, auth, number)
	taught(t, s, number, 0)
	onlyTheirs(t, s, number)
	oversight := s.Officer(t, "oversight", "")
	for action, want := range map[string]string{"sealed": "sealed.reveal begun sealed.reveal done sealed.reveal begun sealed.reveal done", "export": "export begun export done",
		"erase": "erase begun erase done", "hold": "hold.set begun hold.set done hold.release begun hold.release done"} {
		if got := strings.Join(s.Recorded(t, oversight, url.Values{"action": {action}}).Acts(), " "); got != want {
			t.Errorf("on record of %s: %s, want %s", action, got, want)
		}
	}
	s.ProvenSound(t)
	if got := strings.Join(r.actions(), " "); got != "sealed.reveal sealed.reveal export hold.set erase hold.release" {
		t.Errorf("recorded: %s", got)
	}
}

func tellAndFile(t *testing.T, s *apptest.System, auth string) (number string) {
	t.Helper()
	me := s.URL + "/v1/me"
	bad := map[string]string{"name": "A1", "phone": "12", "email": "aminah", "identity": "901331-14-5678", "address": strings.Repeat("a", 501)}
	a := apptest.Do(t, "PUT", me, bad, "Authorization", auth)
	apptest.CheckProblem(t, a, 422, "invalid", "")
	for field := range bad {
		if !strings.Contains(string(a.Body), `"body.`+field+`"`) {
			t.Errorf("%s is not named: %s", field, a.Body)
		}
	}
	apptest.CheckProblem(t, apptest.Do(t, "PUT", me, aminah), 401, "unauthorized", "")
	if a := apptest.Do(t, "PUT", me, aminah, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("put: %d %s", a.Status, a.Body)
	}
	a = apptest.Do(t, "GET", me, nil, "Authorization", auth)
	if !strings.Contains(string(a.Body), `"+60123456789"`) || !strings.Contains(string(a.Body), `"900131145678"`) ||
		!strings.Contains(string(a.Body), `"aminah@contoh.my"`) || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("me: %s %v", a.Body, a.Header)
	}
	ids, err := s.App.Reporters.ByPhone(t.Context(), "+60 12 3456789")
	if err != nil || len(ids) != 1 {
		t.Errorf("by phone: %v, %v", ids, err)
	}
	email, phone, err := s.App.Teller.Addresses.Of(t.Context(), ids[0])
	if err != nil || email != "aminah@contoh.my" || phone != "+60123456789" {
		t.Errorf("reached at %q, %q, %v", email, phone, err)
	}
	if a := apptest.Do(t, "PUT", s.URL+"/v1/preferences", `{"sms":false,"quiet_hours":{"from":"21:37","to":"06:00"}}`, "Authorization", auth); a.Status != http.StatusOK {
		t.Fatalf("preferences: %d %s", a.Status, a.Body)
	}
	var r apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles, "Authorization", auth, "Idempotency-Key", "aminah-1").Into(t, &r)
	var again apptest.Receipt
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles, "Authorization", auth, "Idempotency-Key", "aminah-1").Into(t, &again)
	if r.Number == "" || again.Number != r.Number {
		t.Fatalf("filed %q, again %q", r.Number, again.Number)
	}
	apptest.Eventually(t, func() error { return apptest.Settled(t, s, 1) })
	return r.Number
}

// receiptsProveWhatWasTyped: both receipts are over the text before it was masked, and the store gives no hint of it.
func receiptsProveWhatWasTyped(t *testing.T, s *apptest.System, d apptest.Dump, auth, number string) {
	t.Helper()
	var sent struct{ Text string }
	if err := json.Unmarshal([]byte(aminahFiles), &sent); err != nil {
		t.Fatal(err)
	}
	var keys jose.JSONWebKeySet
	apptest.Do(t, "GET", s.URL+"/v1/receipts/keys", nil).Into(t, &keys)
	var filed, later struct{ Signed string }
	apptest.Do(t, "POST", s.URL+"/v1/complaints", aminahFiles, "Authorization", auth, "Idempotency-Key", "aminah-1").Into(t, &filed)
	apptest.Do(t, "GET", s.URL+"/v1/complaints/"+number+"/receipt", nil, "Authorization", auth).Into(t, &later)
	for _, token := range []string{filed.Signed, later.Signed} {
		if c, err := signed.Verify(token, keys); err != nil || c.Number != number || c.Text != signed.Digest(sent.Text) {
			t.Errorf("receipt %+v, %v", c, err)
		}
	}
	apptest.None(t, "the store", d.Store(t), signed.Digest(sent.Text))
}

// onlyTheirs: of the attachments of an erased citizen's complaint the officer's photo is left, with its thumbnail.
func onlyTheirs(t *testing.T, s *apptest.System, number string) {
	t.Helper()
	left := apptest.Evidence(t, s.URL, "/v1/staff/complaints/"+number+"/attachments", 1, "Authorization", s.Officer(t, "officer", "MBPJ"))
	if left.Attachments[0].Role != "officer" {
		t.Errorf("left: %+v", left)
	}
	var files []string
	err := filepath.WalkDir(filepath.Join(s.App.Config.Data, "blobs"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) != 2 {
		t.Errorf("files that are left: %q, %v", files, err)
	}
	c, err := s.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil || len(c.Attachments) != 1 || len(c.Named) != 0 {
		t.Errorf("the complaint names %+v %q, %v", c.Attachments, c.Named, err)
	}
}

// taught: so many examples of a complaint are kept for the router.
func taught(t *testing.T, s *apptest.System, number string, want int64) {
	t.Helper()
	c, err := s.App.Cases.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, func() error {
		n, err := s.App.Engine.Count(t.Context(), learning.Examples.Name, store.Query{Index: "complaint", Equal: []any{c.ID}})
		if err == nil && n != want {
			err = fmt.Errorf("%d examples, want %d", n, want)
		}
		return err
	})
}

func staffSeeAnAlias(t *testing.T, s *apptest.System, number string) {
	t.Helper()
	officer := s.Officer(t, "officer", "MBPJ")
	for _, path := range []string{"/v1/staff/complaints", "/v1/staff/complaints/" + number, "/v1/staff/complaints/" + number + "/messages"} {
		a := apptest.Do(t, "GET", s.URL+path, nil, "Authorization", officer)
		if a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
		apptest.None(t, path, string(a.Body), aminahs...)
		if !strings.HasSuffix(path, "messages") && !strings.Contains(string(a.Body), `"citizen":"Pengadu `) {
			t.Errorf("%s has no alias: %s", path, a.Body)
		}
	}
}

func revealAsAllowed(t *testing.T, s *apptest.System, r *recorder, auth, number string) {
	t.Helper()
	officer, other, boss := s.Officer(t, "officer", "MBPJ"), s.Officer(t, "officer", "MBSA"), s.Officer(t, "supervisor", "MBPJ")
	ask := func(who, why string, fields ...string) apptest.Answer {
		t.Helper()
		return s.StaffPost(t, who, number, "reveal", map[string]any{"reason": why, "fields": fields})
	}
	const why = "Perlu bertanya di mana lubang itu"
	apptest.CheckProblem(t, ask(other, why, "text"), 404, "not-found", "")
	apptest.CheckProblem(t, ask(officer, why, "text"), 403, "forbidden", "accept it first")
	apptest.CheckProblem(t, ask(officer, why, "phone"), 403, "forbidden", "may see text")
	apptest.CheckProblem(t, ask(boss, why, "identity"), 403, "forbidden", "name, phone, text")
	apptest.CheckProblem(t, ask(boss, "sebab", "phone"), 422, "invalid", "reason")
	apptest.CheckProblem(t, ask(boss, why, "shoe"), 422, "invalid", "shoe")
	apptest.CheckProblem(t, ask(boss, why), 422, "invalid", "fields")

	r.fill(true)
	if a := ask(boss, why, "phone"); a.Status != 500 || strings.Contains(string(a.Body), "6789") {
		t.Errorf("revealed without a record: %d %s", a.Status, a.Body)
	}
	s.Logged.Mu.Lock()
	s.Logged.Lines = nil // that error was meant to be
	s.Logged.Mu.Unlock()
	r.fill(false)
	access := func() string {
		return string(apptest.Do(t, "GET", s.URL+"/v1/me/access", nil, "Authorization", auth).Body)
	}
	if log := access(); !strings.Contains(log, `"accesses":[]`) {
		t.Errorf("refused looks are in the access log: %s", log)
	}

	a := ask(boss, why, "phone", "name")
	if a.Status != 200 || !strings.Contains(string(a.Body), "+60123456789") || !strings.Contains(string(a.Body), "Aminah binti Abdullah") ||
		strings.Contains(string(a.Body), "identity") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("reveal: %d %s", a.Status, a.Body)
	}
	for _, move := range []string{"accept", "start", "ask"} {
		if a := s.StaffPost(t, officer, number, move, `{"note":"Puan Aminah, di lorong mana?"}`); a.Status != 200 {
			t.Fatalf("%s: %d %s", move, a.Status, a.Body)
		}
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+number+"/answer", `{"text":"Lorong kiri, emel aminah@contoh.my"}`, "Authorization", auth); a.Status != 200 {
		t.Fatalf("answer: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "POST", s.URL+"/v1/complaints/"+number+"/write", `{"text":"Nombor baru 019-876 5432"}`, "Authorization", auth); a.Status != 200 {
		t.Fatalf("write: %d %s", a.Status, a.Body)
	}
	a = ask(officer, why, "text")
	for _, v := range []string{"012-345 6789", "WXY 1234", "Lorong kiri, emel aminah@contoh.my", "Nombor baru 019-876 5432"} {
		if !strings.Contains(string(a.Body), v) {
			t.Errorf("the original lacks %q: %d %s", v, a.Status, a.Body)
		}
	}
	log := access()
	for _, v := range []string{why, `"supervisor"`, `"officer"`, `"MBPJ"`, `"name","phone"`, number, "fungsi agensi"} {
		if !strings.Contains(log, v) {
			t.Errorf("the access log lacks %q: %s", v, log)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.acts) != 2 || r.acts[0].Action != audit.Reveal || r.acts[0].Object.ID != number || r.acts[0].By.ID == "" || r.acts[0].Reason != why {
		t.Errorf("recorded %+v", r.acts)
	}
}

func exported(t *testing.T, s *apptest.System, auth string) {
	t.Helper()
	a := apptest.Do(t, "GET", s.URL+"/v1/me/export", nil, "Authorization", auth)
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("export: %d %v %s", a.Status, a.Header, a.Body[:min(200, len(a.Body))])
	}
	z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("export: %v", err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "export.json" && !json.Valid(b) {
			t.Error("export.json is no JSON")
		}
		// As typed, in words, with who looked and what was told; "+" is written otherwise in HTML.
		for _, v := range []string{"Aminah binti Abdullah", "60123456789", "900131145678", "12 Jalan Mawar 3", "lori WXY 1234", "emel aminah@contoh.my", "019-876 5432", "image/jpeg", "21:37",
			"Perlu bertanya di mana lubang itu", "android", "Majlis Bandaraya Petaling Jaya", "tel 0123456789"} {
			if !bytes.Contains(b, []byte(v)) {
				t.Errorf("%s lacks %q:\n%s", f.Name, v, b)
			}
		}
		apptest.None(t, f.Name, string(b), "phone-of-aminah")
	}
}

func erased(t *testing.T, s *apptest.System, d apptest.Dump, auth, number string) {
	t.Helper()
	overseer, officer := s.Officer(t, "oversight", ""), s.Officer(t, "officer", "MBPJ")
	hold := s.URL + "/v1/staff/complaints/" + number + "/hold"
	apptest.CheckProblem(t, apptest.Do(t, "PUT", hold, `{"reason":"perintah mahkamah"}`, "Authorization", officer), 403, "forbidden", "complaint.hold")
	if a := apptest.Do(t, "PUT", hold, `{"reason":"perintah mahkamah"}`, "Authorization", overseer); a.Status != 200 {
		t.Fatalf("hold: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/staff/holds", nil, "Authorization", overseer); !strings.Contains(string(a.Body), number) {
		t.Errorf("holds: %s", a.Body)
	}
	a := apptest.Do(t, "DELETE", s.URL+"/v1/me", nil, "Authorization", auth)
	if a.Status != 202 || !strings.Contains(string(a.Body), `"deferred"`) || !strings.Contains(string(a.Body), "legal hold") {
		t.Fatalf("erase under a hold: %d %s", a.Status, a.Body)
	}
	if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); !strings.Contains(string(a.Body), "Aminah") {
		t.Errorf("the held data are gone: %s", a.Body)
	}
	var me struct{ ID string }
	wrapped := wrappedKey(t, s, auth, &me.ID)
	if !strings.Contains(d.Store(t), wrapped) && d.Mongo == "" {
		t.Error("the search does not find the wrapped key before")
	}
	if a := apptest.Do(t, "DELETE", hold+"?reason=kes+selesai", nil, "Authorization", overseer); a.Status != 204 {
		t.Fatalf("release: %d %s", a.Status, a.Body)
	}
	apptest.Eventually(t, func() error { // the next round goes on; the account is closed then
		if err := s.App.Citizens.Once(t.Context()); err != nil {
			return err
		}
		if a := apptest.Do(t, "GET", s.URL+"/v1/me", nil, "Authorization", auth); a.Status != 401 {
			return fmt.Errorf("the account is open: %d %s", a.Status, a.Body)
		}
		return nil
	})
	anHourOn := *s.App.Citizens
	anHourOn.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if err := anHourOn.Once(t.Context()); err != nil { // looks it over once more
		t.Fatal(err)
	}

	if err := s.App.Teller.Stop(t.Context(), me.ID, notify.Email); err != nil { // the link in an e-mail of before
		t.Fatal(err)
	}
	if email, phone, err := s.App.Teller.Addresses.Of(t.Context(), me.ID); err != nil || email+phone != "" {
		t.Errorf("reached at %q, %q, %v", email, phone, err)
	}
	gone := append([]string{"phone-of-aminah", wrapped, me.ID}, aminahs...)
	apptest.None(t, "the store", d.Store(t), gone...)
	apptest.None(t, "Redis", d.Redis(t), gone[0:1]...)
	apptest.None(t, "Redis", d.Redis(t), aminahs...)
	apptest.None(t, "the log", d.Log(), append(aminahs, "phone-of-aminah")...)
	a = apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+number, nil, "Authorization", officer)
	if a.Status != 200 || !strings.Contains(string(a.Body), "7-Eleven") || !strings.Contains(string(a.Body), "3.1186") || !strings.Contains(string(a.Body), "••• di lorong") && !strings.Contains(string(a.Body), "•••, di lorong") {
		t.Errorf("the complaint after the erasure: %d %s", a.Status, a.Body)
	}
	apptest.CheckProblem(t, s.StaffPost(t, s.Officer(t, "supervisor", "MBPJ"), number, "reveal", map[string]any{"reason": "Perlu menghubungi pengadu", "fields": []string{"phone"}}),
		409, "conflict", "erased")
	// Once nothing more can happen, the place is kept to about a kilometre.
	if a := s.StaffPost(t, officer, number, "resolve", `{"note":"siap"}`); a.Status != 200 {
		t.Fatalf("resolve: %d %s", a.Status, a.Body)
	}
	later := *s.App.Cases
	later.Now = func() time.Time { return time.Now().AddDate(0, 0, 30) }
	c, err := later.Store.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := later.Ring(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	a = apptest.Do(t, "GET", s.URL+"/v1/staff/complaints/"+number, nil, "Authorization", officer)
	if !strings.Contains(string(a.Body), `"state":"closed"`) || strings.Contains(string(a.Body), "3.1186") || !strings.Contains(string(a.Body), "3.12") {
		t.Errorf("the closed complaint: %s", a.Body)
	}
}

// wrappedKey gives the stored data key of an account as it stands in the store.
func wrappedKey(t *testing.T, s *apptest.System, auth string, id *string) string {
	t.Helper()
	p, _, err := s.App.People.Authenticate(t.Context(), strings.TrimPrefix(auth, "Bearer "))
	if err != nil {
		t.Fatal(err)
	}
	*id = p.ID
	rec, err := s.App.Engine.Get(t.Context(), seal.Collection.Name, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Wrapped string }
	if err := json.Unmarshal(rec.Body, &doc); err != nil || len(doc.Wrapped) < 100 {
		t.Fatalf("data key %s: %v", rec.Body, err)
	}
	return doc.Wrapped
}
