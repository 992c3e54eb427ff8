// Package eachstore runs a test on every engine of the document store, on an empty store of its own each time.
package eachstore

import (
	"os"
	"path/filepath"
	"testing"

	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
)

// Run runs a test on SQLite and on MongoDB, the server of mongotest, with collections that are prepared.
func Run(t *testing.T, schema []store.Collection, test func(t *testing.T, e store.Engine)) {
	t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t, schema)) })
	t.Run("MongoDB", func(t *testing.T) {
		e, err := mongo.Open(t.Context(), mongotest.Start(t), "respons")
		test(t, prepared(t, e, err, schema))
	})
}

// SQLite opens a store of its own, with collections that are prepared.
func SQLite(t testing.TB, schema []store.Collection) store.Engine {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(Folder(t), "test.db"))
	return prepared(t, e, err, schema)
}

func prepared(t testing.TB, e store.Engine, err error, schema []store.Collection) store.Engine {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), schema, false); err != nil {
		t.Fatal(err)
	}
	return e
}

// Folder is one in memory where the machine has such: what is tried here is not the disk.
func Folder(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "respons-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
