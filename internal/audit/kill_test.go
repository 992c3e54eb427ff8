package audit

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"context"

	"respons/internal/store"
	"respons/internal/store/sqlite"
)

// victim is set in the environment of the process that gets killed: the file it writes to.
const victim = "AUDIT_KILL_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		fmt.Fprintln(os.Stderr, recordUntilKilled(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// recordUntilKilled tells of the same moves from the start each time it runs, as what was not taken off a list is told
// again, and says each id once it was recorded.
func recordUntilKilled(path string) error {
	e, err := sqlite.Open(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := e.Prepare(ctx, []store.Collection{Collection, Anchors}, false); err != nil {
		return err
	}
	key, err := NewKey([]byte("the secret of this installation"))
	if err != nil {
		return err
	}
	r := &Recorder{Engine: e, Key: key, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	said := make(chan string)
	failed := make(chan error)
	for g := range 8 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("move:%d-%d", g, n)
				if err := r.Record(ctx, move(id)); err != nil {
					failed <- err
					return
				}
				said <- id
			}
		}()
	}
	for {
		select {
		case id := <-said:
			fmt.Println(id)
		case err := <-failed:
			return err
		}
	}
}

func TestAKilledProcessLosesAndDoublesNothing(t *testing.T) {
	self, err := os.Executable()
	must(t, err)
	path := filepath.Join(t.TempDir(), "respons.db")
	acknowledged := map[string]bool{}
	for round := range 4 {
		killAfter(t, self, path, 200*(round+1), acknowledged)
	}
	e, err := sqlite.Open(path)
	must(t, err)
	defer e.Close()
	r := recorder(t, e)
	sound(t, e, r.Key)
	recorded := map[string]int{}
	for _, x := range all(t, e) {
		recorded[x.ID]++
	}
	for id := range acknowledged {
		if recorded[id] == 0 {
			t.Errorf("%s was acknowledged and is not there", id)
		}
	}
	for id, n := range recorded {
		if n > 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	must(t, r.Record(t.Context(), read("siti"))) // and it goes on
	sound(t, e, r.Key)
}

// killAfter runs the victim until it has said so many ids, kills it, and reads what it said to its end.
func killAfter(t *testing.T, self, path string, ids int, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), victim+"="+path)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	n := 0
	for lines := bufio.NewScanner(out); lines.Scan(); n++ {
		acknowledged[lines.Text()] = true
		if n == ids {
			must(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // "signal: killed"
	if n < ids {
		t.Fatalf("the victim ended after %d entries: %s", n, errs.String())
	}
}
