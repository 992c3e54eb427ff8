package announce_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/announce"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

// phones takes pushes and counts how often each arrived.
type phones struct {
	mu  sync.Mutex
	got map[string]int // by the message's id
	all []push.Message
}

func (p *phones) Send(_ context.Context, m push.Message) push.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got[m.ID]++
	p.all = append(p.all, m)
	return push.Outcome{State: push.Accepted, ProviderID: "p/1"}
}

// shaky is a store that goes out of reach after so many inserts into the ledger.
type shaky struct {
	store.Engine
	mu   sync.Mutex
	left int // 0: it holds
}

func (s *shaky) Insert(ctx context.Context, collection string, r store.Record) error {
	s.mu.Lock()
	if collection == notify.Ledger.Name && s.left > 0 {
		if s.left--; s.left == 0 {
			s.left = 1
			s.mu.Unlock()
			return fault.New(fault.Unavailable, "out of reach")
		}
	}
	s.mu.Unlock()
	return s.Engine.Insert(ctx, collection, r)
}

func (s *shaky) breaksAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = n
}

type world struct {
	*announce.Board
	store  *shaky
	phones *phones
	now    time.Time
	n      int // people so far
}

type places struct{}

func (places) District(state, name string) string {
	if state == "MY-10" && strings.EqualFold(name, "hulu langat") {
		return "Hulu Langat"
	}
	return ""
}

func (places) Known(code string) bool { return code == "MBPJ" || code == "SUK-SGR" }

func chain(code string) []string {
	return []string{code, "SUK-SGR"}
}

func onBothStores(t *testing.T, test func(t *testing.T, w *world)) {
	eachstore.Run(t, []store.Collection{announce.Collection, announce.Circles, identity.People, identity.Sessions, identity.Ways, identity.Devices, notify.Ledger, notify.PreferencesCollection, notify.Gatherings}, func(t *testing.T, e store.Engine) {
		w := &world{store: &shaky{Engine: e}, phones: &phones{got: map[string]int{}}, now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)}
		w.Board = w.another()
		test(t, w)
	})
}

// another is the board of another process on the same store.
func (w *world) another() *announce.Board {
	now := func() time.Time { return w.now }
	log := slog.New(slog.DiscardHandler)
	teller := &notify.Teller{Engine: w.store, People: &identity.Directory{Engine: w.store, Known: places{}.Known, Now: now}, Sender: w.phones,
		Values: notify.Values{Zone: time.FixedZone("MYT", 8*60*60)}, Log: log, Now: now}
	b := &announce.Board{Engine: w.store, Teller: teller, Places: places{}, Chain: chain, Page: 20, Log: log, Now: now}
	teller.Cancelled = b.IsCancelled
	return b
}

// guests arrive, each with so many devices.
func (w *world) guests(t *testing.T, n, devices int) (ids []string) {
	t.Helper()
	for range n {
		w.n++
		id := complaint.GuestOf(fmt.Sprintf("01JD8Z7S6R4QW2N5X0B3%06d", w.n))
		for d := range devices {
			w.device(t, id, fmt.Sprintf("phone-%d-%d", w.n, d))
		}
		ids = append(ids, id)
	}
	return ids
}

func (w *world) device(t *testing.T, owner, token string) {
	t.Helper()
	if _, err := w.Teller.People.Register(t.Context(), identity.Device{Owner: owner, Token: token, Platform: push.Android, Lang: "ta"}); err != nil {
		t.Fatal(err)
	}
}

func draft() announce.Draft {
	return announce.Draft{Importance: notify.Important, Target: announce.Target{Kind: announce.Everyone}, Until: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC),
		Texts: map[string]notify.Wording{"ms": {Title: "Air terganggu", Body: "Hingga petang."}, "en": {Title: "No water", Body: "Until the evening."},
			"zh": {Title: "停水", Body: "至傍晚。"}, "ta": {Title: "தண்ணீர் இல்லை", Body: "மாலை வரை."}}}
}

var desk = complaint.By{Actor: complaint.Actor{Role: complaint.Desk, ID: "desk"}}

func (w *world) announce(t *testing.T, d announce.Draft) *announce.Announcement {
	t.Helper()
	a, err := w.Announce(t.Context(), d, desk)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) once(t *testing.T) {
	t.Helper()
	if err := w.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// expect compares how many were reached and what stands in the ledger.
func (w *world) expect(t *testing.T, id string, want announce.State, reached int64, pushes map[notify.State]int64) *announce.Announcement {
	t.Helper()
	a, err := w.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := w.Teller.CountOf(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	laid := counts[notify.Inbox][notify.Accepted]
	if a.State != want || a.Reached != reached || laid != reached || fmt.Sprint(counts[notify.Push]) != fmt.Sprint(pushes) {
		t.Errorf("%s, %d reached, %d in inboxes, pushes %v; want %s, %d, %v", a.State, a.Reached, laid, counts[notify.Push], want, reached, pushes)
	}
	return a
}
