package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"respons/internal/fault"
	"respons/internal/store"
)

// SessionKind is what holds the token of a session.
type SessionKind string

// The kinds.
const (
	Browser SessionKind = "browser" // a cookie
	App     SessionKind = "app"     // an app, after a sign-in
	Token   SessionKind = "token"   // whoever it was handed to: an account opened without a name, a script
)

// Session is one sign-in that lasts. Its token is 256 random bits, shown once.
type Session struct {
	ID     string      `json:"id"` // SHA-256 of the token, hexadecimal: a stolen store signs nobody in
	Person string      `json:"person"`
	Kind   SessionKind `json:"kind"`
	Way    string      `json:"way,omitempty"`    // how it began: phone, firebase, oidc, password; empty: the token was handed out
	Device string      `json:"device,omitempty"` // what the client calls itself, up to 60 characters
	Began  time.Time   `json:"began"`
	Seen   time.Time   `json:"seen"` // last use, as exactly as the lifetime's Step
}

// Sessions is how sessions are stored.
var Sessions = store.Collection{Name: "sessions", Indexes: []store.Index{
	{Name: "person", Fields: []string{"person", "began"}},
	{Name: "ends", Fields: []string{"ends"}},
}}

// maxDevice is how many characters of a device's label are kept.
const maxDevice = 60

// Ended is the cause in the fault of a token whose session was over. It is no guess.
var Ended = errors.New("the session is over") //nolint:errname // reads as identity.Ended

// Begin makes a session of a person and gives its token. Kind, Way and Device are taken from s.
func (d *Directory) Begin(ctx context.Context, p Person, s Session) (Session, string, error) {
	token := newToken()
	s, err := d.begin(ctx, p, s, token)
	return s, token, err
}

func (d *Directory) begin(ctx context.Context, p Person, s Session, token string) (Session, error) {
	now := d.now()
	s.ID, s.Person, s.Began, s.Seen = hash(token), p.ID, now, now
	s.Device = label(s.Device)
	rec, err := d.session(s, p)
	if err != nil {
		return s, err
	}
	if err := d.Engine.Insert(ctx, Sessions.Name, rec); err != nil {
		return s, fmt.Errorf("begin session: %w", err)
	}
	return s, nil
}

// Authenticate gives whose token it is, and their session; fault.Unauthorized, with Ended in it where there was one.
func (d *Directory) Authenticate(ctx context.Context, token string) (Person, Session, error) {
	p, s, err := d.byToken(ctx, token)
	if d.Attempted == nil || err != nil && !errors.Is(err, fault.Unauthorized) || errors.Is(err, Ended) {
		return p, s, err
	}
	if unheard := d.Attempted(ctx, p, err == nil); unheard != nil {
		return Person{}, Session{}, fmt.Errorf("sign in: %w", unheard)
	}
	return p, s, err
}

// byToken asks the store each time, so that a session that was ended is refused by every process from that moment.
func (d *Directory) byToken(ctx context.Context, token string) (Person, Session, error) {
	p, s, rev, err := d.live(ctx, hash(token))
	if err != nil {
		return Person{}, Session{}, err
	}
	now := d.now()
	if now.Sub(s.Seen) < d.Lifetimes.Of(p.Role, s.Kind).Step {
		return p, s, nil
	}
	s.Seen = now
	return p, s, d.see(ctx, s, p, rev)
}

// Lives is nil while a session is not over, for answers that go on for long; they are no use of it. fault.Unauthorized.
func (d *Directory) Lives(ctx context.Context, id string) error {
	_, _, _, err := d.live(ctx, id)
	return err
}

// live reads a session that is not over, and whose it is; fault.Unauthorized.
func (d *Directory) live(ctx context.Context, id string) (p Person, s Session, rev int64, err error) {
	unknown := fault.New(fault.Unauthorized, "the token is not known; sign in again")
	rec, err := d.Engine.Get(ctx, Sessions.Name, id)
	if errors.Is(err, fault.NotFound) {
		return p, s, 0, unknown
	}
	if err != nil {
		return p, s, 0, err
	}
	if s, err = decodeSession(rec); err != nil {
		return p, s, 0, err
	}
	p, err = d.ByID(ctx, s.Person)
	if errors.Is(err, fault.NotFound) {
		return p, s, 0, unknown // the account was closed
	}
	if err != nil {
		return p, s, 0, err
	}
	if p.Inactive || !d.now().Before(s.ends(d.Lifetimes.Of(p.Role, s.Kind))) {
		return p, s, 0, fault.Wrap(fault.Unauthorized, Ended, "your session is over; sign in again")
	}
	return p, s, rec.Rev, nil
}

// see notes that a session was used.
func (d *Directory) see(ctx context.Context, s Session, p Person, rev int64) error {
	rec, err := d.session(s, p)
	if err != nil {
		return err
	}
	rec.Rev = rev
	switch _, err := d.Engine.Replace(ctx, Sessions.Name, rec); {
	case errors.Is(err, fault.Stale): // another request of the same session noted it
		return nil
	case errors.Is(err, fault.NotFound):
		return fault.New(fault.Unauthorized, "your session was ended; sign in again")
	default:
		return err
	}
}

// ends is when a session is over unless it is used.
func (s Session) ends(l Lifetime) time.Time {
	idle, absolute := s.Seen.Add(l.Idle), s.Began.Add(l.Absolute)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

// SessionsOf lists a person's sessions that are not over, the latest first, up to 100.
func (d *Directory) SessionsOf(ctx context.Context, p Person) ([]Session, error) {
	page, err := d.Engine.Find(ctx, Sessions.Name, store.Query{Index: "person", Equal: []any{p.ID}, Desc: true})
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	var out []Session
	for _, rec := range page.Records {
		s, err := decodeSession(rec)
		if err != nil {
			return nil, err
		}
		if d.now().Before(s.ends(d.Lifetimes.Of(p.Role, s.Kind))) {
			out = append(out, s)
		}
	}
	return out, nil
}

// End ends one session of a person, in every process at once; fault.NotFound where they have no such session.
func (d *Directory) End(ctx context.Context, person, id string) error {
	none := fault.New(fault.NotFound, "you have no such session; it may be over already")
	rec, err := d.Engine.Get(ctx, Sessions.Name, id)
	if errors.Is(err, fault.NotFound) {
		return none
	}
	if err != nil {
		return err
	}
	s, err := decodeSession(rec)
	if err != nil {
		return err
	}
	if s.Person != person {
		return none
	}
	err = d.Engine.Delete(ctx, Sessions.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return none
	}
	return err
}

// EndAll ends every session of a person but those named; again is harmless.
func (d *Directory) EndAll(ctx context.Context, person string, but ...string) error {
	return d.deleteEach(ctx, store.Query{Index: "person", Equal: []any{person}}, but...)
}

// keepEnded is how long a session that is over stays known, so that whoever still comes with it is told so and not
// taken for somebody who guesses.
const keepEnded = 7 * 24 * time.Hour

// Sweep deletes sessions that have been over for a week.
func (d *Directory) Sweep(ctx context.Context) error {
	return d.deleteEach(ctx, store.Query{Index: "ends", To: d.now().Add(-keepEnded).UnixMilli()})
}

func (d *Directory) deleteEach(ctx context.Context, q store.Query, but ...string) error {
	for {
		page, err := d.Engine.Find(ctx, Sessions.Name, q)
		if err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		for _, rec := range page.Records {
			if slices.Contains(but, rec.ID) {
				continue
			}
			if err := d.Engine.Delete(ctx, Sessions.Name, rec.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("end session: %w", err)
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

func (d *Directory) session(s Session, p Person) (store.Record, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode session: %w", err)
	}
	return store.Record{ID: s.ID, Body: body, Keys: store.Keys{"person": s.Person, "began": s.Began.UnixMilli(),
		"ends": s.ends(d.Lifetimes.Of(p.Role, s.Kind)).UnixMilli()}}, nil
}

func decodeSession(rec store.Record) (s Session, err error) {
	if err := json.Unmarshal(rec.Body, &s); err != nil {
		return s, fmt.Errorf("decode session: %w", err)
	}
	return s, nil
}

// CSRFToken is what every form of a page sends back in its field csrf, derived from the session's token: whoever cannot
// read the cookie cannot know it, and nothing need be kept.
func CSRFToken(token string) string { return hash("csrf:" + token) }

// label makes what a client calls itself fit to be shown.
func label(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > maxDevice {
		s = string(r[:maxDevice])
	}
	return strings.TrimSpace(s)
}

// newToken gives 256 random bits in 52 characters.
func newToken() string {
	var raw [32]byte
	rand.Read(raw[:])
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:]))
}
