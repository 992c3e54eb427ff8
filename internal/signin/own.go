package signin

import (
	"context"
	"errors"
	"time"

	"respons/internal/fault"
	"respons/internal/identity"
)

// again lets somebody who is signed in do what needs their password once more: a browser that was left open is not
// enough. Tries count as at the door; fault.Forbidden where it is wrong.
func (s *Service) again(ctx context.Context, p identity.Person, password string) (credentials, error) {
	if err := s.attempt(ctx, p.Email); err != nil {
		return credentials{}, err
	}
	c, err := s.credentialsOf(ctx, p.ID)
	if errors.Is(err, fault.NotFound) {
		return c, fault.New(fault.Conflict, "you have no password; ask an administrator for an invitation")
	}
	if err != nil {
		return c, err
	}
	same, _, err := s.matches(ctx, password, c.Password)
	if err != nil {
		return c, err
	}
	if !same {
		if err := s.Heard(ctx, p, Password, false); err != nil {
			return c, err
		}
		return c, fault.New(fault.Forbidden, "this is not your present password")
	}
	return c, s.forgive(ctx, p.Email)
}

// SetPassword changes somebody's own password and ends their other sessions. fault.Forbidden where the old one is wrong,
// fault.Invalid where the new one would soon be guessed.
func (s *Service) SetPassword(ctx context.Context, p identity.Person, session, old, password string) error {
	if err := weak(password, p); err != nil {
		return err
	}
	c, err := s.again(ctx, p, old)
	if err != nil {
		return err
	}
	if c.Password, err = s.hash(ctx, password); err != nil {
		return err
	}
	c.Changed = s.now()
	if err := s.keep(ctx, p.ID, c); err != nil {
		return err
	}
	return s.People.EndAll(ctx, p.ID, session)
}

// pendingFactor is a second factor that was shown and not confirmed yet.
type pendingFactor struct {
	Ends   time.Time `json:"ends"`
	Factor []byte    `json:"factor"` // sealed
}

const pendingField = "pending second factor"

// NewFactor begins to change somebody's own second factor, as for a new phone: what it gives is good for a quarter of an
// hour, and counts once ConfirmFactor was given a code of it.
func (s *Service) NewFactor(ctx context.Context, p identity.Person, password string) (Enrolment, error) {
	if _, err := s.again(ctx, p, password); err != nil {
		return Enrolment{}, err
	}
	secret, err := newFactor()
	if err != nil {
		return Enrolment{}, err
	}
	pending := pendingFactor{Ends: s.now().Add(15 * time.Minute)}
	if pending.Factor, err = s.Vault.Seal(ctx, p.ID, pendingField, []byte(secret)); err != nil {
		return Enrolment{}, err
	}
	id := "factor:" + p.ID
	if err := s.drop(ctx, id); err != nil {
		return Enrolment{}, err
	}
	if err := s.save(ctx, fleeting{id: id, ends: pending.Ends}, pending); err != nil {
		return Enrolment{}, err
	}
	return enrolment(secret, p.Email)
}

// ConfirmFactor puts the new second factor in the place of the old one, and new recovery codes in that of the old ones,
// which it gives this once. fault.Invalid where the code is wrong, fault.NotFound where none was begun.
func (s *Service) ConfirmFactor(ctx context.Context, p identity.Person, code string) (recovery []string, err error) {
	var pending pendingFactor
	f, err := s.load(ctx, "factor:"+p.ID, &pending)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "no new second factor waits to be confirmed, or it waited too long; begin again")
	}
	if err != nil {
		return nil, err
	}
	secret, err := s.Vault.Open(ctx, p.ID, pendingField, pending.Factor)
	if err != nil {
		return nil, err
	}
	n, err := step(string(secret), plainCode(code), s.now(), 0)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errCode
	}
	c, err := s.credentialsOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if err := s.take(ctx, f); err != nil {
		return nil, err
	}
	if c.Factor, err = s.Vault.Seal(ctx, p.ID, factorField, secret); err != nil {
		return nil, err
	}
	c.Step = n
	recovery, c.Recovery = s.newRecovery(p.ID)
	return recovery, s.keep(ctx, p.ID, c)
}

// NewRecovery puts new recovery codes in the place of the old ones, which are worth nothing any more.
func (s *Service) NewRecovery(ctx context.Context, p identity.Person, password string) (recovery []string, err error) {
	c, err := s.again(ctx, p, password)
	if err != nil {
		return nil, err
	}
	if len(c.Factor) == 0 {
		return nil, fault.New(fault.Conflict, "you have no second factor to be recovered; set one up first")
	}
	recovery, c.Recovery = s.newRecovery(p.ID)
	return recovery, s.keep(ctx, p.ID, c)
}

// Secured says what somebody has to sign in with.
type Secured struct {
	Password bool
	Factor   bool
	Recovery int // codes that are left
	Changed  time.Time
}

// Secured looks at somebody's credentials.
func (s *Service) Secured(ctx context.Context, person string) (Secured, error) {
	c, err := s.credentialsOf(ctx, person)
	if errors.Is(err, fault.NotFound) {
		return Secured{}, nil
	}
	return Secured{Password: c.Password != "", Factor: len(c.Factor) > 0, Recovery: len(c.Recovery), Changed: c.Changed}, err
}
