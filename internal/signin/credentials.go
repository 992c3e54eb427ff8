package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Credentials is how what staff sign in with is stored, by the person's id.
var Credentials = store.Collection{Name: "credentials"}

// credentials are a password and a second factor.
type credentials struct {
	Password string    `json:"password"`           // argon2id, in the form $argon2id$v=19$m=…
	Factor   []byte    `json:"factor,omitempty"`   // secret of TOTP, sealed; nil: there is none yet
	Step     int64     `json:"step,omitempty"`     // time step of the latest code that was taken: none is good twice
	Recovery []string  `json:"recovery,omitempty"` // digests of the recovery codes that are left
	Changed  time.Time `json:"changed"`            // the password

	rev int64
}

// credentialsOf reads somebody's; fault.NotFound.
func (s *Service) credentialsOf(ctx context.Context, person string) (c credentials, err error) {
	rec, err := s.Engine.Get(ctx, Credentials.Name, person)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(rec.Body, &c); err != nil {
		return c, fmt.Errorf("decode credentials: %w", err)
	}
	c.rev = rec.Rev
	return c, nil
}

// keep stores somebody's; fault.Stale where they were changed since they were read.
func (s *Service) keep(ctx context.Context, person string, c credentials) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode credentials: %w", err)
	}
	rec := store.Record{ID: person, Rev: c.rev, Body: body}
	if c.rev > 0 {
		_, err = s.Engine.Replace(ctx, Credentials.Name, rec)
		return err
	}
	if err = s.Engine.Insert(ctx, Credentials.Name, rec); errors.Is(err, fault.Duplicate) {
		return fault.New(fault.Stale, "somebody else set a password at this moment")
	}
	return err
}
