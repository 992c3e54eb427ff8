// Package browsertest runs the whole system with its demonstration and opens its pages in Chromium, for tests.
package browsertest

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"respons/internal/app"
	"respons/internal/config"
)

// Site is a running system with the people and complaints of the demonstration.
type Site struct {
	App *app.App
	URL string
}

// Start starts one for a test; change may be nil. It ends with the test.
func Start(t *testing.T, change func(*config.Config)) *Site {
	t.Helper()
	cfg := config.Default
	cfg.Data, cfg.Demo = t.TempDir(), true
	if change != nil {
		change(&cfg)
	}
	a, err := app.New(t.Context(), cfg, slog.New(slog.NewTextHandler(failing{t}, &slog.HandlerOptions{Level: slog.LevelError})))
	if err == nil {
		err = a.Start(t.Context())
	}
	if err == nil && cfg.Demo {
		err = a.Demo(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := a.Close(); err != nil {
			t.Errorf("not closed cleanly: %v", err)
		}
	})
	return &Site{App: a, URL: server.URL}
}

// failing makes each line of the log a failure of the test: only errors are written to it.
type failing struct{ t *testing.T }

func (f failing) Write(line []byte) (int, error) {
	f.t.Errorf("logged as an error: %s", line)
	return len(line), nil
}

// chromium is the browser's program. Where there is none the test is skipped, unless RESPONS_NEED_CHROMIUM is set.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("RESPONS_NEED_CHROMIUM") != "" {
		t.Fatal("there is no chromium, and RESPONS_NEED_CHROMIUM asks for it")
	}
	t.Skip("there is no chromium to open pages in; install the package chromium")
	return ""
}
