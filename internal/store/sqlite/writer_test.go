package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

// hold keeps the writer busy inside a batch until release is called, so that a test decides what waits together.
func hold(t *testing.T, e *Engine) (release func()) {
	t.Helper()
	begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- e.writer.write(context.Background(), func(*writer) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	return sync.OnceFunc(func() {
		close(end)
		if err := <-ended; err != nil {
			t.Error("the held change:", err)
		}
	})
}

func record(id, number string) store.Record {
	return store.Record{ID: id, Body: []byte(`{}`), Keys: store.Keys{"number": number}}
}

func TestAConflictHarmsNobodyElseInItsBatch(t *testing.T) {
	e := prepared(t)
	release := hold(t, e)
	var all sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		all.Go(func() { errs[i] = e.Insert(t.Context(), "cases", record(fmt.Sprint("d", i), fmt.Sprint(i/2))) })
	}
	for len(e.writer.queue) < len(errs) {
		runtime.Gosched() // a goroutine for each is on its way to the queue, which has room for all
	}
	release()
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, fault.Duplicate) {
			t.Error(err)
		}
	}
	n, err := e.Count(t.Context(), "cases", store.Query{Index: "number"})
	if won != 10 || n != 10 || err != nil {
		t.Errorf("%d won and %d are stored (%v), want 10 of 20", won, n, err)
	}
}

func TestABrokenChangeUndoesItsBatchAndTheNextOneWorks(t *testing.T) {
	e := prepared(t)
	broken := errors.New("disk on fire")
	err := e.writer.write(t.Context(), func(w *writer) error {
		if err := w.exec(increment, "day", "all", 1); err != nil {
			t.Error(err)
		}
		return broken
	})
	if !errors.Is(err, fault.Unavailable) || !errors.Is(err, broken) {
		t.Errorf("gave %v, want fault.Unavailable around the cause", err)
	}
	if got, err := e.Counters(t.Context(), "day"); err != nil || len(got) > 0 {
		t.Errorf("half of it stayed: %v, %v", got, err)
	}
	if err := e.Insert(t.Context(), "cases", record("a", "1")); err != nil {
		t.Error(err)
	}
}

func TestWhatIsCanceledInTheQueueIsNotWritten(t *testing.T) {
	e := prepared(t)
	release := hold(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error, 1)
	go func() { answer <- e.Insert(ctx, "cases", record("a", "1")) }()
	for len(e.writer.queue) == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) || fault.KindOf(err) != "" {
		t.Errorf("gave %v, want context.Canceled without a fault", err)
	}
	release()
	if err := e.Insert(t.Context(), "cases", record("b", "1")); err != nil { // behind it in the queue, with its key
		t.Error(err)
	}
	if _, err := e.Get(t.Context(), "cases", "a"); !errors.Is(err, fault.NotFound) {
		t.Errorf("the canceled insert is there: %v", err)
	}
}

func TestCloseCarriesOutWhatWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	e := open(t, path)
	release := hold(t, e)
	answers := make(chan error, 10)
	for i := range 10 {
		go func() { answers <- e.Increment(context.Background(), "day", map[string]int64{fmt.Sprint(i): 1}) }()
	}
	for len(e.writer.queue) < 10 {
		runtime.Gosched()
	}
	closed := make(chan error, 1)
	go func() { closed <- e.Close() }()
	release()
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if got, err := open(t, path).Counters(t.Context(), "day"); err != nil || len(got) != 10 {
		t.Errorf("after reopening: %v, %v", got, err)
	}
}

func TestAFailedPrepareChangesNothing(t *testing.T) {
	e := prepared(t)
	for _, id := range []string{"a", "b"} {
		r := record(id, id)
		r.Keys["town"] = "Klang"
		if err := e.Insert(t.Context(), "cases", r); err != nil {
			t.Fatal(err)
		}
	}
	schema := []store.Collection{{Name: "people"}, {Name: "cases", Indexes: []store.Index{{Name: "one", Fields: []string{"town"}, Unique: true}}}}
	if _, err := e.Prepare(t.Context(), schema, false); !errors.Is(err, fault.Conflict) {
		t.Errorf("a unique index over equal keys gave %v, want fault.Conflict", err)
	}
	if _, err := e.Get(t.Context(), "people", "x"); !errors.Is(err, fault.Invalid) {
		t.Errorf("people was made all the same: %v", err)
	}
	if err := e.Insert(t.Context(), "cases", record("c", "c")); err != nil {
		t.Error(err)
	}
}
