package notify

import (
	"context"
	"errors"

	"respons/internal/fault"
	"respons/internal/identity"
)

// Addresses finds where somebody is reached; what is empty is not known. No log and no ledger holds an address.
type Addresses interface {
	Of(ctx context.Context, person string) (email, phone string, err error)
}

// Book is Addresses: of staff the e-mail that was given when they were enrolled, of citizens what Citizens knows.
type Book struct {
	People   *identity.Directory
	Citizens Addresses // sealed; nil: nothing is known of any
}

// Of finds a person's addresses.
func (b Book) Of(ctx context.Context, person string) (email, phone string, err error) {
	p, err := b.People.ByID(ctx, person)
	switch {
	case err != nil && !errors.Is(err, fault.NotFound): // a guest is not there
		return "", "", err
	case err == nil && p.Actor().Staff():
		return p.Email, "", nil
	case b.Citizens == nil:
		return "", "", nil
	}
	return b.Citizens.Of(ctx, person)
}

// address is where a channel reaches a person; empty: nowhere.
func (t *Teller) address(ctx context.Context, person string, c Channel) (string, error) {
	if t.Addresses == nil {
		return "", nil
	}
	email, phone, err := t.Addresses.Of(ctx, person)
	switch c {
	case Email:
		return email, err
	case SMS:
		return phone, err
	}
	return "", err
}
