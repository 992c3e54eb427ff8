package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/store"
	"respons/internal/store/mongo/mongotest"
)

// rehearsed is a store with a day of complaints; its owner stays open, as a server does.
func rehearsed(t *testing.T, uri string) (data string, total int) {
	t.Helper()
	cfg := config.Default
	cfg.Data, cfg.MongoURI = t.TempDir(), config.Secret(uri)
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	drafts, err := app.DemoDrafts(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	a.Cases.Now = func() time.Time { return time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC) }
	for _, d := range drafts {
		c, _, err := a.Cases.File(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Cases.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	a.Cases.Now = func() time.Time { return time.Date(2026, 1, 8, 4, 0, 0, 0, time.UTC) }
	list, _, err := a.Cases.Store.Find(t.Context(), store.Query{Index: "number", Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.State == complaint.Routed && c.Agency != "" {
			by := complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "o", Agency: c.Agency}}
			if _, err := a.Cases.Accept(t.Context(), c.ID, "kami datang", by); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Cases.Resolve(t.Context(), c.ID, "siap", by); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out, errs, code := respons(t, "", "sla", "rehearse", "--data", cfg.Data, "--classes", "../../configs/sla_classes.csv", "--from", "2026-01-08", "--to", "2026-01-08"); code != 1 || !strings.Contains(errs, "start the server") {
		t.Errorf("before the store was indexed: exit %d, %s%s", code, out, errs)
	}
	if err := errors.Join(a.Holidays.Adopt(t.Context()), a.Recompute.Once(t.Context())); err != nil {
		t.Fatal(err)
	}
	return cfg.Data, len(list)
}

func TestARehearsalRunsBesideTheServer(t *testing.T) {
	for _, engine := range []string{"embedded", "MongoDB"} {
		t.Run(engine, func(t *testing.T) {
			uri := ""
			if engine == "MongoDB" {
				uri = mongotest.Start(t)
			}
			t.Setenv("MONGODB_URI", uri)
			data, total := rehearsed(t, uri)
			classes, err := configs.FS.ReadFile("sla_classes.csv")
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "strict.csv")
			if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(classes), "S1,wall,PT4H,wall,PT12H", "S1,wall,PT1H,wall,PT1H")), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"sla", "rehearse", "--data", data, "--classes", file, "--from", "2026-01-08", "--to", "2026-01-08"}
			out, errs, code := respons(t, "", append(args, "--json")...)
			var report complaint.Rehearsal
			if err := json.Unmarshal([]byte(out), &report); code != 0 || err != nil {
				t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
			}
			if report.Total != total || report.After <= report.Before || len(report.Agencies) == 0 || len(report.Categories) == 0 {
				t.Errorf("%d complaints: %+v", total, report)
			}
			if out, _, code = respons(t, "", args...); code != 0 || !strings.Contains(out, "as rehearsed (+") || !strings.Contains(out, "CATEGORY") {
				t.Errorf("exit %d: %s", code, out)
			}
		})
	}
}

func TestARehearsalSaysWhatIsWrong(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("date,states,name_ms,name_en,kind,tentative\n2026-02-30,MY-10,Cuti,Holiday,adhoc,false\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		says string
		code int
		args []string
	}{
		{"name changed data with --classes or --holidays", 2, []string{"--from", "2026-01-01", "--to", "2026-01-31"}},
		{`--from: "yesterday" is no date`, 2, []string{"--holidays", bad, "--from", "yesterday", "--to", "2026-01-31"}},
		{"--to lies before --from", 2, []string{"--holidays", bad, "--from", "2026-02-01", "--to", "2026-01-31"}},
		{"holidays.csv:2:1: date", 1, []string{"--holidays", bad, "--from", "2026-01-01", "--to", "2026-01-31"}},
		{"there is no store in", 1, []string{"--classes", "../../configs/sla_classes.csv", "--from", "2026-01-01", "--to", "2026-01-31", "--data", t.TempDir()}},
	} {
		if out, errs, code := respons(t, "", append([]string{"sla", "rehearse"}, c.args...)...); code != c.code || !strings.Contains(errs, c.says) || out != "" {
			t.Errorf("%v: exit %d, %s%s", c.args, code, out, errs)
		}
	}
}
