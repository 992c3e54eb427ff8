package storetest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

// walk reads all pages of a query, seven documents each, and gives the ids.
func walk(t *testing.T, e store.Engine, q store.Query, between func(page int)) (all []string) {
	t.Helper()
	q.Limit = 7
	for n := 0; ; n++ {
		p := find(t, e, q)
		for _, r := range p.Records {
			all = append(all, r.ID)
		}
		if p.Next == "" {
			return all
		}
		if len(p.Records) != q.Limit || n > 100 {
			t.Fatalf("page %d has %d documents and is not the last", n, len(p.Records))
		}
		q.After = p.Next
		if between != nil {
			between(n)
		}
	}
}

func pages(t *testing.T, e store.Engine) {
	var want []string // ids sort like the times; every ten documents share one
	for i := range 49 {
		r := doc(fmt.Sprintf("d%02d", i), int64(i/10))
		must(t, e.Insert(t.Context(), "cases", r))
		want = append(want, r.ID)
	}
	for _, q := range []store.Query{
		{Index: "at"},
		{Index: "owner", Equal: []any{"aminah"}},
		{Index: "place"},
		{Index: "place", Equal: []any{"MY-10", "Klang"}},
		{Index: "queue", Equal: []any{"MBPJ"}},
		{Index: "queue", Equal: []any{"*", int64(1)}},
		{Index: "words", Equal: []any{"jalan"}},
		{Index: "number"},
		{Index: "at", From: int64(0), To: int64(5)},
	} {
		if got := walk(t, e, q, nil); !slices.Equal(got, want) {
			t.Errorf("%+v gave %v", q, got)
		}
		q.Desc = true
		got := walk(t, e, q, nil)
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Errorf("%+v gave, from the end, %v", q, got)
		}
		if n, err := e.Count(t.Context(), "cases", q); err != nil || n != 49 {
			t.Errorf("%+v counts %d, %v", q, n, err)
		}
		for most, want := range map[int64]int64{7: 7, 49: 49, 1000: 49} {
			q.Most = most
			if n, err := e.Count(t.Context(), "cases", q); err != nil || n != want {
				t.Errorf("%+v counts %d as far as %d, %v", q, n, most, err)
			}
		}
	}
}

func pagesMeanwhile(t *testing.T, e store.Engine) {
	for _, desc := range []bool{false, true} {
		var old []string
		for i := range 30 {
			r := doc(fmt.Sprintf("%t-m%02d", desc, i), 5)
			must(t, e.Insert(t.Context(), "cases", r))
			old = append(old, r.ID)
		}
		got := walk(t, e, store.Query{Index: "queue", Equal: []any{"*", int64(1)}, Desc: desc}, func(page int) {
			for at := range int64(3) { // before, among and after the old ones
				must(t, e.Insert(t.Context(), "cases", doc(fmt.Sprintf("%t-m%02d new %d", desc, page, at), 4+at)))
			}
		})
		sorted := slices.Clone(got)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(got) {
			t.Errorf("a document came twice: %v", got)
		}
		for _, id := range old {
			if !slices.Contains(got, id) {
				t.Errorf("%s was missed", id)
			}
		}
	}
}

func bounds(t *testing.T, e store.Engine) {
	for i, at := range []int64{math.MinInt64, -1, 0, 10, 10, 20, math.MaxInt64} {
		must(t, e.Insert(t.Context(), "cases", doc(fmt.Sprint("d", i), at)))
	}
	for _, c := range []struct {
		from, to any
		want     string
	}{
		{nil, nil, "d0 d1 d2 d3 d4 d5 d6"},
		{int64(10), nil, "d3 d4 d5 d6"},
		{int64(11), nil, "d5 d6"},
		{nil, int64(10), "d0 d1 d2"},
		{nil, int64(11), "d0 d1 d2 d3 d4"},
		{int64(0), int64(20), "d2 d3 d4"},
		{int64(20), int64(0), ""},
		{int64(10), int64(10), ""},
		{int64(math.MaxInt64), nil, "d6"},
	} {
		for _, q := range []store.Query{{Index: "at"}, {Index: "owner", Equal: []any{"aminah"}}, {Index: "queue", Equal: []any{"*", int64(1)}}} {
			q.From, q.To = c.from, c.to
			if got := ids(find(t, e, q)); got != c.want {
				t.Errorf("%s from %v to %v gave %q, want %q", q.Index, c.from, c.to, got, c.want)
			}
			if n, err := e.Count(t.Context(), "cases", q); err != nil || int(n) != len(strings.Fields(c.want)) {
				t.Errorf("%s from %v to %v counts %d, %v", q.Index, c.from, c.to, n, err)
			}
			// The bounds hold on every page.
			q.Limit = 1
			var got []string
			for range 10 {
				p := find(t, e, q)
				if ids(p) != "" {
					got = append(got, ids(p))
				}
				if q.After = p.Next; q.After == "" {
					break
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s from %v to %v gave %q page by page", q.Index, c.from, c.to, got)
			}
		}
	}
}

func openFields(t *testing.T, e store.Engine) {
	for id, place := range map[string][2]string{"a": {"MY-10", "Klang"}, "b": {"MY-01", "Muar"}, "c": {"MY-10", "Ampang"}, "d": {"MY-01", "Batu Pahat"}} {
		r := doc(id, 1)
		r.Keys["state"], r.Keys["town"] = place[0], place[1]
		must(t, e.Insert(t.Context(), "cases", r))
	}
	for _, c := range []struct {
		q    store.Query
		want string
	}{
		{store.Query{Index: "place"}, "d b c a"},
		{store.Query{Index: "place", Desc: true}, "a c b d"},
		{store.Query{Index: "place", From: "MY-02"}, "c a"},
		{store.Query{Index: "place", To: "MY-10"}, "d b"},
		{store.Query{Index: "place", Equal: []any{"MY-01"}}, "d b"},
		{store.Query{Index: "place", Equal: []any{"MY-01"}, From: "C"}, "b"},
		{store.Query{Index: "place", Equal: []any{"MY-01", "Muar"}}, "b"},
		{store.Query{Index: "place", Limit: 3}, "d b c"},
	} {
		if got := ids(find(t, e, c.q)); got != c.want {
			t.Errorf("%+v gave %q, want %q", c.q, got, c.want)
		}
	}
}

func multi(t *testing.T, e store.Engine) {
	put := func(r store.Record, branch ...string) {
		t.Helper()
		r.Keys["branch"] = branch
		if r.Rev == 0 {
			must(t, e.Insert(t.Context(), "cases", r))
		} else if _, err := e.Replace(t.Context(), "cases", r); err != nil {
			t.Fatal(err)
		}
	}
	check := func(branch, want string) {
		t.Helper()
		q := store.Query{Index: "queue", Equal: []any{branch}}
		if got := ids(find(t, e, q)); got != want {
			t.Errorf("branch %s has %q, want %q", branch, got, want)
		}
		if n, err := e.Count(t.Context(), "cases", q); err != nil || int(n) != len(strings.Fields(want)) {
			t.Errorf("branch %s counts %d, %v; want %q", branch, n, err, want)
		}
	}
	put(doc("a", 2), "MBPJ", "SUK", "*", "SUK") // one element twice
	put(doc("b", 1), "MBSA", "SUK", "*")
	put(doc("c", 3))
	check("SUK", "b a")
	check("MBPJ", "a")
	a := doc("a", 0)
	a.Rev = 1
	put(a, "MBSA", "*") // moved to another branch, and to another time
	check("SUK", "b")
	check("MBPJ", "")
	check("MBSA", "a b")
	check("*", "a b")
	a.Rev = 2
	put(a)
	check("MBSA", "b")
	must(t, e.Delete(t.Context(), "cases", "b", 0))
	check("*", "")
}

// also finds those that hold every value, in the order of the index, page by page.
func also(t *testing.T, e store.Engine) {
	for i, held := range []string{"a", "a b", "b", "a b c", "c a b", "z", "a c", "a b"} {
		r := doc(fmt.Sprint("d", i), int64(100-i))
		r.Keys["branch"], r.Keys["word"] = strings.Fields(held), strings.Fields(held)
		must(t, e.Insert(t.Context(), "cases", r))
	}
	for _, c := range []struct {
		q    store.Query
		want string
	}{
		{store.Query{Index: "words", Equal: []any{"a"}, Also: []any{"b"}}, "d1 d3 d4 d7"},
		{store.Query{Index: "words", Equal: []any{"b"}, Also: []any{"a"}, Desc: true}, "d7 d4 d3 d1"},
		{store.Query{Index: "words", Equal: []any{"b"}, Also: []any{"c", "a"}}, "d3 d4"},
		{store.Query{Index: "words", Equal: []any{"a"}, Also: []any{"a"}}, "d0 d1 d3 d4 d6 d7"},
		{store.Query{Index: "words", Equal: []any{"a"}, Also: []any{"z"}}, ""},
		{store.Query{Index: "queue", Equal: []any{"a"}, Also: []any{"b"}}, "d7 d4 d3 d1"}, // by due time
		{store.Query{Index: "queue", Equal: []any{"a", int64(1)}, Also: []any{"b"}, Desc: true}, "d1 d3 d4 d7"},
		{store.Query{Index: "queue", Equal: []any{"a", int64(1)}, Also: []any{"b"}, From: int64(94), To: int64(98)}, "d4 d3"},
		{store.Query{Index: "queue", Equal: []any{"a", int64(0)}, Also: []any{"b"}}, ""},
	} {
		var got []string
		for q, more := c.q, true; more; {
			q.Limit = 2
			p := find(t, e, q)
			got, q.After, more = append(got, strings.Fields(ids(p))...), p.Next, p.Next != ""
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v gave %q, want %q", c.q, s, c.want)
		}
		if n, err := e.Count(t.Context(), "cases", c.q); err != nil || int(n) != len(strings.Fields(c.want)) {
			t.Errorf("%+v counts %d, %v", c.q, n, err)
		}
	}
	one := find(t, e, store.Query{Index: "words", Equal: []any{"a"}, Also: []any{"b"}, Limit: 1})
	_, err := e.Find(t.Context(), "cases", store.Query{Index: "words", Equal: []any{"a"}, Also: []any{"c"}, After: one.Next})
	wantFault(t, "a cursor of other values", err, fault.Invalid)
}

func keysRead(t *testing.T, e store.Engine) {
	without := doc("b", 2)
	delete(without.Keys, "at")
	delete(without.Keys, "word")
	for _, r := range []store.Record{doc("a", 1), without} {
		must(t, e.Insert(t.Context(), "cases", r))
		for _, q := range []store.Query{{Index: "number", Equal: []any{r.Keys["number"]}}, {Index: "queue", Equal: []any{"*", int64(1)}, Desc: true, Limit: 1}} {
			if got := find(t, e, q).Records[0].Keys; len(got) > 0 {
				t.Errorf("%+v gave the keys %v without being asked", q, got)
			}
			q.Keys = true
			if got := find(t, e, q).Records[0].Keys; !reflect.DeepEqual(got, r.Keys) {
				t.Errorf("%+v gave the keys %v, want %v", q, got, r.Keys)
			}
		}
	}
}

func sparse(t *testing.T, e store.Engine) {
	must(t, e.Insert(t.Context(), "cases", doc("a", 1)))
	for id, without := range map[string]string{"b": "at", "c": "due", "d": "branch"} {
		r := doc(id, 2)
		delete(r.Keys, without)
		must(t, e.Insert(t.Context(), "cases", r))
	}
	for _, c := range []struct {
		q    store.Query
		want string
	}{
		{store.Query{Index: "at"}, "a c d"},
		{store.Query{Index: "at", To: int64(9)}, "a c d"},
		{store.Query{Index: "owner", Equal: []any{"aminah"}}, "a c d"},
		{store.Query{Index: "queue", Equal: []any{"*"}}, "a b"},
		{store.Query{Index: "queue", Equal: []any{"*", int64(1)}, Desc: true}, "b a"},
		{store.Query{Index: "number"}, "a b c d"},
	} {
		if got := ids(find(t, e, c.q)); got != c.want {
			t.Errorf("%+v gave %q, want %q", c.q, got, c.want)
		}
		if n, err := e.Count(t.Context(), "cases", c.q); err != nil || int(n) != len(strings.Fields(c.want)) {
			t.Errorf("%+v counts %d, %v", c.q, n, err)
		}
	}
	b := doc("b", 0)
	b.Rev = 1
	_, err := e.Replace(t.Context(), "cases", b) // now with all its fields
	must(t, err)
	if got := ids(find(t, e, store.Query{Index: "at"})); got != "b a c d" {
		t.Errorf("after the field came: %q", got)
	}
}

func order(t *testing.T, e store.Engine) {
	owners := []string{"", "A", "Z", "a", "ab", "b", "é", "中", "😀"}
	for i, owner := range slices.Backward(owners) {
		r := doc(fmt.Sprint("d", i), 1)
		r.Keys["state"] = owner
		must(t, e.Insert(t.Context(), "cases", r))
	}
	if got := ids(find(t, e, store.Query{Index: "place"})); got != "d0 d1 d2 d3 d4 d5 d6 d7 d8" {
		t.Errorf("sorted as %s", got)
	}
}

func cursors(t *testing.T, e store.Engine) {
	for i := range 4 {
		must(t, e.Insert(t.Context(), "cases", doc(fmt.Sprint("d", i), int64(i))))
	}
	first := find(t, e, store.Query{Index: "at", Limit: 2})
	if first.Next == "" {
		t.Fatal("no cursor after two of four")
	}
	for what, q := range map[string]store.Query{
		"a cursor that is none":           {Index: "at", After: "?"},
		"a cursor of other bytes":         {Index: "at", After: "bm90IGEgY3Vyc29y"},
		"half a cursor":                   {Index: "at", After: first.Next[:len(first.Next)/2]},
		"a cursor of another direction":   {Index: "at", Desc: true, After: first.Next},
		"a cursor of another index":       {Index: "place", After: first.Next},
		"an index that is not declared":   {Index: "none"},
		"too many values":                 {Index: "at", Equal: []any{int64(1), int64(2)}},
		"a bound where no field is left":  {Index: "at", Equal: []any{int64(1)}, From: int64(1)},
		"a value of type int":             {Index: "at", Equal: []any{1}},
		"a bound of type int":             {Index: "at", From: 1},
		"no value":                        {Index: "at", Equal: []any{nil}},
		"a Multi index without its value": {Index: "queue"},
		"more values of a single field":   {Index: "at", Equal: []any{int64(1)}, Also: []any{int64(2)}},
		"more values, one of type int":    {Index: "words", Equal: []any{"jalan"}, Also: []any{1}},
		"more values, one of them nil":    {Index: "words", Equal: []any{"jalan"}, Also: []any{nil}},
	} {
		_, err := e.Find(t.Context(), "cases", q)
		wantFault(t, what, err, fault.Invalid)
	}
	_, err := e.Count(t.Context(), "cases", store.Query{Index: "none"})
	wantFault(t, "counting by an index that is not declared", err, fault.Invalid)
	if got := ids(find(t, e, store.Query{Index: "at", To: int64(3), After: first.Next})); got != "d2" {
		t.Errorf("a cursor with a bound that moved gave %q, want d2", got)
	}
}
