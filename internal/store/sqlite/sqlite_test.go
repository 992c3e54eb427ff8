package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
	"respons/internal/store/storetest"
)

func open(t testing.TB, path string) *Engine {
	t.Helper()
	e, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	return e
}

func prepared(t testing.TB) *Engine {
	t.Helper()
	e := open(t, filepath.Join(t.TempDir(), "store.db"))
	if _, err := e.Prepare(t.Context(), []store.Collection{storetest.Cases}, false); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Engine { return open(t, filepath.Join(t.TempDir(), "store.db")) })
}

func TestReopeningKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder", "what? 100%.db")
	storetest.Reopening(t, func(t *testing.T) store.Engine { return open(t, path) })
}

func TestASecondEngineIsRefusedUntilTheFirstCloses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	first := open(t, path)
	if _, err := Open(path); !errors.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opening twice gave %v, want fault.Unavailable that says so", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestAReaderBesideTheOwnerSeesWhatWasAcknowledgedAndWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if _, err := Read(path); !errors.Is(err, fault.NotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("reading made a file")
	}
	owner := open(t, path)
	if _, err := owner.Prepare(t.Context(), []store.Collection{{Name: "notes"}}, false); err != nil {
		t.Fatal(err)
	}
	reader, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b"} {
		r := store.Record{ID: id, Body: []byte(`{}`)}
		if err := owner.Insert(t.Context(), "notes", r); err != nil {
			t.Fatal(err)
		}
		if got, err := reader.Get(t.Context(), "notes", id); err != nil || got.Rev != 1 {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
		r.ID += "2"
		if err := reader.Insert(t.Context(), "notes", r); !errors.Is(err, fault.Unavailable) {
			t.Errorf("written by a reader: %v", err)
		}
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	if _, err := owner.Get(t.Context(), "notes", "b"); err != nil {
		t.Errorf("after the reader closed: %v", err)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	e := open(t, filepath.Join(dir, "store.db"))
	if _, err := e.Prepare(t.Context(), []store.Collection{storetest.Cases}, false); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v; want the store, its log and the lock", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}
}

func TestEveryQueryWalksItsIndex(t *testing.T) {
	e := prepared(t)
	tab, err := e.table("cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, ix := range storetest.Cases.Indexes {
		for n := range len(ix.Fields) + 1 {
			if ix.Multi && n == 0 {
				continue
			}
			q := store.Query{Index: ix.Name}
			for range n {
				q.Equal = append(q.Equal, "x")
			}
			for variant := range 32 {
				q.Desc, q.From, q.To, q.Also = variant&1 > 0, nil, nil, nil
				if variant&16 > 0 {
					if !ix.Multi {
						continue
					}
					q.Also = []any{"b", "c"}
				}
				if n < len(ix.Fields) && variant&2 > 0 {
					q.From = "a"
				}
				if n < len(ix.Fields) && variant&4 > 0 {
					q.To = "z"
				}
				p, err := tab.Plan(q)
				if err != nil {
					t.Fatal(err)
				}
				for range len(ix.Fields) - n + 1 {
					if variant&8 > 0 {
						p.After = append(p.After, "m")
					}
				}
				query, args := tab.find(p)
				where, whereArgs := tab.where(p)
				for text, args := range map[string][]any{query: args, "SELECT count(*)" + tab.from(p) + where: whereArgs} {
					plan := explain(t, e, text, args)
					if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN t") || !strings.Contains(plan, walks(ix)) {
						t.Errorf("%s\ngoes: %s", text, plan)
					}
					if strings.Contains(plan, "SCAN") && len(p.Also) > 0 || strings.Count(plan, "SEARCH a") != len(p.Also) {
						t.Errorf("%s\nlooks the other values up so: %s", text, plan)
					}
					if (n > 0 || q.From != nil || q.To != nil || p.After != nil) && !strings.Contains(plan, "SEARCH i") {
						t.Errorf("%s\nbegins at the start of the index: %s", text, plan)
					}
				}
			}
		}
	}
}

func walks(ix store.Index) string {
	if ix.Multi {
		return "i USING PRIMARY KEY"
	}
	return "INDEX cases." + ix.Name
}

func explain(t *testing.T, e *Engine, query string, args []any) string {
	t.Helper()
	rows, err := e.reads.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var a, b, c int
		var step string
		if err := rows.Scan(&a, &b, &c, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, "; ")
}
