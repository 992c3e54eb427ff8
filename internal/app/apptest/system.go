// Package apptest runs the whole program for scenarios: the real wiring on a store of its own, phones that record what they
// show, people who sign in, and a client that checks every answer by the API's document. Scenarios themselves are in the
// folders of internal/app/scenario.
package apptest

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/notify"
	"respons/internal/push/fcmtest"
)

// System is the real wiring on a store of its own, with phones that record what they show.
type System struct {
	T      *testing.T
	App    *app.App
	Phones *fcmtest.Server
	URL    string
	Logged *ErrorLog
	Admin  string // header of the first administrator
	cfg    config.Config
	server *httptest.Server
}

// Start wires and starts everything; change may alter the settings before.
func Start(t *testing.T, change func(*config.Config)) *System {
	t.Helper()
	return StartWith(t, change, nil)
}

// StartWith is Start for tests that replace parts before anything runs; replace may be nil.
func StartWith(t *testing.T, change func(*config.Config), replace func(*app.App)) *System {
	t.Helper()
	s := Wire(t, change)
	if replace != nil {
		replace(s.App)
	}
	if err := s.App.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Wire makes everything and serves it, but starts no worker and no sweep.
func Wire(t *testing.T, change func(*config.Config)) *System {
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
	s := &System{T: t, Phones: phones, Logged: new(ErrorLog), cfg: cfg}
	s.open()
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Errorf("not closed cleanly: %v", err)
		}
		for _, line := range s.Logged.Lines {
			t.Errorf("logged as an error: %s", line)
		}
	})
	return s
}

// open makes everything on the settings and serves it.
func (s *System) open() {
	s.T.Helper()
	log := slog.New(slog.NewTextHandler(s.Logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if s.App, err = app.New(s.T.Context(), s.cfg, log); err != nil {
		s.T.Fatal(err)
	}
	s.App.Teller.Policy = notify.Policy{} // at whatever hour the tests run, nothing is held back or gathered
	s.server = httptest.NewServer(s.App.Handler())
	s.URL = s.server.URL
}

func (s *System) close() error {
	s.server.Close()
	return s.App.Close()
}

// Restart ends the server while phones talk to it and opens it again on the same data.
func (s *System) Restart(t *testing.T) {
	t.Helper()
	s.server.CloseClientConnections()
	if err := s.close(); err != nil {
		t.Errorf("not closed cleanly: %v", err)
	}
	s.open()
	if err := s.App.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// ErrorLog keeps the whole log and fails a scenario that logs an error.
type ErrorLog struct {
	Mu    sync.Mutex
	all   bytes.Buffer
	Lines []string // errors
}

func (l *ErrorLog) Write(b []byte) (int, error) {
	l.Mu.Lock()
	defer l.Mu.Unlock()
	if bytes.Contains(b, []byte("level=ERROR")) {
		l.Lines = append(l.Lines, string(b))
	}
	return l.all.Write(b)
}

// Forgive takes out the errors that a test has caused, of which there must be some.
func (l *ErrorLog) Forgive(t *testing.T, part string) {
	t.Helper()
	l.Mu.Lock()
	defer l.Mu.Unlock()
	before := len(l.Lines)
	l.Lines = slices.DeleteFunc(l.Lines, func(line string) bool { return strings.Contains(line, part) })
	if len(l.Lines) == before {
		t.Errorf("no error with %q was logged", part)
	}
}
