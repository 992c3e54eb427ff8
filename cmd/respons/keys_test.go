package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/sqlite"
)

func TestMasterKeysAreListedAndRotated(t *testing.T) {
	data := t.TempDir()
	file := seal.File{Path: filepath.Join(data, "seal.key")}
	if _, errs, code := respons(t, "", "keys", "rotate", "--data", data); code != 1 || !strings.Contains(errs, "no key file") {
		t.Errorf("without a file: exit %d, %s", code, errs)
	}
	if err := file.Make(); err != nil {
		t.Fatal(err)
	}
	open := func() *sqlite.Engine {
		t.Helper()
		e, err := sqlite.Open(filepath.Join(data, "respons.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Prepare(t.Context(), []store.Collection{seal.Collection}, false); err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := open()
	for _, citizen := range []string{"aminah", "bala"} {
		if _, err := (&seal.Vault{Engine: e, Masters: file, Now: time.Now}).Key(t.Context(), citizen); err != nil {
			t.Fatal(err)
		}
	}
	first, err := file.List()
	if err != nil {
		t.Fatal(err)
	}

	// The server has the store: the key is added, the server re-wraps.
	out, errs, code := respons(t, "", "keys", "rotate", "--data", data)
	if code != 0 || !strings.Contains(out, "new master key file:") || !strings.Contains(out, "running server") {
		t.Errorf("beside a server: exit %d, %s%s", code, out, errs)
	}
	out, errs, code = respons(t, "", "keys", "list", "--data", data)
	if code != 0 || strings.Count(out, "\n") != 2 || strings.Count(out, "current") != 1 || !strings.Contains(strings.Join(strings.Fields(out), " "), first[0].Name+" being replaced 2") { // names differ in length
		t.Errorf("list beside a server: exit %d, %s%s", code, out, errs)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	// It was stopped before it had done so.
	out, errs, code = respons(t, "", "keys", "rotate", "--resume", "--data", data)
	if code != 0 || !strings.Contains(out, "2 data keys re-wrapped") || !strings.Contains(out, "retired") {
		t.Errorf("resume: exit %d, %s%s", code, out, errs)
	}
	out, errs, code = respons(t, "", "keys", "list", "--data", data)
	if fields := strings.Fields(out); code != 0 || len(fields) != 3 || fields[0] == first[0].Name || fields[1] != "current" || fields[2] != "2" {
		t.Errorf("list: exit %d, %s%s", code, out, errs)
	}

	t.Setenv("RESPONS_SEAL_KEY", "hcvault://host/key")
	if _, errs, code := respons(t, "", "keys", "list", "--data", data); code != 2 || !strings.Contains(errs, "gcp-kms://") {
		t.Errorf("an unknown service: exit %d, %s", code, errs)
	}
	if st, err := os.Stat(file.Path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", st, err)
	}
}
