package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// provider answers pushes as a test says, and keeps what it was given.
type provider struct {
	mu      sync.Mutex
	answers []push.Outcome // in turn; afterwards every push is accepted
	got     []push.Message
}

func (p *provider) Send(_ context.Context, m push.Message) push.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, m)
	if len(p.answers) == 0 {
		return push.Outcome{State: push.Accepted, ProviderID: "p/1"}
	}
	a := p.answers[0]
	p.answers = p.answers[1:]
	return a
}

type bench struct {
	*notify.Teller
	provider *provider
	now      time.Time
	id       string
}

type still struct{}

func (still) Route(context.Context, string, int64)            {}
func (still) Tell(context.Context, string, int64)             {}
func (still) Timer(context.Context, string, int64, time.Time) {}

func (b *bench) Filing(string) (string, bool, error) { return "S3", false, nil }
func (b *bench) Known(string) bool                   { return true }
func (b *bench) Chain(code string) []string          { return []string{code, "SUK-SGR"} }

type always struct{ routing.Decision }

func (a always) Route(routing.Question) routing.Decision { return a.Decision }

// newBench files one complaint of a guest with one phone, and routes it to MBPJ.
func newBench(t *testing.T, answers ...push.Outcome) *bench {
	t.Helper()
	engine, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	return newBenchOn(t, engine, answers...)
}

func newBenchOn(t *testing.T, engine store.Engine, answers ...push.Outcome) *bench {
	t.Helper()
	var ms table.Mistakes
	book, rules, texts := sla.Load(configs.FS, &ms), notify.LoadRules(configs.FS, &ms), notify.LoadTexts(configs.FS, &ms)
	texting, frames := notify.LoadSMS(configs.FS, rules, &ms), notify.LoadFrames(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	if _, err := engine.Prepare(t.Context(), []store.Collection{complaint.Collection, complaint.SupportersCollection, identity.People, identity.Sessions, identity.Ways, identity.Devices, notify.Ledger, notify.PreferencesCollection, notify.Gatherings, notify.TargetCollection}, false); err != nil {
		t.Fatal(err)
	}
	b := &bench{provider: &provider{answers: answers}, now: time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)}
	now := func() time.Time { return b.now }
	people := &identity.Directory{Engine: engine, Known: b.Known, Now: now}
	cases := &complaint.Cases{Store: complaint.Repository{Engine: engine, Chain: b.Chain},
		Rules:  complaint.Rules{Book: book, States: func(string) []string { return []string{"MY-10"} }},
		Router: always{routing.Decision{Agency: "MBPJ", Category: "LPU01", Auto: true}}, Catalogue: b, Register: b, Access: access.Load(configs.FS, &ms), Hints: still{}, Now: now}
	b.Teller = &notify.Teller{Cases: cases, People: people, Engine: engine, Rules: rules, Texts: texts, SMS: texting, Frames: frames, Sender: b.provider,
		Values: notify.Values{Zone: time.UTC, Agency: func(code, _ string) string { return code }, Category: func(code, _ string) string { return code }},
		Parent: func(string) string { return "SUK-SGR" }, Log: slog.New(slog.DiscardHandler), Now: now}
	c, _, err := cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
	if err != nil {
		t.Fatal(err)
	}
	b.id = c.ID
	if _, err := people.Register(t.Context(), identity.Device{Owner: c.Citizen, Token: "fcm-token", Platform: "android", Lang: "ta"}); err != nil {
		t.Fatal(err)
	}
	if err := cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) rows(t *testing.T) map[string]*notify.Row {
	t.Helper()
	list, err := b.Of(t.Context(), b.id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*notify.Row{}
	for _, r := range list {
		out[r.Event+"/"+r.Audience+"/"+string(r.Channel)] = r
	}
	return out
}

func TestEveryoneIsToldOnceInTheirLanguageHoweverOftenItIsAskedFor(t *testing.T) {
	b := newBench(t)
	for range 3 {
		if err := b.Tell(t.Context(), b.id); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.provider.got); n != 2 {
		t.Fatalf("%d pushes; want the receipt and the agency", n)
	}
	for _, m := range b.provider.got {
		if !strings.ContainsFunc(m.Title+m.Body, func(r rune) bool { return r >= 'அ' && r <= '௺' }) {
			t.Errorf("a Tamil phone shows %q, %q", m.Title, m.Body)
		}
	}
	rows := b.rows(t)
	if r := rows["routed/citizen/inbox"]; r == nil || r.State != notify.Accepted || !strings.Contains(r.Title+r.Body, "MBPJ") {
		t.Errorf("the inbox: %+v", r)
	}
	if r := rows["routed/supervisor/inbox"]; r == nil || r.State != notify.Dropped || r.Why == "" {
		t.Errorf("nobody supervises MBPJ here, and the ledger says %+v", r)
	}
}

func TestARefusalThatPassesIsTriedAgainUnderTheSameIDWhenTheProviderSaid(t *testing.T) {
	b := newBench(t, push.Outcome{State: push.Retry, After: 10 * time.Minute, Err: errors.New("503")})
	if err := b.Tell(t.Context(), b.id); err != nil {
		t.Fatal(err)
	}
	first := b.provider.got[0]
	for _, step := range []struct {
		after time.Duration
		sends int
	}{{9 * time.Minute, 0}, {time.Minute, 1}, {time.Hour, 0}} {
		b.now = b.now.Add(step.after)
		if n, err := b.Resend(t.Context()); err != nil || n != step.sends {
			t.Fatalf("at %s: %d sent, want %d, %v", b.now, n, step.sends, err)
		}
	}
	if last := b.provider.got[len(b.provider.got)-1]; last.ID != first.ID {
		t.Errorf("sent as %s and again as %s: the phone would show both", first.ID, last.ID)
	}
	if r := b.rows(t)["received/citizen/push"]; r.State != notify.Accepted || r.Attempts != 2 {
		t.Errorf("the ledger says %+v", r)
	}
}

func TestADeviceThatIsGoneIsForgotten(t *testing.T) {
	b := newBench(t, push.Outcome{State: push.Unregistered, Err: errors.New("404")})
	if err := b.Tell(t.Context(), b.id); err != nil {
		t.Fatal(err)
	}
	devices, err := b.People.DevicesOf(t.Context(), complaint.GuestOf(b.id))
	if err != nil || len(devices) != 0 || len(b.provider.got) != 1 {
		t.Errorf("devices %v, %v; %d pushes", devices, err, len(b.provider.got))
	}
	if r := b.rows(t)["received/citizen/push"]; r.State != notify.Failed {
		t.Errorf("the ledger says %+v", r)
	}
}

// dying is a provider whose process is killed after the push went out and before the ledger knows.
type dying struct{ *provider }

func (d dying) Send(ctx context.Context, m push.Message) push.Outcome {
	d.provider.Send(ctx, m)
	panic("killed")
}

func TestACrashBetweenPushAndLedgerSendsAgainUnderTheSameID(t *testing.T) {
	b := newBench(t)
	b.Sender = dying{b.provider}
	func() {
		defer func() { recover() }()
		b.Tell(t.Context(), b.id)
	}()
	b.Sender = b.provider
	if err := b.Tell(t.Context(), b.id); err != nil { // whoever comes next leaves the leased row alone
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	if n, err := b.Resend(t.Context()); err != nil || n != 1 {
		t.Fatalf("after the lease %d are sent, %v", n, err)
	}
	ids := map[string]int{}
	for _, m := range b.provider.got {
		ids[m.ID]++
	}
	if len(ids) != 2 || len(b.provider.got) != 3 {
		t.Errorf("pushes by id: %v", ids)
	}
}
