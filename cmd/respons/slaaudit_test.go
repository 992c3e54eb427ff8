package main

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store/mongo/mongotest"
)

// spoiltStore is a system with a dozen complaints, four of which lost their timer or an event of a breach.
func spoiltStore(t *testing.T, cfg config.Config) (*app.App, []string) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Add(-90 * 24 * time.Hour).Truncate(time.Millisecond) // far past every breach
	a.Cases.Now = func() time.Time { return now }
	var ids []string
	for i := range 12 {
		c, _, err := a.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Lang: "ms", Text: fmt.Sprintf("Lubang besar %d Jalan SS2/24 Petaling Jaya", i)})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Cases.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	a.Cases.Now = time.Now
	var spoilt []string
	for i, id := range ids {
		if _, _, err := a.Cases.Ring(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if i >= 4 {
			continue
		}
		c, err := a.Cases.Store.ByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			c.Events = c.Events[:len(c.Events)-1] // its last step
		} else {
			c.NextTimer = time.Now().Add(time.Hour).UTC() // a timer where there is nothing to come
		}
		if err := a.Cases.Store.Replace(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		spoilt = append(spoilt, c.Number)
	}
	return a, spoilt
}

// auditThrice looks without repairing, repairs, and looks again.
func auditThrice(t *testing.T, spoilt []string, args ...string) {
	t.Helper()
	for i, c := range []struct {
		args                  []string
		code, repaired, left  int
		findings              int
		number, wrong, ending string
	}{
		{[]string{"--no-repair", "--json"}, 1, 0, 6, 6, spoilt[0], "event", ""},
		{[]string{"--json"}, 0, 6, 0, 6, spoilt[3], "timer", ""},
		{[]string{"--repair", "--json"}, 0, 0, 0, 0, "", "", ""},
	} {
		out, errs, code := respons(t, "", append(append([]string{"sla", "audit"}, args...), c.args...)...)
		lines := answers(t, out)
		if code != c.code || len(lines) != c.findings+1 {
			t.Fatalf("run %d: exit %d, want %d\n%s%s", i+1, code, c.code, out, errs)
		}
		sums := lines[len(lines)-1]
		if sums["checked"] != 12.0 || sums["findings"] != float64(c.findings) || sums["repaired"] != float64(c.repaired) || sums["left"] != float64(c.left) {
			t.Errorf("run %d: %v", i+1, sums)
		}
		if c.number != "" && !strings.Contains(out, c.number) || !strings.Contains(out, c.wrong) || strings.Contains(out, "Lubang") {
			t.Errorf("run %d names not the right things: %s", i+1, out)
		}
	}
}

func TestTheAuditRepairsAStoreThatNobodyHasOpen(t *testing.T) {
	cfg := config.Default
	cfg.Data = t.TempDir()
	a, spoilt := spoiltStore(t, cfg)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	auditThrice(t, spoilt, "--data", cfg.Data)
}

func TestTheAuditRepairsBesideARunningSystem(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		cfg := config.Default
		cfg.Data = t.TempDir()
		a, spoilt := spoiltStore(t, cfg)
		defer a.Close()
		token, err := a.People.FirstAdministrator(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.KeepToken(token); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(a.Handler())
		defer server.Close()
		t.Setenv("RESPONS_LISTEN", strings.TrimPrefix(server.URL, "http://"))
		auditThrice(t, spoilt, "--data", cfg.Data)
		t.Setenv("RESPONS_LISTEN", "127.0.0.1:1")
		if _, errs, code := respons(t, "", "sla", "audit", "--data", cfg.Data); code != 1 || !strings.Contains(errs, "--server") {
			t.Errorf("of a system elsewhere: exit %d, %s", code, errs)
		}
		other := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(other, []byte("not-a-token"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, errs, code := respons(t, "", "sla", "audit", "--data", cfg.Data, "--server", server.URL, "--token-file", other); code != 1 || !strings.Contains(errs, "401") {
			t.Errorf("with a wrong token: exit %d, %s", code, errs)
		}
	})
	t.Run("MongoDB", func(t *testing.T) {
		cfg := config.Default
		cfg.Data = t.TempDir()
		uri := mongotest.Start(t)
		cfg.MongoURI = config.Secret(uri)
		a, spoilt := spoiltStore(t, cfg)
		defer a.Close()
		t.Setenv("MONGODB_URI", uri)
		auditThrice(t, spoilt)
	})
}

func TestTheAuditNeverTakesAnEmptyFolderForAProof(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "nowhere")
	for _, args := range [][]string{{"--data", missing}, {"--data", missing, "--server", "http://127.0.0.1:1"}} {
		if out, errs, code := respons(t, "", append([]string{"sla", "audit"}, args...)...); code != 1 || out != "" || errs == "" {
			t.Errorf("%v: exit %d, %q %q", args, code, out, errs)
		}
	}
	if _, _, code := respons(t, "", "sla", "audit", "--grace", "48h"); code != 2 {
		t.Errorf("a grace of two days: exit %d", code)
	}
}

func TestTheFiguresAreProvenBesideARunningServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if _, errs, code := respons(t, "", "report", "rebuild", "--data", data); code != 1 || !strings.Contains(errs, "no store") {
		t.Errorf("without a store: exit %d, %s", code, errs)
	}
	a, stop := recordedSystem(t, data)
	if err := a.Demo(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	first, errs, code := respons(t, "", "report", "rebuild", "--data", data, "--json")
	if code != 0 {
		t.Fatalf("rebuild: exit %d, %s", code, errs)
	}
	out, errs, code := respons(t, "", "report", "rebuild", "--data", data, "--no-repair")
	if code != 0 || !strings.Contains(out, " 0 different") || !strings.Contains(first, `"complaints":`) || strings.Contains(first, `"complaints":0`) {
		t.Errorf("afterwards: exit %d, %s%s (first %s)", code, out, errs, first)
	}
}
