package queue

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"respons/mobileapi/client"
)

// server answers requests by method and path with what the test gave it, the last answer again and again.
type server struct {
	mu      sync.Mutex
	answers map[string][]func(http.ResponseWriter)
	asked   []string // keys and paths, in order
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.Method + " " + r.URL.Path
	s.asked = append(s.asked, name)
	list := s.answers[name]
	if len(list) == 0 {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	list[0](w)
	if len(list) > 1 {
		s.answers[name] = list[1:]
	}
}

func says(status int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		if status >= 400 {
			w.Header().Set("Content-Type", "application/problem+json")
		}
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// on gives a queue that talks to the server and notes how long it would wait.
func on(t *testing.T, s *server) (q *Queue, waited *[]time.Duration) {
	t.Helper()
	http := httptest.NewServer(s)
	t.Cleanup(http.Close)
	api, err := client.NewClientWithResponses(http.URL)
	if err != nil {
		t.Fatal(err)
	}
	waited = new([]time.Duration)
	return &Queue{Dir: t.TempDir(), API: api, Token: "t", Wait: func(ctx context.Context, d time.Duration) error {
		*waited = append(*waited, d)
		return ctx.Err()
	}}, waited
}

const batch = "POST /v1/complaints/batch"

func result(key, became string) string { return `{"results":[{"key":"` + key + `",` + became + `}]}` }

const filed = `"receipt":{"number":"RR-7K3M-Q2XA","received":"2026-11-26T07:51:59Z","state":"received","emergency":"","signed":"s"}`

func TestATemporaryProblemIsSentAgainAndOthersAreLaidBeforeAPerson(t *testing.T) {
	s := &server{answers: map[string][]func(http.ResponseWriter){}}
	q, waited := on(t, s)
	key, err := q.Add(client.BatchDraft{Text: "lubang"})
	if err != nil {
		t.Fatal(err)
	}
	s.answers[batch] = []func(http.ResponseWriter){
		says(503, `{"type":"urn:respons:problem:unavailable","title":"t","status":503}`),
		says(429, `{"type":"urn:respons:problem:too-many","title":"t","status":429}`, "Retry-After", "90"),
		says(200, result(key, `"problem":{"type":"urn:respons:problem:internal","title":"t","status":500}`)),
		says(200, result(key, `"problem":{"type":"urn:respons:problem:invalid","title":"t","status":422}`)),
	}
	if err := q.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w := *waited; len(w) != 3 || w[0] > time.Second || w[1] < 90*time.Second || w[1] > 91*time.Second {
		t.Errorf("waited %v", w)
	}
	drafts, err := q.Drafts()
	if err != nil || len(drafts) != 1 || drafts[0].Problem == nil {
		t.Fatalf("%+v, %v", drafts, err)
	}
	if err := q.Send(t.Context()); err != nil || len(s.asked) != 4 {
		t.Errorf("what a person must mend was sent again: %v, %v", s.asked, err)
	}
	if _, err := q.Mend(&Draft{}, client.BatchDraft{}); err == nil {
		t.Error("a draft that may have been filed was changed")
	}
	mended, err := q.Mend(drafts[0], client.BatchDraft{Text: "lubang besar"})
	if err != nil || mended == key {
		t.Fatalf("key %s, %v", mended, err)
	}
	s.answers[batch] = []func(http.ResponseWriter){says(200, result(mended, filed))}
	if err := q.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	if drafts, err = q.Drafts(); err != nil || len(drafts) != 1 || drafts[0].Receipt == nil {
		t.Errorf("%+v, %v", drafts, err)
	}
}

func TestAPhoneThatIsRefusedStopsAndKeepsItsDrafts(t *testing.T) {
	s := &server{answers: map[string][]func(http.ResponseWriter){batch: {says(401, `{"type":"urn:respons:problem:unauthorized","title":"t","status":401,"detail":"sign in again"}`)}}}
	q, _ := on(t, s)
	if _, err := q.Add(client.BatchDraft{Text: "lubang"}); err != nil {
		t.Fatal(err)
	}
	err := q.Send(t.Context())
	if r, ok := errors.AsType[*Refused](err); !ok || r.Status != 401 || r.Problem.Type != "urn:respons:problem:unauthorized" {
		t.Errorf("%v", err)
	}
	drafts, err := q.Drafts()
	if err != nil || len(drafts) != 1 || drafts[0].Problem != nil {
		t.Errorf("%+v, %v", drafts, err)
	}
}

// The server forgot an upload, refuses another photo, and takes the rest in pieces from where it stopped.
func TestPhotosGoOnWhereTheyStoppedOrBeginAnew(t *testing.T) {
	s := &server{answers: map[string][]func(http.ResponseWriter){}}
	q, _ := on(t, s)
	key, err := q.Add(client.BatchDraft{Text: "lubang"}, []byte("forgotten"), []byte("refused"), make([]byte, piece+5))
	if err != nil {
		t.Fatal(err)
	}
	begun := func(id string) func(http.ResponseWriter) {
		return says(201, "", "Location", "http://x/v1/uploads/"+id)
	}
	at := func(offset string) func(http.ResponseWriter) { return says(200, "", "Upload-Offset", offset) }
	s.answers = map[string][]func(http.ResponseWriter){
		"POST /v1/uploads": {begun("a"), begun("b"), begun("c"), begun("a")}, batch: {says(200, result(key, filed))},
		"HEAD /v1/uploads/a": {says(404, ""), at("0"), at("9")}, "HEAD /v1/uploads/b": {says(422, "")},
		"HEAD /v1/uploads/c":  {at("0"), at("524288"), at("524293")},
		"PATCH /v1/uploads/a": {says(204, "")}, "PATCH /v1/uploads/c": {says(204, ""), says(409, `{}`), says(204, "")},
	}
	if err := q.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	drafts, err := q.Drafts()
	if err != nil {
		t.Fatal(err)
	}
	p := drafts[0].Photos
	if !p[0].Whole || p[1].Whole || p[1].Refused == nil || !p[2].Whole {
		t.Errorf("photos %+v; asked %v", p, s.asked)
	}
	if begun := slices.Index(s.asked, batch); begun != 3 {
		t.Errorf("the complaint waited for its photos: %v", s.asked)
	}
	if err := q.Remove(drafts[0]); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(q.Dir); err != nil || len(left) != 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

func TestPausesGrowAndStayBounded(t *testing.T) {
	for try, most := range map[int]time.Duration{0: time.Second, 3: 8 * time.Second, 40: 5 * time.Minute} {
		for range 50 {
			if d := pause(try, nil); d < most/2 || d >= most {
				t.Errorf("try %d waits %s", try, d)
			}
		}
	}
}

func TestAFileOnTheDiskIsWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	if err := write(filepath.Join(dir, "none", "x"), nil); err == nil {
		t.Error("written into a folder that there is not")
	}
	path := filepath.Join(dir, "a.draft.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (&Queue{Dir: dir}).Drafts(); err == nil {
		t.Error("a broken draft is passed over in silence")
	}
}
