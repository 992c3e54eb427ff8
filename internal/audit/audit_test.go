package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
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

func TestTheRecordIsSearchedByWhoWhatAndWhen(t *testing.T) {
	engines(t, func(t *testing.T, open opener) {
		e := open(t)
		r := recorder(t, e)
		for i := range 30 { // one a minute
			r.Now = func() time.Time { return noon.Add(time.Duration(i) * time.Minute) }
			x := move(fmt.Sprintf("move:%d", i))
			x.Actor.ID, x.Object.ID = fmt.Sprintf("officer-%d", i%3), fmt.Sprintf("RR-%d", i%5)
			if i%2 == 1 {
				x.Action = Move(complaint.Resolve)
			}
			must(t, r.Record(t.Context(), x, read("siti")))
		}
		for _, c := range []struct {
			name  string
			q     Query
			count int
			first int64 // the newest
		}{
			{"all", Query{}, 60, 60},
			{"an actor", Query{Actor: "officer-1"}, 10, 57},
			{"an object", Query{Object: "complaint:RR-4"}, 6, 59},
			{"an action", Query{Action: "move.resolve"}, 15, 59},
			{"a subject", Query{Action: "move"}, 30, 59},
			{"no part of a word", Query{Action: "mov"}, 0, 0},
			{"actor and action", Query{Actor: "officer-1", Action: "move.accept"}, 5, 57},
			{"from, inclusive", Query{From: noon.Add(28 * time.Minute)}, 4, 60},
			{"to, exclusive", Query{To: noon.Add(2 * time.Minute)}, 4, 4},
			{"a span", Query{Actor: "siti", From: noon.Add(3 * time.Minute), To: noon.Add(5 * time.Minute)}, 2, 10},
			{"a span without an end in the record", Query{From: noon.Add(time.Hour)}, 0, 0},
			{"nobody", Query{Actor: "nobody"}, 0, 0},
		} {
			var got []Entry
			for c.q.Limit = 4; ; {
				p, err := Search(t.Context(), e, c.q)
				must(t, err)
				if len(p.Entries) > 4 {
					t.Errorf("%s: a page of %d", c.name, len(p.Entries))
				}
				got = append(got, p.Entries...)
				if c.q.After = p.Next; p.Next == "" {
					break
				}
			}
			if len(got) != c.count || c.count > 0 && got[0].Seq != c.first {
				t.Errorf("%s: %d entries, want %d: %+v", c.name, len(got), c.count, got)
			}
			if !slices.IsSortedFunc(got, func(a, b Entry) int { return int(b.Seq - a.Seq) }) {
				t.Errorf("%s: not the newest first", c.name)
			}
		}
		for _, cursor := range []string{"x", "1", "1-", "-1-2", "1-2-3", "01-2", "1-9999999999999999999", "9223372036854775807-1"} {
			if _, err := Search(t.Context(), e, Query{After: cursor}); !errors.Is(err, fault.Invalid) {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}

func TestAnEntryHoldsNoTextButItsReason(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	defer e.Close()
	prepare(t, e)
	r := recorder(t, e)
	for name, spoil := range map[string]func(*Entry){
		"no role":          func(x *Entry) { x.Actor.Role = "" },
		"a name":           func(x *Entry) { x.Actor.ID = "Siti binti Ali" },
		"no action":        func(x *Entry) { x.Action = "" },
		"a sentence":       func(x *Entry) { x.Details = map[Detail]string{Target: "call Ali"} },
		"an empty detail":  func(x *Entry) { x.Details = map[Detail]string{Target: ""} },
		"an e-mail":        func(x *Entry) { x.Object.ID = "ali@example.com" },
		"no kind":          func(x *Entry) { x.Object.Kind = "" },
		"no outcome":       func(x *Entry) { x.Outcome = "" },
		"a broken reason":  func(x *Entry) { x.Reason = "a\xff" },
		"a long reason":    func(x *Entry) { x.Reason = strings.Repeat("a", 501) },
		"a detail unnamed": func(x *Entry) { x.Details = map[Detail]string{"No Name": "1"} },
		"many details": func(x *Entry) {
			for i := range 17 {
				x.Details[Detail(strings.Repeat("d", i+1))] = "1"
			}
		},
	} {
		x := move("")
		spoil(&x)
		if err := r.Record(t.Context(), x); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list := all(t, e); len(list) != 0 {
		t.Errorf("recorded %+v", list)
	}
}

func TestAnActIsRecordedBeforeItIsDoneAndNotDoneWhereItCannotBe(t *testing.T) {
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "respons.db"))
	must(t, err)
	prepare(t, e)
	r := recorder(t, e)
	create := Entry{Actor: Actor{Role: "administrator", ID: "siti"}, Action: OfficerCreate, Details: map[Detail]string{Role: "officer"}}
	must(t, r.Act(t.Context(), create, func(x *Entry) error {
		if list := all(t, e); len(list) != 1 || list[0].Outcome != Begun {
			t.Errorf("while it is done: %+v", list)
		}
		x.Object = Object{Kind: "officer", ID: "01JD"}
		return nil
	}))
	no := fault.New(fault.Forbidden, "only an administrator")
	if err := r.Act(t.Context(), create, func(*Entry) error { return no }); !errors.Is(err, no) {
		t.Errorf("the act's own fault became %v", err)
	}
	broken := errors.New("broken")
	if err := r.Act(t.Context(), create, func(*Entry) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the act's own error became %v", err)
	}
	var got []string
	for _, x := range all(t, e) {
		got = append(got, fmt.Sprint(x.Outcome, x.Object.ID, x.Details[Fault]))
	}
	if want := []string{"begun", "done01JD", "begun", "refusedforbidden", "begun", "failed"}; !slices.Equal(got, want) {
		t.Errorf("recorded %q, want %q", got, want)
	}
	if len(create.Details) != 1 {
		t.Errorf("the caller's details became %v", create.Details)
	}
	e.Close()
	if err := r.Act(t.Context(), create, func(*Entry) error { t.Error("done without a record"); return nil }); !errors.Is(err, fault.Unavailable) {
		t.Errorf("without a store: %v", err)
	}
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

// The clock of one process may be behind that of another.
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
