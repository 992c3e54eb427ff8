package audit

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"respons/internal/fault"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestProcessesThatRecordAtOnceMakeOneChainAndKeepARepeatOnce(t *testing.T) {
	const processes, callers = 3, 5
	engines(t, func(t *testing.T, open opener) {
		each := 20
		if strings.HasSuffix(t.Name(), "MongoDB") {
			each = 4 // the server in this process carries out one command at a time
		}
		var wg sync.WaitGroup
		for p := range processes {
			r := recorder(t, open(t))
			for c := range callers {
				wg.Go(func() {
					for i := range each {
						// Every process is told of the same moves; what is read is each one's own.
						err := r.Record(t.Context(), move(fmt.Sprintf("move:%d-%d", c, i)), read(fmt.Sprintf("reader-%d-%d", p, c)))
						if err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
		}
		wg.Wait()
		e := open(t)
		rep := sound(t, e, recorder(t, e).Key)
		if want := int64(callers*each + processes*callers*each); rep.Entries != want {
			t.Errorf("%d entries, want %d", rep.Entries, want)
		}
		if rep.Blocks >= rep.Entries {
			t.Errorf("%d blocks for %d entries: nothing was recorded together", rep.Blocks, rep.Entries)
		}
		seen := map[string]bool{}
		for _, x := range all(t, e) {
			if x.ID != "" && seen[x.ID] {
				t.Errorf("%s is recorded twice", x.ID)
			}
			seen[x.ID] = true
		}
	})
}

// lossy loses answers: what was written is said to have failed.
type lossy struct {
	store.Engine
	lose int
}

func (l *lossy) Insert(ctx context.Context, collection string, r store.Record) error {
	err := l.Engine.Insert(ctx, collection, r)
	if l.lose--; err == nil && l.lose >= 0 {
		return fault.New(fault.Unavailable, "the answer got lost")
	}
	return err
}

func TestALostAnswerDoublesNothing(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	r := recorder(t, &lossy{Engine: e, lose: 2})
	for i := range 4 {
		must(t, r.Record(t.Context(), read(fmt.Sprint("reader-", i))))
	}
	if rep := sound(t, e, r.Key); rep.Entries != 4 {
		t.Errorf("%d entries, want 4", rep.Entries)
	}
}

func TestManyEntriesAtOnceGoIntoBlocksThatFitADocument(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	r := recorder(t, e)
	var list []Entry
	for range 2500 {
		x := read("siti")
		x.Reason = strings.Repeat("<", maxReason)
		list = append(list, x)
	}
	must(t, r.Record(t.Context(), list...))
	if rep := sound(t, e, r.Key); rep.Entries != 2500 {
		t.Errorf("%d entries", rep.Entries)
	}
	for n := int64(1); ; n++ {
		rec, err := e.Get(t.Context(), Collection.Name, blockID(n))
		if errors.Is(err, fault.NotFound) && n > 3 {
			break
		}
		must(t, err)
		if len(rec.Body) > 1<<20 {
			t.Errorf("block %d has %d bytes", n, len(rec.Body))
		}
	}
}

func TestTheRecordNeverRunsBackwards(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	r, behind := recorder(t, e), recorder(t, e)
	behind.Now = func() time.Time { return noon.Add(-time.Hour) }
	must(t, r.Record(t.Context(), move("")))
	must(t, behind.Record(t.Context(), move("")))
	if list := all(t, e); !list[1].At.Equal(noon) {
		t.Errorf("the second is dated %s", list[1].At)
	}
	sound(t, e, r.Key)
}
