package main

import (
	"path/filepath"
	"strings"
	"testing"

	"respons/internal/store/sqlite"
)

func TestModelsAreListedTrainedAndTakenBackFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	if _, errs, code := respons(t, "", "migrate", "--data", dir); code != 0 {
		t.Fatalf("migrate: %s", errs)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"list", 0, "live: shipped"}, {"list --json", 0, `"live":"shipped"`}, {"retrain", 0, "nothing to learn"},
		{"rollback", 1, "none was before it"}, {"promote nonsense", 1, "model list"}, {"promote shipped", 1, "live already"}, {"promote", 2, "expected"},
		{"list --data " + filepath.Join(dir, "nowhere"), 1, "--data"},
	} {
		args := append([]string{"model"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "--data") {
			args = append(args, "--data", dir)
		}
		out, errs, code := respons(t, "", args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit %d, want %d with %q\n%s%s", args, code, c.code, c.says, out, errs)
		}
	}
	running, err := sqlite.Open(filepath.Join(dir, "respons.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	if _, errs, code := respons(t, "", "model", "list", "--data", dir); code != 1 || !strings.Contains(errs, "ask it over HTTP") {
		t.Errorf("beside a running system: exit %d %s", code, errs)
	}
}
