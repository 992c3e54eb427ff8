package export_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/blob"
	"respons/internal/export"
	"respons/internal/fault"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

// office is a desk whose clock the test sets.
type office struct {
	export.Desk
	mu  sync.Mutex
	now time.Time
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

func onEachStore(t *testing.T, test func(t *testing.T, o *office)) {
	eachstore.Run(t, []store.Collection{export.Collection}, func(t *testing.T, e store.Engine) {
		files, err := blob.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { files.Close() })
		o := &office{now: time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)}
		o.Desk = export.Desk{Engine: e, Files: files, Log: slog.New(slog.DiscardHandler), Now: func() time.Time {
			o.mu.Lock()
			defer o.mu.Unlock()
			return o.now
		}}
		o.Write = lines(3)
		test(t, o)
	})
}

// lines writes so many rows.
func lines(n int) func(context.Context, export.Job, io.Writer, func()) error {
	return func(_ context.Context, j export.Job, w io.Writer, row func()) error {
		for i := range n {
			if _, err := fmt.Fprintf(w, "%s %d\n", j.Order, i); err != nil {
				return err
			}
			row()
		}
		return nil
	}
}

func (o *office) once(t *testing.T) {
	t.Helper()
	if did, err := o.Once(t.Context()); err != nil || !did {
		t.Fatalf("did %v, %v", did, err)
	}
}

func TestAnOrderIsMadeKeptADayAndGivenToItsOwnerOnly(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		j, err := o.Order(t.Context(), "aina", "csv", "all")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.Open(t.Context(), "aina", j.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("before it is ready: %v", err)
		}
		o.once(t)
		f, j, err := o.Open(t.Context(), "aina", j.ID)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(body) != "\"all\" 0\n\"all\" 1\n\"all\" 2\n" || j.Rows != 3 || j.Bytes != int64(len(body)) {
			t.Errorf("%q, %+v, %v", body, j, err)
		}
		if _, _, err := o.Open(t.Context(), "bala", j.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else's: %v", err)
		}
		o.pass(25 * time.Hour)
		if did, err := o.Once(t.Context()); did || err != nil {
			t.Errorf("%v, %v", did, err)
		}
		if _, err := o.ByID(t.Context(), "aina", j.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after a day: %v", err)
		}
	})
}

func TestWhatADeadProcessLeftIsMadeByAnother(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		j, err := o.Order(t.Context(), "aina", "csv", "all")
		if err != nil {
			t.Fatal(err)
		}
		dead, die := context.WithCancel(t.Context())
		stuck := make(chan struct{})
		o.Write = func(ctx context.Context, _ export.Job, _ io.Writer, row func()) error {
			row()
			close(stuck)
			<-ctx.Done()
			return ctx.Err()
		}
		done := make(chan error, 1)
		go func() { _, err := o.Once(dead); done <- err }()
		<-stuck
		if got, err := o.ByID(t.Context(), "aina", j.ID); err != nil || got.State != export.Running {
			t.Errorf("%+v, %v", got, err)
		}
		o2 := o.Desk
		o2.Write = lines(2)
		if did, err := o2.Once(t.Context()); did || err != nil {
			t.Errorf("one that moves was taken: %v, %v", did, err)
		}
		o.pass(3 * time.Minute)
		if did, err := o2.Once(t.Context()); !did || err != nil {
			t.Errorf("%v, %v", did, err)
		}
		die()
		<-done
		if got, err := o.ByID(t.Context(), "aina", j.ID); err != nil || got.State != export.Ready || got.Rows != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAFailureIsTriedAgainAndThenTold(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		j, err := o.Order(t.Context(), "aina", "csv", "all")
		if err != nil {
			t.Fatal(err)
		}
		o.Write = func(context.Context, export.Job, io.Writer, func()) error {
			return errors.New("disk on /dev/sda1 is full")
		}
		for range 3 {
			o.once(t)
		}
		got, err := o.ByID(t.Context(), "aina", j.ID)
		if err != nil || got.State != export.Failed || got.Tries != 3 || strings.Contains(got.Why, "sda1") || got.Why == "" {
			t.Errorf("%+v, %v", got, err)
		}
		for range 3 {
			if _, err := o.Order(t.Context(), "aina", "csv", "all"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.Order(t.Context(), "aina", "csv", "all"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a fourth at once: %v", err)
		}
		if _, err := o.Order(t.Context(), "bala", "csv", "all"); err != nil {
			t.Errorf("somebody else's first: %v", err)
		}
	})
}
