package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"respons/internal/store"
)

// What was deleted or replaced is in no file after a scrub, though others read and write meanwhile.
func TestScrubbedFilesHoldNothingDeleted(t *testing.T) {
	e := prepared(t)
	long := strings.Repeat("x", 20_000) // pages of its own, which become free pages
	for i := range 50 {
		r := sample(int64(i))
		r.Body = fmt.Appendf(nil, `{"name":"Aminah binti Abdullah","more":"%s"}`, long)
		r.Keys["owner"] = "+60123456789"
		if err := e.Insert(t.Context(), "cases", r); err != nil {
			t.Fatal(err)
		}
	}
	if !found(t, e, "Aminah") || !found(t, e, "+60123456789") {
		t.Fatal("the names are not in the files to begin with")
	}
	for i := range 50 {
		var err error
		if r := sample(int64(i)); i%2 == 0 {
			err = e.Delete(t.Context(), "cases", r.ID, 0)
		} else {
			r.Rev, r.Body = 1, []byte(`{}`)
			_, err = e.Replace(t.Context(), "cases", r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for i := range 50 {
				if err := e.Insert(t.Context(), "cases", sample(int64(1000+w*100+i))); err != nil {
					t.Error(err)
				}
				if _, err := e.Find(t.Context(), "cases", store.Query{Index: "queue", Equal: []any{"*", int64(1)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if err := e.Scrub(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
	for _, s := range []string{"Aminah", "+60123456789"} {
		if found(t, e, s) {
			t.Errorf("%q is still in a file", s)
		}
	}
}

func found(t *testing.T, e *Engine, s string) bool {
	t.Helper()
	for _, name := range []string{e.path, e.path + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(s)) {
			return true
		}
	}
	return false
}
