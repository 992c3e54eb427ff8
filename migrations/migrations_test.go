package migrations

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
)

func engine(t *testing.T) store.Engine {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

var schema = []store.Collection{{Name: "things", Indexes: []store.Index{{Name: "at", Fields: []string{"at"}}}}}

func TestEachMigrationIsCarriedOutOnceWhoeverBegins(t *testing.T) {
	e := engine(t)
	var mu sync.Mutex
	ran := map[int]int{}
	count := func(n int) func(context.Context, store.Engine) error {
		return func(context.Context, store.Engine) error {
			mu.Lock()
			defer mu.Unlock()
			ran[n]++
			return nil
		}
	}
	list := []Migration{{1, "one", count(1)}, {2, "two", count(2)}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := run(t.Context(), e, schema, list, time.Now, false); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if ran[1] != 1 || ran[2] != 1 {
		t.Errorf("ran %v", ran)
	}
}

func TestAPlanSaysWhatWouldChangeAndChangesNothing(t *testing.T) {
	e := engine(t)
	ran := false
	list := []Migration{{1, "one", func(context.Context, store.Engine) error { ran = true; return nil }}}
	for range 2 {
		lines, err := run(t.Context(), e, schema, list, time.Now, true)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, "things") || !strings.Contains(all, "migration 0001: one") {
			t.Errorf("plan:\n%s", all)
		}
	}
	if ran {
		t.Error("the plan migrated")
	}
	if _, err := run(t.Context(), e, schema, list, time.Now, false); err != nil || !ran {
		t.Fatalf("ran %v, %v", ran, err)
	}
	if lines, err := run(t.Context(), e, schema, list, time.Now, true); err != nil || len(lines) != 0 {
		t.Errorf("after it was carried out the plan says %v, %v", lines, err)
	}
}

func TestTheLockOfADeadProcessIsTakenOver(t *testing.T) {
	e := engine(t)
	if _, err := e.Prepare(t.Context(), own, false); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if _, err := lock(t.Context(), e, func() time.Time { return now }); err != nil { // and never let go of
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if _, err := lock(ctx, e, func() time.Time { return now }); err == nil {
		t.Error("two hold the lock")
	}
	unlock, err := lock(t.Context(), e, func() time.Time { return now.Add(lease + time.Second) })
	if err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	unlock()
}

func TestTheListIsNumberedWithoutGaps(t *testing.T) {
	for i, m := range all {
		if m.Number != i+1 || m.Name == "" || slices.ContainsFunc(all[:i], func(x Migration) bool { return x.Name == m.Name }) {
			t.Errorf("migration %d is numbered %d, named %q", i+1, m.Number, m.Name)
		}
	}
}

// Whoever was signed in by a token stays signed in, also where the migration was cut off half way and begins again.
func TestTokensBecomeSessions(t *testing.T) {
	before := []store.Collection{{Name: "people", Indexes: []store.Index{{Name: "token", Fields: []string{"token"}, Unique: true}, {Name: "post", Fields: []string{"role", "agency"}}}}}
	after := []store.Collection{{Name: "people", Indexes: []store.Index{{Name: "token", Fields: []string{"token"}}, {Name: "post", Fields: []string{"role", "agency"}}, {Name: "staff", Fields: []string{"staff"}}}},
		{Name: "sessions", Indexes: []store.Index{{Name: "person", Fields: []string{"person", "began"}}, {Name: "ends", Fields: []string{"ends"}}}}}
	for name, e := range map[string]store.Engine{"SQLite": engine(t), "MongoDB": mongoEngine(t)} {
		t.Run(name, func(t *testing.T) {
			if _, err := run(t.Context(), e, before, all[:1], time.Now, false); err != nil {
				t.Fatal(err)
			}
			for id, role := range map[string]string{"aina": "officer", "aminah": "citizen"} {
				err := e.Insert(t.Context(), "people", store.Record{ID: id, Body: []byte(`{"id":"` + id + `","role":"` + role + `","token_hash":"hash-` + id + `","lang":"ms"}`),
					Keys: store.Keys{"token": "hash-" + id, "role": role, "agency": ""}})
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := e.Prepare(t.Context(), after, false); err != nil {
				t.Fatal(err)
			}
			half, err := e.Get(t.Context(), "people", "aina")
			if err != nil {
				t.Fatal(err)
			}
			if err := sessionOf(t.Context(), e, half); err != nil {
				t.Fatal(err)
			}
			if _, err := run(t.Context(), e, after, all[:2], time.Now, false); err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{"aina", "aminah"} {
				s, err := e.Get(t.Context(), "sessions", "hash-"+id)
				if err != nil || !strings.Contains(string(s.Body), id) {
					t.Errorf("session of %s: %s, %v", id, s.Body, err)
				}
				p, err := e.Get(t.Context(), "people", id)
				if err != nil || strings.Contains(string(p.Body), "hash-") || !strings.Contains(string(p.Body), `"lang"`) {
					t.Errorf("person %s: %s, %v", id, p.Body, err)
				}
			}
			for _, q := range []store.Query{{Index: "post", Equal: []any{"officer"}}, {Index: "staff"}} {
				found, err := e.Find(t.Context(), "people", q)
				if err != nil || len(found.Records) != 1 {
					t.Errorf("officers by %s: %+v, %v", q.Index, found, err)
				}
			}
		})
	}
}

func mongoEngine(t *testing.T) store.Engine {
	t.Helper()
	e, err := mongo.Open(t.Context(), mongotest.Start(t), "migrations")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}
