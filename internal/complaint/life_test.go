package complaint_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// world is the use cases on a real store with a clock that the test moves and a router that says what it is told.
type world struct {
	*complaint.Cases
	now    time.Time
	answer routing.Decision
}

func (w *world) Route(routing.Question) routing.Decision { return w.answer }
func (w *world) Filing(string) (string, bool, error)     { return "S3", false, nil }
func (w *world) Known(code string) bool                  { return code != "" && code != "NONE" }
func (w *world) Chain(code string) []string {
	if code == "MBPJ" {
		return []string{"MBPJ", "SUK-SGR"}
	}
	return []string{code}
}

// silent hints show that nothing depends on a hint.
type silent struct{}

func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}

// open gives an engine for a test; rapid runs many checks on one.
func open(t *testing.T) store.Engine {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Prepare(t.Context(), []store.Collection{complaint.Collection, complaint.SupportersCollection}, false); err != nil {
		t.Fatal(err)
	}
	return e
}

func newWorld(t *testing.T, e store.Engine) *world {
	t.Helper()
	var ms table.Mistakes
	book, may := sla.Load(configs.FS, &ms), access.Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	w := &world{now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)} // Thursday 10:00 in Malaysia
	w.answer = routing.Decision{Agency: "MBPJ", Category: "LPU01", Auto: true, Place: routing.Place{State: "MY-10"}}
	w.Cases = &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: w.Chain},
		Rules:  complaint.Rules{Book: book, States: func(string) []string { return []string{"MY-10"} }},
		Router: w, Catalogue: w, Register: w, Access: may, Hints: silent{}, Now: func() time.Time { return w.now }}
	return w
}

func (w *world) file(t interface {
	Helper()
	Fatal(...any)
}, key string) *complaint.Complaint {
	t.Helper()
	c, _, err := w.File(context.Background(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms", Citizen: "aminah",
		Request: complaint.NewRequest(key, "aminah", "lampu jalan padam")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func officer(agency string) complaint.By {
	return complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "officer-" + agency, Agency: agency}}
}

var (
	citizen = complaint.By{Actor: complaint.Actor{Role: complaint.CitizenRole, ID: "aminah"}}
	desk    = complaint.By{Actor: complaint.Actor{Role: complaint.Desk, ID: "desk"}}
	boss    = complaint.By{Actor: complaint.Actor{Role: complaint.Supervisor, ID: "boss", Agency: "MBPJ"}}
)

// moves are everything anybody can try, each with arguments that are right in some state.
func (w *world) moves(other string) map[string]func(ctx context.Context, id string) error {
	drop := func(_ *complaint.Complaint, err error) error { return err }
	return map[string]func(ctx context.Context, id string) error{
		"route": func(ctx context.Context, id string) error { return w.Cases.Route(ctx, id) },
		"abstain": func(ctx context.Context, id string) error {
			sure := w.answer
			w.answer.Auto = false
			defer func() { w.answer = sure }()
			return w.Cases.Route(ctx, id)
		},
		"assign": func(ctx context.Context, id string) error { return drop(w.Assign(ctx, id, "MBPJ", "", "", desk)) },
		"accept": func(ctx context.Context, id string) error { return drop(w.Accept(ctx, id, "", officer("MBPJ"))) },
		"return": func(ctx context.Context, id string) error {
			return drop(w.Return(ctx, id, "bukan kami", officer("MBPJ")))
		},
		"start": func(ctx context.Context, id string) error { return drop(w.Start(ctx, id, "", officer("MBPJ"))) },
		"ask": func(ctx context.Context, id string) error {
			return drop(w.Ask(ctx, id, "tiang nombor berapa?", officer("MBPJ")))
		},
		"answer": func(ctx context.Context, id string) error { return drop(w.Answer(ctx, id, "nombor 14", citizen)) },
		"resolve": func(ctx context.Context, id string) error {
			return drop(w.Resolve(ctx, id, "mentol diganti", officer("MBPJ")))
		},
		"close":    func(ctx context.Context, id string) error { return drop(w.Close(ctx, id, citizen)) },
		"reopen":   func(ctx context.Context, id string) error { return drop(w.Reopen(ctx, id, "masih gelap", citizen)) },
		"withdraw": func(ctx context.Context, id string) error { return drop(w.Withdraw(ctx, id, "", citizen)) },
		"reject": func(ctx context.Context, id string) error {
			return drop(w.Reject(ctx, id, "private", "tanya JMB", desk))
		},
		"merge":   func(ctx context.Context, id string) error { return drop(w.Merge(ctx, id, other, desk)) },
		"unmerge": func(ctx context.Context, id string) error { return drop(w.Unmerge(ctx, id, "lain tiang", desk)) },
		"made safe": func(ctx context.Context, id string) error {
			return drop(w.MadeSafe(ctx, id, "", officer("MBPJ")))
		},
		"transfer": func(ctx context.Context, id string) error {
			return drop(w.Transfer(ctx, id, "TNB", "tiang TNB", officer("MBPJ")))
		},
		"transfer back": func(ctx context.Context, id string) error {
			return drop(w.Transfer(ctx, id, "MBPJ", "tiang majlis", officer("TNB")))
		},
		"accept elsewhere": func(ctx context.Context, id string) error { return drop(w.Accept(ctx, id, "", officer("TNB"))) },
		"return elsewhere": func(ctx context.Context, id string) error {
			return drop(w.Return(ctx, id, "bukan kami", officer("TNB")))
		},
		"reply": func(ctx context.Context, id string) error { return drop(w.Reply(ctx, id, "sedang diusahakan", desk)) },
		"extend": func(ctx context.Context, id string) error {
			return drop(w.Extend(ctx, id, w.now.Add(72*time.Hour), "alat ganti", boss))
		},
		"ring": func(ctx context.Context, id string) error { _, _, err := w.Ring(ctx, id); return err },
	}
}

func TestNoSequenceOfMovesLeavesTheTableOrLosesAnEvent(t *testing.T) {
	engine := open(t)
	takeOver := rulesWith(t, "ladder.csv", "*,*,*,150,parent,tell", "*,*,*,150,parent;desk,take_over")
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, engine)
		w.Rules = takeOver
		ctx := t.Context()
		id, other := w.file(rt, "").ID, w.file(rt, "").Number
		moves := w.moves(other)
		names := slices.Sorted(maps.Keys(moves)) // in one order, so that a failure can be played again
		before, err := w.Store.ByID(ctx, id)
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 40).Draw(rt, "moves") {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 60*60*30).Draw(rt, "seconds")) * time.Second)
			name := rapid.SampledFrom(names).Draw(rt, "move")
			err := moves[name](ctx, id)
			if err != nil && fault.KindOf(err) == "" {
				rt.Fatalf("%s of a complaint that is %s: an error without a kind: %v", name, before.State, err)
			}
			after, readErr := w.Store.ByID(ctx, id)
			if readErr != nil {
				rt.Fatal(readErr)
			}
			if err != nil && (after.Rev != before.Rev || len(after.Events) != len(before.Events)) {
				rt.Fatalf("%s was refused (%v) and changed something all the same", name, err)
			}
			checkHistory(rt, before, after)
			before = after
		}
	})
}

// checkHistory proves that after continues before: every old event stands as it stood, each new one follows the table.
func checkHistory(t *rapid.T, before, after *complaint.Complaint) {
	for i, e := range before.Events {
		if after.Events[i].ID != e.ID || after.Events[i].Action != e.Action {
			t.Fatalf("event %d was %s and is %s", i, e.Action, after.Events[i].Action)
		}
	}
	state, merged := complaint.State(""), complaint.State("")
	for i, e := range after.Events {
		to, err := state.Next(e.Action)
		if err != nil {
			t.Fatalf("event %d leaves the table: %v", i, err)
		}
		if e.Action == complaint.Unmerge {
			to = merged
		}
		if e.From != state || e.To != to {
			t.Fatalf("event %d goes from %s to %s; the table says from %s to %s", i, e.From, e.To, state, to)
		}
		if e.Action == complaint.MergeIn {
			merged = state
		}
		if i > 0 && e.At.Before(after.Events[i-1].At) {
			t.Fatalf("event %d lies before the one it follows", i)
		}
		state = to
	}
	if after.State != state {
		t.Fatalf("the complaint is %s, its history ends in %s", after.State, state)
	}
	if after.State.Open() && after.Class != "" && after.State != complaint.Waiting && len(after.Clocks) == 0 {
		t.Fatalf("an open complaint (%s) has no clocks", after.State)
	}
}

func TestTheSameRequestMakesOneComplaint(t *testing.T) {
	w := newWorld(t, open(t))
	first := w.file(t, "key-1")
	again, repeated, err := w.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms", Citizen: "aminah",
		Request: complaint.NewRequest("key-1", "aminah", "lampu jalan padam")})
	if err != nil || !repeated || again.ID != first.ID {
		t.Errorf("the repeat gave %v, repeated %v, %v", again, repeated, err)
	}
	_, _, err = w.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lubang", Lang: "ms", Citizen: "aminah",
		Request: complaint.NewRequest("key-1", "aminah", "lubang")})
	if !errors.Is(err, fault.Mismatch) {
		t.Errorf("another body under the same key: %v", err)
	}
	w.now = w.now.Add(30 * 24 * time.Hour) // of a phone without a line for weeks
	if late := w.file(t, "key-1"); late.ID != first.ID {
		t.Error("the same request is a second complaint after 30 days")
	}
	other, repeated, err := w.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lubang", Lang: "ms", Citizen: "aminah",
		Request: complaint.NewRequest("key-1", "aminah", "lubang")})
	if err != nil || repeated || other.ID == first.ID {
		t.Errorf("another request with an old key: %v, repeated %v, %v", other, repeated, err)
	}
	w.now = w.now.Add(30*24*time.Hour + time.Second)
	if fresh, repeated, err := w.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lubang", Lang: "ms", Citizen: "aminah",
		Request: complaint.NewRequest("key-1", "aminah", "lubang")}); err != nil || repeated || fresh.ID == other.ID {
		t.Errorf("a key is still remembered after 30 days: repeated %v, %v", repeated, err)
	}
}

func TestARepeatedMoveIsCarriedOutOnce(t *testing.T) {
	w := newWorld(t, open(t))
	id := w.file(t, "").ID
	if err := w.Cases.Route(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	by := officer("MBPJ")
	by.Request = complaint.NewRequest("k", "officer/accept", "body")
	first, err := w.Accept(t.Context(), id, "", by)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.Accept(t.Context(), id, "", by)
	if err != nil || second.Rev != first.Rev {
		t.Errorf("the repeat: revision %d after %d, %v", second.Rev, first.Rev, err)
	}
	by.Request = complaint.NewRequest("k", "officer/accept", "another body")
	if _, err := w.Accept(t.Context(), id, "", by); !errors.Is(err, fault.Mismatch) {
		t.Errorf("another body under the same key: %v", err)
	}
}
