// Package storetest is the contract of a document store: what every engine must do alike.
package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"respons/internal/fault"
	"respons/internal/store"
)

// Cases is the collection that the suite works on.
var Cases = store.Collection{Name: "cases", Indexes: []store.Index{
	{Name: "number", Fields: []string{"number"}, Unique: true},
	{Name: "owner", Fields: []string{"owner", "at"}},
	{Name: "at", Fields: []string{"at"}},
	{Name: "place", Fields: []string{"state", "town"}},
	{Name: "queue", Fields: []string{"branch", "open", "due"}, Multi: true},
	{Name: "words", Fields: []string{"word"}, Multi: true},
}}

// Run puts an engine through the contract. Open gives an empty store of its own, and sees to its end.
func Run(t *testing.T, open func(t *testing.T) store.Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, store.Engine)
	}{
		{"a document is inserted, read, replaced and deleted", life},
		{"each refusal has its fault", refusals},
		{"a unique key has one owner", uniqueKeys},
		{"of those who race for a unique key one wins", uniqueRace},
		{"two writers lose no update", race},
		{"pages give each document once, in order", pages},
		{"documents that come in meanwhile disturb no page", pagesMeanwhile},
		{"bounds take the lower end and leave the upper", bounds},
		{"a query may leave fields of its index open", openFields},
		{"a document is found under each of its elements", multi},
		{"a document without a field is not found by it", sparse},
		{"a query may ask for several values of a list", also},
		{"keys are read as they were written", keysRead},
		{"text is compared by bytes", order},
		{"a cursor is good for its own query only", cursors},
		{"increments add up under concurrency", increments},
		{"a body comes back equal", bodies},
		{"a body of one MiB comes back equal, one too large is refused", largeBodies},
		{"preparing twice is harmless and a plan changes nothing", prepare},
		{"an index that is declared later finds what is there", laterIndex},
		{"a canceled context stops a call and breaks nothing", canceled},
		{"a closed store says so", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := open(t)
			if _, err := e.Prepare(t.Context(), []store.Collection{Cases}, false); err != nil {
				t.Fatal("prepare:", err)
			}
			c.run(t, e)
		})
	}
}

// Reopening shows that what was acknowledged outlives the engine. Open opens the same store each time; the caller of
// the engine closes it.
func Reopening(t *testing.T, open func(t *testing.T) store.Engine) {
	e := open(t)
	_, err := e.Prepare(t.Context(), []store.Collection{Cases}, false)
	must(t, err)
	must(t, e.Insert(t.Context(), "cases", doc("a", 7)))
	must(t, e.Increment(t.Context(), "total", map[string]int64{"all": 3}))
	must(t, e.Close())
	e = open(t)
	defer func() { must(t, e.Close()) }()
	if got := ids(find(t, e, store.Query{Index: "number", Equal: []any{"n-a"}})); got != "a" {
		t.Errorf("found %q without preparing again, want a", got)
	}
	got, err := e.Counters(t.Context(), "total")
	must(t, err)
	if got["all"] != 3 {
		t.Errorf("counters %v, want all: 3", got)
	}
}

// doc is a document whose keys are all there. Its body says when.
func doc(id string, at int64) store.Record {
	return store.Record{ID: id, Body: fmt.Appendf(nil, `{"at":%d}`, at), Keys: store.Keys{
		"number": "n-" + id, "owner": "aminah", "at": at, "state": "MY-10", "town": "Klang",
		"branch": []string{"MBPJ", "*"}, "open": int64(1), "due": at, "word": []string{"lubang", "jalan"}}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s gave %v, want the fault %q", what, err, kind)
	}
}

func find(t *testing.T, e store.Engine, q store.Query) store.Page {
	t.Helper()
	page, err := e.Find(t.Context(), "cases", q)
	must(t, err)
	return page
}

func ids(p store.Page) string {
	var b bytes.Buffer
	for i, r := range p.Records {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.ID)
	}
	return b.String()
}

// equalJSON compares as JSON, numbers digit by digit.
func equalJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	decode := func(body []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		must(t, d.Decode(&v))
		return v
	}
	return reflect.DeepEqual(decode(a), decode(b))
}
