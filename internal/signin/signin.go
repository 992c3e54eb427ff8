// Package signin lets people in: citizens by a code to their phone, by Firebase or by an OIDC provider; staff by password
// and a second factor, by single sign-on, or the first time by an invitation. Whoever is let in gets a session of package
// identity.
package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// Service lets people in. A part that the settings do not name is nil, and what needs it says so.
type Service struct {
	People *identity.Directory
	Engine store.Engine
	Vault  Vault
	Secret []byte // of the ids and hashes that are stored
	Texts  *Texts

	Text      func(ctx context.Context, to, text string) error     // by SMS
	Mail      func(ctx context.Context, to string, l Letter) error // by e-mail
	Charge    func(ctx context.Context, segments int) (bool, error)
	Firebase  Verifier
	Providers map[string]Provider // by name

	Base     string   // address under which browsers reach the product, without a slash at its end
	Laptop   bool     // codes and links go to the log where nothing carries them, and a password alone is enough
	Prefixes []string // of telephone numbers that get codes, such as +60
	Cost     Cost

	// Heard records that a member of staff signed in, or that somebody tried to; the zero Person: under an address that is
	// nobody's. Its error keeps them out.
	Heard func(ctx context.Context, p identity.Person, way string, in bool) error
	Log   *slog.Logger
	Now   func() time.Time

	Hashing chan struct{} // its capacity bounds how many passwords are hashed at once; each takes the memory of Cost

	decoying sync.Mutex
	decoy    credentials // of nobody: what is looked at where there is nobody to look at
}

// Vault seals factors under a key of each member of staff.
type Vault interface {
	Seal(ctx context.Context, person, field string, plain []byte) ([]byte, error)
	Open(ctx context.Context, person, field string, sealed []byte) ([]byte, error)
}

// Client is from where somebody signs in.
type Client struct {
	Kind    identity.SessionKind
	Device  string           // what the client calls itself; may be empty
	Current identity.Person  // who is signed in there already; the zero Person: nobody
	Session identity.Session // by which they are
}

// In is a sign-in that succeeded. Where somebody who was signed in added a way in, the session goes on: Token is empty.
type In struct {
	Person  identity.Person
	Session identity.Session
	Token   string
	New     bool // an account was made
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// digest is a keyed hash for one purpose: what is stored under it tells nothing to whoever has the store alone.
func (s *Service) digest(purpose, value string) string {
	m := hmac.New(sha256.New, s.Secret)
	m.Write([]byte("sign-in:" + purpose + ":" + value))
	return hex.EncodeToString(m.Sum(nil))
}

// begin makes the session. One that the same browser had before ends, so that nobody goes on under a token that another
// may have put there.
func (s *Service) begin(ctx context.Context, p identity.Person, way string, c Client) (In, error) {
	session, token, err := s.People.Begin(ctx, p, identity.Session{Kind: c.Kind, Way: way, Device: c.Device})
	if err != nil {
		return In{}, err
	}
	if c.Kind == identity.Browser && c.Session.Kind == identity.Browser {
		if err := s.People.End(ctx, c.Current.ID, c.Session.ID); err != nil && !errors.Is(err, fault.NotFound) {
			return In{}, err
		}
	}
	return In{Person: p, Session: session, Token: token}, nil
}

// citizen lets in whoever proved to be the subject of a way. Somebody who is signed in adds the way to their account;
// fault.Conflict where it leads into another. Who comes for the first time gets an account.
func (s *Service) citizen(ctx context.Context, kind, provider, subject, lang string, c Client) (In, error) {
	if c.Current.ID != "" {
		if c.Current.Role != complaint.CitizenRole {
			return In{}, fault.New(fault.Forbidden, "this way in is for citizens; sign out first")
		}
		return In{Person: c.Current, Session: c.Session}, s.People.Join(ctx, c.Current.ID, kind, provider, subject)
	}
	p, err := s.People.ByWay(ctx, kind, subject)
	if err == nil {
		return s.begin(ctx, p, kind, c)
	}
	if !errors.Is(err, fault.NotFound) {
		return In{}, err
	}
	if p, err = s.People.Add(ctx, identity.Person{Role: complaint.CitizenRole, Lang: lang}); err != nil {
		return In{}, err
	}
	err = s.People.Join(ctx, p.ID, kind, provider, subject)
	if errors.Is(err, fault.Conflict) { // they came by two doors at this moment
		if err := s.People.Remove(ctx, p.ID); err != nil {
			return In{}, err
		}
		if p, err = s.People.ByWay(ctx, kind, subject); err != nil {
			return In{}, err
		}
		return s.begin(ctx, p, kind, c)
	}
	if err != nil {
		return In{}, err
	}
	in, err := s.begin(ctx, p, kind, c)
	in.New = true
	return in, err
}
