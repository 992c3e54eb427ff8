package audit

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
)

var noon = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)

// opener opens one store again and again, as several processes do; SQLite belongs to one, so they share its engine.
type opener func(t *testing.T) store.Engine

func engines(t *testing.T, run func(t *testing.T, open opener)) {
	t.Run("SQLite", func(t *testing.T) {
		e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		prepare(t, e)
		run(t, func(*testing.T) store.Engine { return e })
	})
	t.Run("MongoDB", func(t *testing.T) {
		uri := mongotest.Start(t)
		run(t, func(t *testing.T) store.Engine {
			e, err := mongo.Open(t.Context(), uri, "audit")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { e.Close() })
			prepare(t, e)
			return e
		})
	})
}

func prepare(t testing.TB, e store.Engine) {
	t.Helper()
	if _, err := e.Prepare(t.Context(), []store.Collection{Collection, Anchors}, false); err != nil {
		t.Fatal(err)
	}
}

func testKey(t testing.TB, secret string) Key {
	t.Helper()
	k, err := NewKey([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func recorder(t testing.TB, e store.Engine) *Recorder {
	return &Recorder{Engine: e, Key: testKey(t, "the secret of this installation"), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}
}

func move(id string) Entry {
	return Entry{ID: id, Acted: noon.Add(-time.Minute), Actor: Actor{Role: "officer", ID: "aina", Agency: "MBPJ"}, Action: Move(complaint.Accept),
		Object: Object{Kind: "complaint", ID: "RR-7K3M-Q2XA"}, Outcome: Done, Details: map[Detail]string{From: "routed", To: "accepted", Agency: "MBPJ"}}
}

func read(actor string) Entry {
	return Entry{Actor: Actor{Role: "administrator", ID: actor}, Action: Reveal, Object: Object{Kind: "citizen", ID: "01JD8Z"},
		Outcome: Begun, Reason: "Panggil <balik> & tanya \"lokasi\" — 地点"}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sound verifies the chain and gives the report; any finding fails the test.
func sound(t testing.TB, e store.Engine, keys ...Key) Report {
	t.Helper()
	r, list := verify(t, e, Proof{Keys: keys})
	for _, f := range list {
		t.Errorf("a sound chain: %+v", f)
	}
	return r
}

func verify(t testing.TB, e store.Engine, p Proof) (Report, []Finding) {
	t.Helper()
	var list []Finding
	p.Finding = func(f Finding) { list = append(list, f) }
	if p.Stored == nil {
		var err error
		p.Stored, err = ListAnchors(t.Context(), e)
		must(t, err)
	}
	r, err := Verify(t.Context(), e, p)
	must(t, err)
	if r.Findings != len(list) {
		t.Errorf("%d findings were given, %d counted", len(list), r.Findings)
	}
	return r, list
}

func all(t testing.TB, e store.Engine) (out []Entry) {
	t.Helper()
	for q := (Query{Limit: 7}); ; {
		p, err := Search(t.Context(), e, q)
		must(t, err)
		out = append(out, p.Entries...)
		if q.After = p.Next; p.Next == "" {
			slices.Reverse(out)
			return out
		}
	}
}

func TestWhatIsRecordedIsChainedAndReadBack(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r := recorder(t, e)
		sound(t, e, r.Key) // an empty chain is sound
		must(t, r.Record(WithAddress(t.Context(), "10.1.2.3"), read("siti"), move("move:1")))
		must(t, r.Record(t.Context(), move("move:1"), move("move:2")))
		list := all(t, e)
		if len(list) != 3 {
			t.Fatalf("%d entries: %+v", len(list), list)
		}
		prev := Origin
		for i, x := range list {
			if x.Seq != int64(i+1) || x.Prev != prev || len(x.Hash) != 64 || !x.At.Equal(noon) {
				t.Errorf("entry %d: %+v", i, x)
			}
			prev = x.Hash
		}
		if x := list[0]; x.Reason != read("").Reason || len(x.Address) != 20 || strings.Contains(x.Address, "10") && x.Address == "10.1.2.3" {
			t.Errorf("the first: %+v", x)
		}
		if x := list[2]; x.ID != "move:2" || x.Details[To] != "accepted" || !x.Acted.Equal(noon.Add(-time.Minute)) || x.Actor.Agency != "MBPJ" || x.Address != "" {
			t.Errorf("the last: %+v", x)
		}
		if rep := sound(t, e, r.Key); rep.Entries != 3 || rep.Blocks != 2 || rep.Sealed != 2 || rep.Hash != prev {
			t.Errorf("report %+v", rep)
		}
	})
}

// The clock of one process may be behind that of another.
