package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"respons/internal/store"
	"respons/internal/store/storetest"
)

// victim is set in the environment of the process that gets killed: the file it writes to.
const victim = "STORE_CRASH_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled says each id on standard output once its insert was acknowledged. It only ends by an error.
func writeUntilKilled(path string) error {
	e, err := Open(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := e.Prepare(ctx, []store.Collection{storetest.Cases}, false); err != nil {
		return err
	}
	var say sync.Mutex
	failed := make(chan error)
	for g := range 8 {
		go func() {
			for n := 0; ; n++ {
				r := record(fmt.Sprintf("%d-%d", g, n), fmt.Sprintf("%d-%d", g, n))
				r.Keys["branch"], r.Keys["open"], r.Keys["due"] = []string{"MBPJ", "*"}, int64(1), int64(n)
				if err := e.Insert(ctx, "cases", r); err != nil {
					failed <- err
					return
				}
				say.Lock()
				fmt.Println(r.ID)
				say.Unlock()
			}
		}()
	}
	return <-failed
}

func TestAcknowledgedInsertsSurviveAKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for round := range 3 {
		path, acknowledged := filepath.Join(dir, fmt.Sprintf("store%d.db", round)), map[string]bool{}
		kill(t, self, path, 300*(round+1), acknowledged)
		survived(t, path, acknowledged)
	}
}

// kill runs the victim until it has acknowledged so many inserts, kills it, and reads what it said to its end.
func kill(t *testing.T, self, path string, inserts int, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), victim+"="+path)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the pipe ends with the process; half a line was not said
		}
		acknowledged[strings.TrimSpace(line)] = true
		if len(acknowledged) == inserts {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // "signal: killed"
	if len(acknowledged) < inserts {
		t.Fatalf("the victim ended after %d inserts: %s", len(acknowledged), errs.String())
	}
}

func survived(t *testing.T, path string, acknowledged map[string]bool) {
	t.Helper()
	e := open(t, path)
	for id := range acknowledged {
		if _, err := e.Get(t.Context(), "cases", id); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
	}
	byNumber, err := e.Count(t.Context(), "cases", store.Query{Index: "number"})
	if err != nil {
		t.Fatal(err)
	}
	byQueue, err := e.Count(t.Context(), "cases", store.Query{Index: "queue", Equal: []any{"*"}})
	if err != nil || byQueue != byNumber || byNumber < int64(len(acknowledged)) {
		t.Errorf("%d acknowledged, one index counts %d, another %d, %v", len(acknowledged), byNumber, byQueue, err)
	}
	var verdict string
	if err := e.reads.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %s, %v", verdict, err)
	}
}
