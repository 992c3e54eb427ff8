package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"respons/internal/fault"
	"respons/internal/identity"
)

// nobody is the id of whom is looked at where an e-mail address is nobody's. No person has it: theirs are ULIDs.
const nobody = "nobody"

// Password is the way of a session that began with e-mail, password and second factor.
const Password = "password"

// errStaff is the one answer to whatever is wrong, so that nobody learns which part was, or who works here.
var errStaff = fault.New(fault.Unauthorized, "the e-mail address, the password or the code is wrong; a code of the app is good once. Ask an administrator for a new invitation if you cannot get in")

// Staff lets in a member of staff by e-mail, password and a code of the authenticator app or a recovery code, all in one
// step. Whatever is wrong, the same work is done and the same answer given: fault.Unauthorized, or fault.TooMany after too
// many wrong tries.
func (s *Service) Staff(ctx context.Context, email, password, code string, client Client) (In, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if err := s.attempt(ctx, email); err != nil {
		return In{}, err
	}
	p, c, known, err := s.lookUp(ctx, email)
	if err != nil {
		return In{}, err
	}
	same, stale, err := s.matches(ctx, password, c.Password)
	if err != nil {
		return In{}, err
	}
	proved, err := s.proved(ctx, p.ID, &c, code)
	if err != nil {
		return In{}, err
	}
	if !known || !same || !proved {
		if !known {
			p = identity.Person{}
		}
		if err := s.Heard(ctx, p, Password, false); err != nil {
			return In{}, err
		}
		return In{}, errStaff
	}
	if stale {
		if c.Password, err = s.hash(ctx, password); err != nil {
			return In{}, err
		}
	}
	if err := s.keep(ctx, p.ID, c); errors.Is(err, fault.Stale) {
		return In{}, errStaff // the same code at the same moment
	} else if err != nil {
		return In{}, err
	}
	return s.let(ctx, p, Password, client)
}

// ByToken lets in whoever has a token that was handed out, such as a demonstration's or the first administrator's: it makes
// a session of its own, so that the token need not lie in a browser. fault.Unauthorized.
func (s *Service) ByToken(ctx context.Context, token string, client Client) (In, error) {
	p, _, err := s.People.Authenticate(ctx, strings.TrimSpace(token))
	if err != nil {
		return In{}, err
	}
	if !p.Actor().Staff() {
		return In{}, fault.New(fault.Forbidden, "this way in is for staff")
	}
	return s.let(ctx, p, "token", client)
}

// let lets a member of staff in: on record first.
func (s *Service) let(ctx context.Context, p identity.Person, way string, client Client) (In, error) {
	if err := s.Heard(ctx, p, way, true); err != nil {
		return In{}, err
	}
	if p.Email != "" {
		if err := s.forgive(ctx, p.Email); err != nil {
			return In{}, err
		}
	}
	return s.begin(ctx, p, way, client)
}

// lookUp gives who has an address and may sign in with a password. Where nobody has, it gives nobody, and the decoy's
// credentials, after as many questions to the store.
func (s *Service) lookUp(ctx context.Context, email string) (p identity.Person, c credentials, known bool, err error) {
	p, err = s.People.ByWay(ctx, identity.Email, email)
	known = err == nil && p.Actor().Staff() && !p.Inactive
	if err != nil && !errors.Is(err, fault.NotFound) {
		return p, c, false, err
	}
	if err != nil {
		if _, err := s.People.ByID(ctx, nobody); err != nil && !errors.Is(err, fault.NotFound) {
			return p, c, false, err
		}
	}
	if !known {
		p = identity.Person{ID: nobody}
	}
	c, err = s.credentialsOf(ctx, p.ID)
	if errors.Is(err, fault.NotFound) {
		known, p = false, identity.Person{ID: nobody}
		c, err = s.nobodys(ctx)
	}
	return p, c, known, err
}

// nobodys gives credentials that nobody has, made once for each process at today's cost.
func (s *Service) nobodys(ctx context.Context) (credentials, error) {
	s.decoying.Lock()
	defer s.decoying.Unlock()
	if s.decoy.Password != "" {
		return s.decoy, nil
	}
	secret, err := newFactor()
	if err != nil {
		return credentials{}, err
	}
	var c credentials
	if c.Factor, err = s.Vault.Seal(ctx, nobody, factorField, []byte(secret)); err != nil {
		return c, err
	}
	if c.Password, err = s.hash(ctx, rand.Text()); err != nil {
		return c, fmt.Errorf("hash nobody's password: %w", err)
	}
	s.decoy = c
	return c, nil
}
