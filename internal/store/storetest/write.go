package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

func life(t *testing.T, e store.Engine) {
	ctx := t.Context()
	must(t, e.Insert(ctx, "cases", doc("a", 1)))
	got, err := e.Get(ctx, "cases", "a")
	must(t, err)
	if got.ID != "a" || got.Rev != 1 || !equalJSON(t, got.Body, []byte(`{"at":1}`)) {
		t.Errorf("read %+v after the insert", got)
	}
	for want := int64(2); want <= 4; want++ {
		r := doc("a", want)
		r.Rev = want - 1
		rev, err := e.Replace(ctx, "cases", r)
		must(t, err)
		if rev != want {
			t.Errorf("replace gave revision %d, want %d", rev, want)
		}
	}
	got, err = e.Get(ctx, "cases", "a")
	must(t, err)
	if got.Rev != 4 || !equalJSON(t, got.Body, []byte(`{"at":4}`)) {
		t.Errorf("read %+v after three replaces", got)
	}
	for rev := range int64(6) {
		got, err := e.GetUnless(ctx, "cases", "a", rev)
		must(t, err)
		if got.ID != "a" || got.Rev != 4 || (got.Body == nil) != (rev == 4) || (rev != 4 && !equalJSON(t, got.Body, []byte(`{"at":4}`))) {
			t.Errorf("unless it is at revision %d: %+v", rev, got)
		}
	}
	must(t, e.Delete(ctx, "cases", "a", 4))
	_, err = e.Get(ctx, "cases", "a")
	wantFault(t, "get after delete", err, fault.NotFound)
	for _, rev := range []int64{0, 4} {
		_, err = e.GetUnless(ctx, "cases", "a", rev)
		wantFault(t, "get unless after delete", err, fault.NotFound)
	}
	must(t, e.Insert(ctx, "cases", doc("a", 9)))
	must(t, e.Delete(ctx, "cases", "a", 0))
	for _, q := range []store.Query{{Index: "at"}, {Index: "queue", Equal: []any{"*"}}} {
		if p := find(t, e, q); len(p.Records) > 0 {
			t.Errorf("index %s still finds %s", q.Index, ids(p))
		}
	}
	must(t, e.Ping(ctx))
}

func refusals(t *testing.T, e store.Engine) {
	ctx := t.Context()
	must(t, e.Insert(ctx, "cases", doc("a", 1)))
	stale := doc("a", 2)
	stale.Rev = 7
	missing := doc("b", 2)
	missing.Rev = 1
	with := func(r store.Record, change func(*store.Record)) store.Record { change(&r); return r }
	_, err := e.Replace(ctx, "cases", stale)
	wantFault(t, "replace of another revision", err, fault.Stale)
	stale.Rev = 0
	_, err = e.Replace(ctx, "cases", stale)
	wantFault(t, "replace of revision 0", err, fault.Stale)
	_, err = e.Replace(ctx, "cases", missing)
	wantFault(t, "replace of nothing", err, fault.NotFound)
	_, err = e.Get(ctx, "cases", "b")
	wantFault(t, "get of nothing", err, fault.NotFound)
	wantFault(t, "delete of nothing", e.Delete(ctx, "cases", "b", 0), fault.NotFound)
	wantFault(t, "delete of nothing at a revision", e.Delete(ctx, "cases", "b", 3), fault.NotFound)
	wantFault(t, "delete of another revision", e.Delete(ctx, "cases", "a", 3), fault.Stale)
	wantFault(t, "insert of a taken id", e.Insert(ctx, "cases", with(doc("a", 1), func(r *store.Record) { r.Keys["number"] = "free" })), fault.Duplicate)
	for what, r := range map[string]store.Record{
		"an empty id":          doc("", 1),
		"an id of no UTF-8":    doc("\xff", 1),
		"a body of no JSON":    with(doc("c", 1), func(r *store.Record) { r.Body = []byte(`{"a":`) }),
		"a body that's a list": with(doc("c", 1), func(r *store.Record) { r.Body = []byte(`[1]`) }),
		"no body":              with(doc("c", 1), func(r *store.Record) { r.Body = nil }),
		"no unique key":        with(doc("c", 1), func(r *store.Record) { delete(r.Keys, "number") }),
		"a key of type int":    with(doc("c", 1), func(r *store.Record) { r.Keys["at"] = 5 }),
		"a list as one value":  with(doc("c", 1), func(r *store.Record) { r.Keys["owner"] = []string{"x"} }),
		"a value as a list":    with(doc("c", 1), func(r *store.Record) { r.Keys["word"] = "x" }),
	} {
		wantFault(t, "insert of "+what, e.Insert(ctx, "cases", r), fault.Invalid)
		r.Rev = 1
		_, err := e.Replace(ctx, "cases", r)
		wantFault(t, "replace by "+what, err, fault.Invalid)
	}
	wantFault(t, "insert into an undeclared collection", e.Insert(ctx, "none", doc("a", 1)), fault.Invalid)
	_, err = e.Get(ctx, "none", "a")
	wantFault(t, "get from an undeclared collection", err, fault.Invalid)
	if got, err := e.Get(ctx, "cases", "a"); err != nil || got.Rev != 1 {
		t.Errorf("after all refusals: revision %d, %v", got.Rev, err)
	}
}

func uniqueKeys(t *testing.T, e store.Engine) {
	ctx := t.Context()
	must(t, e.Insert(ctx, "cases", doc("a", 1)))
	must(t, e.Insert(ctx, "cases", doc("b", 2)))
	thief := doc("c", 3)
	thief.Keys["number"] = "n-a"
	named := func(what string, err error) {
		t.Helper()
		wantFault(t, what, err, fault.Duplicate)
		if f, ok := errors.AsType[*fault.Error](err); ok && !strings.Contains(f.Detail, "number") {
			t.Errorf("%s: the detail %q does not name the index", what, f.Detail)
		}
	}
	named("insert", e.Insert(ctx, "cases", thief))
	if p := find(t, e, store.Query{Index: "queue", Equal: []any{"*"}}); ids(p) != "a b" {
		t.Errorf("a refused insert left traces: %s", ids(p))
	}
	b := doc("b", 5)
	b.Rev, b.Keys["number"] = 1, "n-a"
	_, err := e.Replace(ctx, "cases", b)
	named("replace", err)
	if p := find(t, e, store.Query{Index: "queue", Equal: []any{"*", int64(1)}, From: int64(3)}); len(p.Records) > 0 {
		t.Errorf("a refused replace left traces: %s", ids(p))
	}
	b.Keys["number"] = "n-b" // its own
	_, err = e.Replace(ctx, "cases", b)
	must(t, err)
	must(t, e.Delete(ctx, "cases", "a", 0))
	must(t, e.Insert(ctx, "cases", thief)) // free by now
}

func uniqueRace(t *testing.T, e store.Engine) {
	for round := range 10 {
		errs := together(8, func(i int) error {
			r := doc(fmt.Sprintf("%d-%d", round, i), 1)
			r.Keys["number"] = fmt.Sprint("wanted ", round)
			return e.Insert(t.Context(), "cases", r)
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantFault(t, "the insert of a loser", err, fault.Duplicate)
			}
		}
		if won != 1 {
			t.Errorf("round %d has %d winners", round, won)
		}
	}
}

func race(t *testing.T, e store.Engine) {
	ctx := t.Context()
	const rounds = 200
	must(t, e.Insert(ctx, "cases", doc("a", 0)))
	var mu sync.Mutex
	won := map[int64]int{}
	add := func() error {
		for {
			r, err := e.Get(ctx, "cases", "a")
			if err != nil {
				return err
			}
			var body struct{ At int64 }
			if err := json.Unmarshal(r.Body, &body); err != nil {
				return err
			}
			next := doc("a", body.At+1)
			next.Rev = r.Rev
			switch rev, err := e.Replace(ctx, "cases", next); {
			case err == nil:
				mu.Lock()
				won[rev]++
				mu.Unlock()
				return nil
			case !errors.Is(err, fault.Stale):
				return err
			}
		}
	}
	for _, err := range together(2, func(int) (err error) {
		for i := 0; i < rounds && err == nil; i++ {
			err = add()
		}
		return err
	}) {
		must(t, err)
	}
	r, err := e.Get(ctx, "cases", "a")
	must(t, err)
	if !equalJSON(t, r.Body, fmt.Appendf(nil, `{"at":%d}`, 2*rounds)) || r.Rev != 2*rounds+1 {
		t.Errorf("after %d updates: %s at revision %d", 2*rounds, r.Body, r.Rev)
	}
	for rev, n := range won {
		if n != 1 {
			t.Errorf("revision %d was won %d times", rev, n)
		}
	}
	if p := find(t, e, store.Query{Index: "queue", Equal: []any{"*"}}); len(p.Records) != 1 {
		t.Errorf("the document is found %d times", len(p.Records))
	}
}

func increments(t *testing.T, e store.Engine) {
	ctx := t.Context()
	empty, err := e.Counters(ctx, "day")
	must(t, err)
	if len(empty) != 0 {
		t.Errorf("counters before the first increment: %v", empty)
	}
	for _, err := range together(8, func(i int) (err error) {
		for n := 0; n < 100 && err == nil; n++ {
			err = e.Increment(ctx, "day", map[string]int64{"all": 1, "MBPJ.open $%": int64(i), "down": -2})
		}
		return err
	}) {
		must(t, err)
	}
	must(t, e.Increment(ctx, "day", nil))
	got, err := e.Counters(ctx, "day")
	must(t, err)
	if len(got) != 3 || got["all"] != 800 || got["MBPJ.open $%"] != 2800 || got["down"] != -1600 {
		t.Errorf("counters %v, want all 800, MBPJ.open $%% 2800, down -1600", got)
	}
	if other, err := e.Counters(ctx, "night"); err != nil || len(other) != 0 {
		t.Errorf("another document has %v, %v", other, err)
	}
}

func canceled(t *testing.T, e store.Engine) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, getErr := e.Get(gone, "cases", "a")
	_, findErr := e.Find(gone, "cases", store.Query{Index: "at"})
	for what, err := range map[string]error{"insert": e.Insert(gone, "cases", doc("a", 1)), "get": getErr, "find": findErr,
		"increment": e.Increment(gone, "day", map[string]int64{"all": 1})} {
		if !errors.Is(err, context.Canceled) || fault.KindOf(err) != "" {
			t.Errorf("%s with a canceled context gave %v, want context.Canceled and no fault", what, err)
		}
	}
	// Whoever is canceled halfway may find the document stored or not, but never half of it.
	together(16, func(i int) error {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		return e.Insert(ctx, "cases", doc(fmt.Sprintf("b%02d", i), 1))
	})
	byTime, byQueue := find(t, e, store.Query{Index: "at"}), find(t, e, store.Query{Index: "queue", Equal: []any{"*"}})
	if ids(byTime) != ids(byQueue) {
		t.Errorf("one index finds %q, another %q", ids(byTime), ids(byQueue))
	}
	must(t, e.Insert(t.Context(), "cases", doc("c", 1)))
}

func closed(t *testing.T, e store.Engine) {
	must(t, e.Close())
	must(t, e.Close())
	_, err := e.Get(t.Context(), "cases", "a")
	wantFault(t, "get", err, fault.Unavailable)
	wantFault(t, "insert", e.Insert(t.Context(), "cases", doc("a", 1)), fault.Unavailable)
	wantFault(t, "ping", e.Ping(t.Context()), fault.Unavailable)
}

// together runs n calls at once and gives their errors.
func together(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}
