package signin_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/seal"
	"respons/internal/signin"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// watched is an engine that notes what it is asked.
type watched struct {
	store.Engine
	mu  sync.Mutex
	ops []string
}

func (w *watched) note(op, collection string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ops = append(w.ops, op+" "+collection)
}

// asked gives what was asked since it was called last.
func (w *watched) asked() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := strings.Join(w.ops, ", ")
	w.ops = nil
	return out
}

func (w *watched) Get(ctx context.Context, c, id string) (store.Record, error) {
	w.note("get", c)
	return w.Engine.Get(ctx, c, id)
}

func (w *watched) Find(ctx context.Context, c string, q store.Query) (store.Page, error) {
	w.note("find", c)
	return w.Engine.Find(ctx, c, q)
}

func (w *watched) Insert(ctx context.Context, c string, r store.Record) error {
	w.note("insert", c)
	return w.Engine.Insert(ctx, c, r)
}

func (w *watched) Replace(ctx context.Context, c string, r store.Record) (int64, error) {
	w.note("replace", c)
	return w.Engine.Replace(ctx, c, r)
}

// sms is a text message that went out.
type sms struct{ to, text string }

// house is a service on a clock that the test moves, with a gateway and a relay that keep what they are given.
type house struct {
	*signin.Service
	store *watched
	file  string // of the embedded store; empty: there is none
	log   *strings.Builder

	mu     sync.Mutex
	clock  time.Time
	texts  []sms
	mails  map[string]signin.Letter
	heard  []string
	broken error // of gateway and relay
	left   bool  // of the day's budget
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

// onBothStores runs a test on SQLite and on MongoDB.
func onBothStores(t *testing.T, test func(*testing.T, *house)) {
	t.Run("SQLite", func(t *testing.T) { test(t, build(t, "")) })
	t.Run("MongoDB", func(t *testing.T) { test(t, build(t, mongotest.Start(t))) })
}

func build(t *testing.T, mongoURI string) *house {
	t.Helper()
	h := &house{clock: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC), mails: map[string]signin.Letter{}, log: new(strings.Builder), left: true}
	var engine store.Engine
	var err error
	if mongoURI != "" {
		engine, err = mongo.Open(t.Context(), mongoURI, "signin")
	} else {
		h.file = filepath.Join(t.TempDir(), "test.db")
		engine, err = sqlite.Open(h.file)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	h.store = &watched{Engine: engine}
	schema := []store.Collection{identity.People, identity.Sessions, identity.Ways, seal.Collection, signin.Fleeting, signin.Credentials}
	if _, err := engine.Prepare(t.Context(), schema, false); err != nil {
		t.Fatal(err)
	}
	var ms table.Mistakes
	life, texts := identity.LoadLifetimes(configs.FS, &ms), signin.LoadTexts(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	key := seal.File{Path: filepath.Join(t.TempDir(), "seal.key")}
	if err := key.Make(); err != nil {
		t.Fatal(err)
	}
	secret := []byte(strings.Repeat("s", 32))
	people := &identity.Directory{Engine: h.store, Known: func(code string) bool { return code == "MBPJ" || code == "MBSA" }, Lifetimes: life, Secret: secret, Now: h.now}
	h.Service = &signin.Service{People: people, Engine: h.store, Vault: &seal.Vault{Engine: h.store, Masters: key, Now: h.now}, Secret: secret, Texts: texts,
		Charge: func(context.Context, int) (bool, error) { return h.left, nil },
		Text: func(_ context.Context, to, text string) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.texts = append(h.texts, sms{to, text})
			return h.broken
		},
		Mail: func(_ context.Context, to string, l signin.Letter) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.mails[to] = l
			return h.broken
		},
		Heard: func(_ context.Context, p identity.Person, way string, in bool) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.heard = append(h.heard, fmt.Sprintf("%s %s %v", p.Name, way, in))
			return nil
		},
		Base: "https://respons.example.my", Prefixes: []string{"+60"}, Cost: signin.Cost{MemoryKiB: 8 << 10, Iterations: 1}, Hashing: make(chan struct{}, 2),
		Log: slog.New(slog.NewTextHandler(h.log, nil)), Now: h.now}
	return h
}

var (
	phone = signin.Client{Kind: identity.App, Device: "phone"}
	page  = signin.Client{Kind: identity.Browser, Device: "Firefox"}
)

// lastCode is the code in the last text message.
func (h *house) lastCode(t *testing.T) string {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.texts) == 0 {
		t.Fatal("no text message went out")
	}
	for _, word := range strings.FieldsFunc(h.texts[len(h.texts)-1].text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) == 6 {
			return word
		}
	}
	t.Fatalf("no code in %q", h.texts[len(h.texts)-1].text)
	return ""
}

// member is a member of staff who can sign in.
type member struct {
	identity.Person
	password, secret string
	recovery         []string
}

const goodPassword = "tangga biru kerusi hujan"

// employs makes a member of staff and lets them accept their invitation.
func (h *house) employs(t *testing.T, email string) member {
	t.Helper()
	p, err := h.People.Add(t.Context(), identity.Person{Role: complaint.Officer, Agency: "MBPJ", Name: "Aina", Lang: "en", Email: email})
	if err != nil {
		t.Fatal(err)
	}
	link := h.invites(t, p)
	seen, err := h.Open(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	m := member{Person: p, password: goodPassword, secret: seen.Secret}
	if _, m.recovery, err = h.Accept(t.Context(), link, signin.Acceptance{Password: m.password, Code: h.code(t, m.secret)}, page); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Minute) // the code just used is not good again
	return m
}

// invites sends an invitation and gives what stands behind # in its link.
func (h *house) invites(t *testing.T, p identity.Person) string {
	t.Helper()
	if _, err := h.Invite(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, after, ok := strings.Cut(h.mails[p.Email].Body, "https://respons.example.my/sign-in/invitation#")
	if !ok {
		t.Fatalf("no link in %q", h.mails[p.Email].Body)
	}
	return strings.Fields(after)[0]
}

// code is what the authenticator app shows now.
func (h *house) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(secret, h.now(), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func is(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}
