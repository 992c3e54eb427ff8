// Package browsertest runs the whole system with its demonstration and opens its pages in Chromium, for tests.
package browsertest

import (
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"respons/internal/app"
	"respons/internal/config"
)

// Site is a running system with the people and complaints of the demonstration.
type Site struct {
	App *app.App
	URL string

	server *httptest.Server
	cable  *cable
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
	server := httptest.NewUnstartedServer(a.Handler())
	cable := &cable{Listener: server.Listener}
	server.Listener = cable
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := a.Close(); err != nil {
			t.Errorf("not closed cleanly: %v", err)
		}
	})
	return &Site{App: a, URL: server.URL, server: server, cable: cable}
}

// Cut breaks every line to the site until Mend is called: what is sent is lost, and nothing answers.
func (s *Site) Cut() {
	s.cable.cut.Store(true)
	s.server.CloseClientConnections()
}

// Mend lets requests through again.
func (s *Site) Mend() { s.cable.cut.Store(false) }

// cable hangs up on whoever calls while it is cut.
type cable struct {
	net.Listener
	cut atomic.Bool
}

func (c *cable) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil || !c.cut.Load() {
			return conn, err
		}
		conn.Close()
	}
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
