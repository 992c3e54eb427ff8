package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Kinds of ways in. The subject of each is what proves to be the same person again.
const (
	Phone    = "phone"    // telephone number, E.164
	Firebase = "firebase" // user id in our Firebase project
	OIDC     = "oidc"     // issuer, a blank, and the subject there
	SSO      = "sso"      // of staff, as OIDC; somebody may have an account as a citizen too
	Email    = "email"    // staff's address, lower case; with a password
)

// Way is a way into an account: who proves to be its subject is let in. An account may have several; a way leads into one
// account.
type Way struct {
	ID       string    `json:"id"` // HMAC of kind and subject: a stolen store does not list telephone numbers
	Person   string    `json:"person"`
	Kind     string    `json:"kind"`
	Provider string    `json:"provider,omitempty"` // of OIDC and SSO: name in the settings
	Since    time.Time `json:"since"`
}

// Ways is how ways are stored.
var Ways = store.Collection{Name: "ways", Indexes: []store.Index{
	{Name: "person", Fields: []string{"person"}},
}}

// ByWay gives whose way it is; fault.NotFound where it is nobody's, which a way into a closed account is too.
func (d *Directory) ByWay(ctx context.Context, kind, subject string) (Person, error) {
	w, _, err := d.way(ctx, d.wayID(kind, subject))
	if err != nil {
		return Person{}, err
	}
	return d.ByID(ctx, w.Person)
}

// Join makes a way of somebody who proved to be its subject lead into their account; again is harmless. fault.Conflict
// where it leads into another account.
func (d *Directory) Join(ctx context.Context, person, kind, provider, subject string) error {
	w := Way{ID: d.wayID(kind, subject), Person: person, Kind: kind, Provider: provider, Since: d.now()}
	body, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode way: %w", err)
	}
	rec := store.Record{ID: w.ID, Body: body, Keys: store.Keys{"person": person}}
	for {
		err := d.Engine.Insert(ctx, Ways.Name, rec)
		if !errors.Is(err, fault.Duplicate) {
			return err
		}
		old, rev, err := d.way(ctx, w.ID)
		switch {
		case errors.Is(err, fault.NotFound):
			continue
		case err != nil:
			return err
		case old.Person == person:
			return nil
		}
		if _, err := d.ByID(ctx, old.Person); err == nil {
			return fault.New(fault.Conflict, "this way in belongs to another account")
		} else if !errors.Is(err, fault.NotFound) {
			return err
		}
		rec.Rev = rev // of an account that was closed half way
		if _, err = d.Engine.Replace(ctx, Ways.Name, rec); !errors.Is(err, fault.Stale) && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
}

// WaysOf lists the ways into an account, up to 100.
func (d *Directory) WaysOf(ctx context.Context, person string) ([]Way, error) {
	page, err := d.Engine.Find(ctx, Ways.Name, store.Query{Index: "person", Equal: []any{person}})
	if err != nil {
		return nil, fmt.Errorf("ways: %w", err)
	}
	var out []Way
	for _, rec := range page.Records {
		w, err := decodeWay(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// Part closes one way into a person's account; fault.NotFound where they have no such way.
func (d *Directory) Part(ctx context.Context, person, id string) error {
	w, rev, err := d.way(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && w.Person != person {
		return fault.New(fault.NotFound, "you have no such way in")
	}
	if err != nil {
		return err
	}
	return d.Engine.Delete(ctx, Ways.Name, id, rev)
}

// part is Part for whoever knows the subject; one that is gone, or another's by now, is no fault.
func (d *Directory) part(ctx context.Context, person, kind, subject string) error {
	err := d.Part(ctx, person, d.wayID(kind, subject))
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// ShutOut ends every session of a person and every way into the account; again is harmless.
func (d *Directory) ShutOut(ctx context.Context, person string) error {
	if err := d.EndAll(ctx, person); err != nil {
		return err
	}
	for {
		ways, err := d.WaysOf(ctx, person)
		if err != nil || len(ways) == 0 {
			return err
		}
		for _, w := range ways {
			if err := d.Engine.Delete(ctx, Ways.Name, w.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("close way: %w", err)
			}
		}
	}
}

func (d *Directory) way(ctx context.Context, id string) (w Way, rev int64, err error) {
	rec, err := d.Engine.Get(ctx, Ways.Name, id)
	if err != nil {
		return w, 0, err
	}
	w, err = decodeWay(rec)
	return w, rec.Rev, err
}

func decodeWay(rec store.Record) (w Way, err error) {
	if err := json.Unmarshal(rec.Body, &w); err != nil {
		return w, fmt.Errorf("decode way: %w", err)
	}
	return w, nil
}

func (d *Directory) wayID(kind, subject string) string {
	m := hmac.New(sha256.New, d.Secret)
	m.Write([]byte("way:" + kind + ":" + subject))
	return hex.EncodeToString(m.Sum(nil))
}
