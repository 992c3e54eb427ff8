package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"respons/internal/app"
	"respons/internal/audit"
	"respons/internal/config"
)

// recordedSystem starts the system on a folder; close ends it.
func recordedSystem(t *testing.T, data string) (a *app.App, close func()) {
	t.Helper()
	cfg := config.Default
	cfg.Data = data
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err == nil {
		err = a.Start(t.Context())
	}
	if err == nil {
		_, err = a.FirstAdministrator(t.Context())
	}
	if err == nil { // now, so that what a test records comes after the anchor of the day
		err = a.Audit.AnchorDay(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return a, func() {
		t.Helper()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func recordSome(t *testing.T, a *app.App, n int) {
	t.Helper()
	for i := range n {
		e := audit.Entry{Actor: audit.Actor{Role: "officer", ID: fmt.Sprintf("officer-%d", i)}, Action: audit.Reveal, Outcome: audit.Begun,
			Object: audit.Object{Kind: "citizen", ID: fmt.Sprintf("citizen-%d", i)}, Reason: "call back"}
		if err := a.Audit.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheRecordIsProvenBesideARunningServerAndOnItsCopy(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if _, errs, code := respons(t, "", "audit", "verify", "--data", data); code != 1 || !strings.Contains(errs, "no store") {
		t.Errorf("without a store: exit %d, %s", code, errs)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("proving made a folder")
	}
	a, stop := recordedSystem(t, data)
	recordSome(t, a, 10)
	out, errs, code := respons(t, "", "audit", "verify", "--data", data)
	if code != 0 || errs != "" || !strings.Contains(out, " 0 findings\nlast hash ") {
		t.Errorf("beside the server: exit %d\n%s%s", code, out, errs)
	}
	stop()
	out, _, code = respons(t, "", "audit", "anchors", "--json", "--data", data)
	anchors := answers(t, out)
	if code != 0 || len(anchors) != 2 { // of the day, and of the end
		t.Fatalf("anchors: exit %d\n%s", code, out)
	}
	hash := anchors[1]["hash"].(string)
	out, _, code = respons(t, "", "audit", "verify", "--json", "--data", data, "--anchor", strings.ToUpper(hash), "--anchor", anchors[0]["hash"].(string))
	var report audit.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || len(report.Given) != 2 || report.Sealed != report.Blocks || report.Anchors != 4 {
		t.Errorf("with anchors from the log: exit %d, %v\n%s", code, err, out)
	}
	if out, _, code := respons(t, "", "audit", "verify", "--data", data, "--anchor", strings.Repeat("0", 64)); code != 1 || !strings.Contains(out, "is not in the record") {
		t.Errorf("an anchor of another record: exit %d\n%s", code, out)
	}
	if _, _, code := respons(t, "", "audit", "verify", "--data", data, "--anchor", "abc"); code != 2 {
		t.Errorf("an anchor that is none: exit %d", code)
	}
	if _, _, code := respons(t, "", "audit", "anchors", "--data", data); code != 0 {
		t.Errorf("anchors for people: exit %d", code)
	}

	for _, c := range []struct{ name, change, want string }{
		{"nothing", "", ""},
		{"an officer's id", `UPDATE audit_blocks SET body = replace(CAST(body AS TEXT), 'officer-5', 'officer-6') WHERE CAST(body AS TEXT) LIKE '%officer-5"%'`, "is not what was recorded"},
		{"an outcome", `UPDATE audit_blocks SET body = replace(CAST(body AS TEXT), '"outcome":"begun"', '"outcome":"refused"') WHERE id = '000000000006'`, "block 6: "},
		{"a block", `DELETE FROM audit_blocks WHERE id = '000000000004'`, "block 4 is missing"},
		{"the first block", `DELETE FROM audit_blocks WHERE id = '000000000001'`, "block 1 is missing"},
		{"the end", `DELETE FROM audit_blocks WHERE id > '000000000005'`, "cut off"},
		{"everything", `DELETE FROM audit_blocks`, "cut off"},
		{"the anchor with the end", `DELETE FROM audit_blocks WHERE id > '000000000005'; DELETE FROM audit_anchors WHERE id LIKE 'stop:%'`, "is not in the record"},
		{"the order", `UPDATE audit_blocks SET k_block = 1000 WHERE id = '000000000002'`, "block 2 is missing"},
		{"a number", `UPDATE audit_blocks SET k_block = NULL WHERE id = '000000000005'`, "block 5 is missing"},
		{"two bodies", `UPDATE audit_blocks SET body = (SELECT body FROM audit_blocks o WHERE o.id = CASE audit_blocks.id WHEN '000000000006' THEN '000000000007' ELSE '000000000006' END)
			WHERE id IN ('000000000006', '000000000007')`, "says that it is block"},
		{"an anchor", `UPDATE audit_anchors SET body = replace(CAST(body AS TEXT), '"seq":', '"seq":1')`, "stored anchor"},
	} {
		copied := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
		if c.change != "" {
			tamper(t, filepath.Join(copied, "respons.db"), c.change)
		}
		out, errs, code := respons(t, "", "audit", "verify", "--data", copied, "--anchor", hash)
		if c.want == "" && code != 0 || c.want != "" && (code != 1 || !strings.Contains(out, c.want) || !strings.Contains(errs, "not as it was written")) {
			t.Errorf("%s: exit %d, want %q\n%s%s", c.name, code, c.want, out, errs)
		}
	}
}

func tamper(t *testing.T, file, change string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(change)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("nothing was changed by %s", change)
	}
}

func TestSealsNeedTheSecretThatMadeThem(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	a, stop := recordedSystem(t, data)
	recordSome(t, a, 3)
	stop()
	secret, moved := filepath.Join(data, "secret.key"), filepath.Join(t.TempDir(), "earlier.key")
	if err := os.Rename(secret, moved); err != nil {
		t.Fatal(err)
	}
	if out, errs, code := respons(t, "", "audit", "verify", "--data", data); code != 0 || !strings.Contains(errs, "seals are not checked") || !strings.Contains(out, " 0 seals") {
		t.Errorf("without a secret: exit %d\n%s%s", code, out, errs)
	}
	if err := os.WriteFile(secret, []byte(strings.Repeat("another secret ", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := respons(t, "", "audit", "verify", "--data", data); code != 1 || !strings.Contains(out, "is sealed with key") {
		t.Errorf("with another secret: exit %d\n%s", code, out)
	}
	if out, errs, code := respons(t, "", "audit", "verify", "--data", data, "--secret", moved); code != 0 {
		t.Errorf("with the earlier secret, too: exit %d\n%s%s", code, out, errs)
	}
}

func TestImportsAreOnRecordWhereThereIsAStore(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir) // the store's folder is ./data
	configs := filepath.Join(dir, "configs")
	if _, errs, code := respons(t, "", "agencies", "export", "--all", configs); code != 0 {
		t.Fatal(errs)
	}
	again := filepath.Join(dir, "again.csv")
	content, err := os.ReadFile(filepath.Join(configs, "agencies.csv"))
	if err == nil {
		err = os.WriteFile(again, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	imports := func() string {
		t.Helper()
		out, errs, code := respons(t, "", "--configs", configs, "agencies", "import", again)
		if code != 0 || !strings.Contains(out, "imported") {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		return errs
	}
	if errs := imports(); errs != "" {
		t.Errorf("without a store: %s", errs)
	}
	if _, err := os.Stat("data"); err == nil {
		t.Error("an import made a store")
	}
	_, stop := recordedSystem(t, "data")
	if errs := imports(); !strings.Contains(errs, "running server") {
		t.Errorf("beside a server: %s", errs)
	}
	stop()
	if errs := imports(); errs != "" {
		t.Errorf("with a store: %s", errs)
	}
	a, stop := recordedSystem(t, "data")
	defer stop()
	page, err := audit.Search(t.Context(), a.Engine, audit.Query{Object: "file:agencies.csv"})
	if err != nil || len(page.Entries) != 3 {
		t.Fatalf("on record: %+v, %v", page, err)
	}
	for i, want := range []string{"reference.import done", "reference.import begun", "reference.change done"} {
		if got := string(page.Entries[i].Action) + " " + string(page.Entries[i].Outcome); got != want {
			t.Errorf("entry %d: %s, want %s", i, got, want)
		}
	}
}
