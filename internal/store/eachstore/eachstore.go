// Package eachstore runs a test on every engine of the document store, on an empty store of its own each time.
package eachstore

import (
	"path/filepath"
	"testing"

	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
)

// Run runs a test on SQLite and on MongoDB, the server of mongotest, with collections that are prepared.
func Run(t *testing.T, schema []store.Collection, test func(t *testing.T, e store.Engine)) {
	for name, open := range map[string]func(t *testing.T) (store.Engine, error){
		"SQLite": func(t *testing.T) (store.Engine, error) { return sqlite.Open(filepath.Join(t.TempDir(), "test.db")) },
		"MongoDB": func(t *testing.T) (store.Engine, error) {
			return mongo.Open(t.Context(), mongotest.Start(t), "respons")
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { e.Close() })
			if _, err := e.Prepare(t.Context(), schema, false); err != nil {
				t.Fatal(err)
			}
			test(t, e)
		})
	}
}
