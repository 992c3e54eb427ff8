package app_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/notify"
	"respons/internal/push/fcmtest"
)

// system is the real wiring on a store of its own, with phones that record what they show.
type system struct {
	t      *testing.T
	App    *app.App
	Phones *fcmtest.Server
	URL    string
	logged *errorLog
	admin  string // header of the first administrator
	cfg    config.Config
	server *httptest.Server
}

// errorLog keeps the whole log and fails a scenario that logs an error.
type errorLog struct {
	mu    sync.Mutex
	all   bytes.Buffer
	lines []string // errors
}

func (l *errorLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(b, []byte("level=ERROR")) {
		l.lines = append(l.lines, string(b))
	}
	return l.all.Write(b)
}

// forgive takes out the errors that a test has caused, of which there must be some.
func (l *errorLog) forgive(t *testing.T, part string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.lines)
	l.lines = slices.DeleteFunc(l.lines, func(line string) bool { return strings.Contains(line, part) })
	if len(l.lines) == before {
		t.Errorf("no error with %q was logged", part)
	}
}

// start wires and starts everything; change may alter the settings before.
func start(t *testing.T, change func(*config.Config)) *system {
	t.Helper()
	return startWith(t, change, nil)
}

// startWith is start for tests that replace parts before anything runs; replace may be nil.
func startWith(t *testing.T, change func(*config.Config), replace func(*app.App)) *system {
	t.Helper()
	s := wire(t, change)
	if replace != nil {
		replace(s.App)
	}
	if err := s.App.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// wire makes everything and serves it, but starts no worker and no sweep.
func wire(t *testing.T, change func(*config.Config)) *system {
	t.Helper()
	phones, err := fcmtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phones.Close)
	cfg := config.Default
	cfg.Data = t.TempDir()
	cfg.Firebase = cfg.Data + "/firebase.json"
	cfg.FCM = phones.Endpoint()
	if err := os.WriteFile(cfg.Firebase, phones.Credentials(), 0o600); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&cfg)
	}
	s := &system{t: t, Phones: phones, logged: new(errorLog), cfg: cfg}
	s.open()
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Errorf("not closed cleanly: %v", err)
		}
		for _, line := range s.logged.lines {
			t.Errorf("logged as an error: %s", line)
		}
	})
	return s
}

// open makes everything on the settings and serves it.
func (s *system) open() {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(s.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if s.App, err = app.New(s.t.Context(), s.cfg, log); err != nil {
		s.t.Fatal(err)
	}
	s.App.Teller.Policy = notify.Policy{} // at whatever hour the tests run, nothing is held back or gathered
	s.server = httptest.NewServer(s.App.Handler())
	s.URL = s.server.URL
}

func (s *system) close() error {
	s.server.Close()
	return s.App.Close()
}

// answer is what the server said.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		t.Fatalf("the answer %d is no JSON of the expected form: %v\n%s", a.Status, err, a.Body)
	}
}

// do sends one request and checks the answer by the API's document; headers come in pairs.
func do(t *testing.T, method, url string, body any, headers ...string) answer {
	t.Helper()
	a, err := send(t.Context(), http.DefaultClient, method, url, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, method, url, a)
	examples.saw(t, method, url, body, a)
	return a
}

func send(ctx context.Context, client *http.Client, method, url string, body any, headers ...string) (answer, error) {
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = bytes.NewReader([]byte(b))
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return answer{}, err
		}
		r = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, r)
	if err != nil {
		return answer{}, err
	}
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, content}, err
}

// eventually asks again until it is so, or fails after limit with the last reason.
func eventually(t *testing.T, limit time.Duration, so func() error) {
	t.Helper()
	end := time.Now().Add(limit)
	for {
		err := so()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("not so within %s: %v", limit, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// filing is a complaint as a phone sends it.
type filing map[string]any

// filings are the labelled complaints where they lie beside the checkout, else those of the demonstration.
func filings(t *testing.T) []filing {
	t.Helper()
	const labelled = "../../../shared/data/complaints-dev.csv"
	content, err := os.ReadFile(labelled)
	if err != nil {
		t.Logf("the labelled complaints are not there; the demonstration's are used")
		if content, err = configs.FS.ReadFile("demo.csv"); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var out []filing
	for _, row := range rows[1:] {
		location := map[string]any{}
		for _, name := range []string{"lat", "lon"} {
			if x, err := strconv.ParseFloat(row[column[name]], 64); err == nil {
				location[name] = x
			}
		}
		for _, name := range []string{"address", "postcode"} {
			if v := row[column[name]]; v != "" {
				location[name] = v
			}
		}
		f := filing{"text": row[column["text"]], "location": location}
		out = append(out, f)
	}
	if len(out) < 40 {
		t.Fatalf("only %d complaints to file", len(out))
	}
	return out
}

// withPhone gives a filing a phone of its own.
func (f filing) withPhone(token string) filing {
	out := filing{"device": map[string]any{"token": token, "platform": "android"}}
	for k, v := range f {
		out[k] = v
	}
	return out
}

type receipt struct {
	Number    string `json:"number"`
	ClaimCode string `json:"claim_code"`
}

func key(i int) string { return fmt.Sprintf("scenario-%04d", i) }
