package storetest

import (
	"fmt"
	"strings"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

func prepare(t *testing.T, e store.Engine) {
	ctx := t.Context()
	must(t, e.Insert(ctx, "cases", doc("a", 1)))
	for _, plan := range []bool{true, false} {
		if lines, err := e.Prepare(ctx, []store.Collection{Cases}, plan); err != nil || len(lines) > 0 {
			t.Errorf("preparing again (plan: %t) did %q, %v", plan, lines, err)
		}
	}
	more := []store.Collection{{Name: "people", Indexes: []store.Index{{Name: "token", Fields: []string{"token"}, Unique: true}}}, {Name: "locks"}}
	planned, err := e.Prepare(ctx, more, true)
	must(t, err)
	if text := strings.Join(planned, "\n"); !strings.Contains(text, "people") || !strings.Contains(text, "token") || !strings.Contains(text, "locks") {
		t.Errorf("the plan does not say what it would do: %q", planned)
	}
	wantFault(t, "insert after a mere plan", e.Insert(ctx, "locks", store.Record{ID: "x", Body: []byte(`{}`)}), fault.Invalid)
	done, err := e.Prepare(ctx, more, false)
	must(t, err)
	if strings.Join(done, "\n") != strings.Join(planned, "\n") {
		t.Errorf("did %q, planned %q", done, planned)
	}
	must(t, e.Insert(ctx, "locks", store.Record{ID: "x", Body: []byte(`{}`)}))
	must(t, e.Insert(ctx, "people", store.Record{ID: "x", Keys: store.Keys{"token": "t"}, Body: []byte(`{}`)}))
	if _, err := e.Get(ctx, "cases", "a"); err != nil { // what is not declared this time stays
		t.Error(err)
	}
	one := []string{"a"}
	for what, c := range map[string]store.Collection{
		"a name with a dot":            {Name: "a.b"},
		"a name with a capital":        {Name: "People"},
		"an index without fields":      {Name: "c", Indexes: []store.Index{{Name: "i"}}},
		"two indexes of one name":      {Name: "c", Indexes: []store.Index{{Name: "i", Fields: one}, {Name: "i", Fields: one}}},
		"a field twice":                {Name: "c", Indexes: []store.Index{{Name: "i", Fields: []string{"a", "a"}}}},
		"an index Multi and Unique":    {Name: "c", Indexes: []store.Index{{Name: "i", Fields: one, Multi: true, Unique: true}}},
		"a field both list and single": {Name: "c", Indexes: []store.Index{{Name: "i", Fields: one, Multi: true}, {Name: "j", Fields: one}}},
	} {
		_, err := e.Prepare(ctx, []store.Collection{c}, false)
		wantFault(t, "a declaration with "+what, err, fault.Invalid)
	}
}

func laterIndex(t *testing.T, e store.Engine) {
	for i := range 3 {
		must(t, e.Insert(t.Context(), "cases", doc(fmt.Sprint("d", i), int64(i))))
	}
	more := store.Collection{Name: "cases", Indexes: []store.Index{
		{Name: "town", Fields: []string{"town", "at"}},
		{Name: "search", Fields: []string{"word", "at"}, Multi: true},
		{Name: "at", Fields: []string{"at", "owner"}}, // declared anew
		{Name: "fresh", Fields: []string{"fresh"}},
	}}
	lines, err := e.Prepare(t.Context(), []store.Collection{more}, false)
	must(t, err)
	if len(lines) != 4 {
		t.Errorf("did %q, want four things", lines)
	}
	r := doc("d3", 3)
	r.Keys["fresh"] = "yes"
	must(t, e.Insert(t.Context(), "cases", r))
	for _, c := range []struct {
		q    store.Query
		want string
	}{
		{store.Query{Index: "town", Equal: []any{"Klang"}}, "d0 d1 d2 d3"},
		{store.Query{Index: "search", Equal: []any{"lubang"}, Desc: true}, "d3 d2 d1 d0"},
		{store.Query{Index: "at", Equal: []any{int64(2), "aminah"}}, "d2"},
		{store.Query{Index: "fresh"}, "d3"},
		{store.Query{Index: "queue", Equal: []any{"MBPJ"}}, "d0 d1 d2 d3"},
	} {
		if got := ids(find(t, e, c.q)); got != c.want {
			t.Errorf("%+v gave %q, want %q", c.q, got, c.want)
		}
	}
	if again, err := e.Prepare(t.Context(), []store.Collection{more}, true); err != nil || len(again) > 0 {
		t.Errorf("still to do: %q, %v", again, err)
	}
}
