package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// InvitationLasts is how long a link is good.
const InvitationLasts = 72 * time.Hour

// Paths of the pages that links lead to. The secret stands behind #: browsers send it to no server and put it into no log.
const (
	InvitationPath = "/sign-in/invitation#"
	FirstPath      = "/sign-in/first#"
)

// invitation lets a member of staff choose a password and set up a second factor, once. Its id is a hash of the link's
// secret.
type invitation struct {
	Ends   time.Time `json:"ends"`
	Person string    `json:"person"`
	Factor []byte    `json:"factor"` // secret of the second factor to come, sealed
}

const invitedField = "invited second factor"

// Invite sends a member of staff a link by e-mail, good once and for 72 hours; links sent before are worth nothing any
// more. It also serves whoever forgot the password or lost the phone. fault.Conflict where they have no address or are not
// active, or no relay is set, fault.Unavailable where it does not answer.
func (s *Service) Invite(ctx context.Context, p identity.Person) (expires time.Time, err error) {
	switch {
	case !p.Actor().Staff() || p.Inactive:
		return expires, fault.New(fault.Conflict, "only active members of staff can be invited")
	case p.Email == "":
		return expires, fault.New(fault.Conflict, "this member of staff has no e-mail address; give one first")
	case s.Mail == nil && !s.Laptop:
		return expires, fault.New(fault.Conflict, "no e-mail can be sent here; SMTP_URL is not set")
	}
	link, expires, err := s.invite(ctx, p, InvitationPath)
	if err != nil {
		return expires, err
	}
	if s.Mail == nil {
		s.Log.InfoContext(ctx, "invitation; no mail relay is set", "person", p.ID, "link", link)
		return expires, nil
	}
	if err := s.Mail(ctx, p.Email, s.Texts.Invitation(p.Lang, p.Name, link, int(InvitationLasts.Hours()))); err != nil {
		return expires, fault.Wrap(fault.Unavailable, err, "the e-mail could not be sent; try again later")
	}
	return expires, nil
}

// First makes the link of the first administrator, who has no address yet and is shown it by the program itself.
func (s *Service) First(ctx context.Context, p identity.Person) (link string, err error) {
	link, _, err = s.invite(ctx, p, FirstPath)
	return link, err
}

func (s *Service) invite(ctx context.Context, p identity.Person, path string) (link string, expires time.Time, err error) {
	if err := s.uninvite(ctx, p.ID); err != nil {
		return "", expires, err
	}
	secret, err := newFactor()
	if err != nil {
		return "", expires, err
	}
	i := invitation{Ends: s.now().Add(InvitationLasts), Person: p.ID}
	if i.Factor, err = s.Vault.Seal(ctx, p.ID, invitedField, []byte(secret)); err != nil {
		return "", expires, err
	}
	token := strings.ToLower(rand.Text()) // 130 random bits
	err = s.save(ctx, fleeting{id: invitationID(token), ends: i.Ends, person: p.ID}, i)
	return s.Base + path + token, i.Ends, err
}

// uninvite makes somebody's links worth nothing; again is harmless.
func (s *Service) uninvite(ctx context.Context, person string) error {
	return s.dropEach(ctx, store.Query{Index: "person", Equal: []any{person}})
}

func invitationID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "invitation:" + hex.EncodeToString(sum[:])
}

// Invited is what the page behind a link shows.
type Invited struct {
	Person identity.Person
	Enrolment
	Expires time.Time
	Factor  bool // a code of the app must be given; false only in a demonstration
}

var (
	errLink = fault.New(fault.NotFound, "this link is used, replaced or over; ask an administrator for a new one")
	errCode = &fault.Error{Kind: fault.Invalid, Detail: "the code is wrong; look at the authenticator app again, and whether the phone's clock is right",
		Fields: []fault.Field{{Path: "body.code", Text: "is not what the authenticator app shows"}}}
)

// Open looks at an invitation; it can be looked at as often as one likes. fault.NotFound.
func (s *Service) Open(ctx context.Context, token string) (Invited, error) {
	i, p, secret, _, err := s.open(ctx, token)
	if err != nil {
		return Invited{}, err
	}
	account := p.Email
	if account == "" {
		account = "administrator"
	}
	e, err := enrolment(secret, account)
	return Invited{Person: p, Enrolment: e, Expires: i.Ends, Factor: !s.Laptop}, err
}

func (s *Service) open(ctx context.Context, token string) (i invitation, p identity.Person, secret string, f fleeting, err error) {
	f, err = s.load(ctx, invitationID(strings.TrimSpace(token)), &i)
	if errors.Is(err, fault.NotFound) {
		return i, p, "", f, errLink
	}
	if err != nil {
		return i, p, "", f, err
	}
	p, err = s.People.ByID(ctx, i.Person)
	if errors.Is(err, fault.NotFound) || err == nil && p.Inactive {
		return i, p, "", f, errLink
	}
	if err != nil {
		return i, p, "", f, err
	}
	raw, err := s.Vault.Open(ctx, p.ID, invitedField, i.Factor)
	return i, p, string(raw), f, err
}

// Acceptance is what a member of staff chooses.
type Acceptance struct {
	Email    string // only of the first administrator, who has none yet
	Password string
	Code     string // of the authenticator app; may be empty in a demonstration
}

// Accept carries out an invitation: password and second factor are set, and they are signed in. It gives the recovery
// codes this once. Whoever had a password before is signed out everywhere else. fault.NotFound where the link is over or
// was used, fault.Invalid with what to choose otherwise.
func (s *Service) Accept(ctx context.Context, token string, a Acceptance, client Client) (in In, recovery []string, err error) {
	_, p, secret, f, err := s.open(ctx, token)
	if err != nil {
		return in, nil, err
	}
	if p.Email == "" {
		if a.Email == "" {
			return in, nil, fault.New(fault.Invalid, "give the e-mail address with which you want to sign in")
		}
		p.Email = strings.ToLower(strings.TrimSpace(a.Email))
	}
	if err := weak(a.Password, p); err != nil {
		return in, nil, err
	}
	c := credentials{Changed: s.now()}
	if c.Password, err = s.hash(ctx, a.Password); err != nil {
		return in, nil, err
	}
	if a.Code != "" || !s.Laptop {
		if c.Step, err = step(secret, plainCode(a.Code), s.now(), 0); err != nil {
			return in, nil, err
		}
		if c.Step == 0 {
			return in, nil, errCode
		}
		if c.Factor, err = s.Vault.Seal(ctx, p.ID, factorField, []byte(secret)); err != nil {
			return in, nil, err
		}
		recovery, c.Recovery = s.newRecovery(p.ID)
	}
	email := p.Email // before the link is used up: another may have the address
	if p, err = s.People.Change(ctx, p.ID, func(p *identity.Person) error { p.Email = email; return nil }); err != nil {
		return in, nil, err
	}
	if err := s.take(ctx, f); errors.Is(err, fault.NotFound) {
		return in, nil, errLink
	} else if err != nil {
		return in, nil, err
	}
	if err := s.set(ctx, p.ID, c); err != nil {
		return in, nil, err
	}
	in, err = s.let(ctx, p, "invitation", client)
	return in, recovery, err
}

// set puts new credentials in the place of the old ones; whoever came in by the old ones is signed out.
func (s *Service) set(ctx context.Context, person string, c credentials) error {
	for {
		old, err := s.credentialsOf(ctx, person)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		c.rev = old.rev
		if err = s.keep(ctx, person, c); errors.Is(err, fault.Stale) {
			continue
		}
		if err != nil || old.rev == 0 {
			return err
		}
		return s.People.EndAll(ctx, person)
	}
}
