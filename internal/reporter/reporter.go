// Package reporter keeps who a citizen is, apart from their complaints and their account and sealed: name, telephone,
// e-mail, identity number, home. It decides who of the staff may see which of it, and keeps for the citizen who did.
package reporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/seal"
	"respons/internal/store"
)

// The fields, as they are named in requests, in reveal.csv and in the access log.
const (
	Name     = "name"
	Phone    = "phone"
	Email    = "email"
	Identity = "identity"
	Address  = "address"
	Text     = "text" // what the citizen typed in a complaint, before anything was masked
)

// Fields lists what can be revealed.
var Fields = []string{Name, Phone, Email, Identity, Address, Text}

// Details are who a citizen is. Every field may be empty.
type Details struct {
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`    // E.164, such as +60123456789
	Email    string `json:"email,omitempty"`    // lower case
	Identity string `json:"identity,omitempty"` // MyKad number, twelve digits, or a passport's
	Address  string `json:"address,omitempty"`  // home
}

// each gives the fields by name.
func (d *Details) each() map[string]*string {
	return map[string]*string{Name: &d.Name, Phone: &d.Phone, Email: &d.Email, Identity: &d.Identity, Address: &d.Address}
}

// Collection is how reporters are stored, by the citizen's id. Telephone and e-mail are found by blind index only.
var Collection = store.Collection{Name: "reporters", Indexes: []store.Index{
	{Name: "phone", Fields: []string{"phone"}},
	{Name: "email", Fields: []string{"email"}},
}}

// document is a reporter as stored.
type document struct {
	Sealed  map[string][]byte `json:"sealed"` // by field
	Updated time.Time         `json:"updated"`
}

// Reporters keeps the details of citizens.
type Reporters struct {
	Engine store.Engine
	Vault  *seal.Vault
	Now    func() time.Time
}

// Of gives a citizen's details; all empty where none were given.
func (r *Reporters) Of(ctx context.Context, citizen string) (d Details, err error) {
	rec, err := r.Engine.Get(ctx, Collection.Name, citizen)
	if errors.Is(err, fault.NotFound) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	var doc document
	if err := json.Unmarshal(rec.Body, &doc); err != nil {
		return d, fmt.Errorf("decode reporter: %w", err)
	}
	if len(doc.Sealed) == 0 {
		return d, nil
	}
	k, err := r.Vault.Existing(ctx, citizen)
	if err != nil {
		return d, err
	}
	for field, to := range d.each() {
		if b := doc.Sealed[field]; b != nil {
			plain, err := k.Open(fieldOf(field), b)
			if err != nil {
				return d, err
			}
			*to = string(plain)
		}
	}
	return d, nil
}

// Put stores a citizen's details in place of those before, in their normal form, which it gives; fault.Invalid with
// every field that is wrong, fault.Conflict once they were erased.
func (r *Reporters) Put(ctx context.Context, citizen string, d Details) (Details, error) {
	d, rec, err := r.sealed(ctx, citizen, d)
	if err != nil {
		return d, err
	}
	return d, r.write(ctx, rec)
}

// PutFirst is Put where nothing was said yet: what a citizen said or took back meanwhile stays as it is, whenever a copy of
// their first request arrives.
func (r *Reporters) PutFirst(ctx context.Context, citizen string, d Details) error {
	_, rec, err := r.sealed(ctx, citizen, d)
	if err != nil {
		return err
	}
	if err := r.Engine.Insert(ctx, Collection.Name, rec); !errors.Is(err, fault.Duplicate) {
		return err
	}
	return nil
}

// sealed gives details in their normal form, and the record that keeps them.
func (r *Reporters) sealed(ctx context.Context, citizen string, d Details) (Details, store.Record, error) {
	var rec store.Record
	d, err := d.normal()
	if err != nil {
		return d, rec, err
	}
	doc := document{Sealed: map[string][]byte{}, Updated: r.Now().UTC().Truncate(time.Millisecond)}
	k, err := r.Vault.Key(ctx, citizen)
	if err != nil {
		return d, rec, err
	}
	for field, value := range d.each() {
		if *value == "" {
			continue
		}
		if doc.Sealed[field], err = k.Seal(fieldOf(field), []byte(*value)); err != nil {
			return d, rec, err
		}
	}
	keys := store.Keys{}
	for field, value := range map[string]string{Phone: d.Phone, Email: d.Email} {
		if value == "" {
			continue
		}
		if keys[field], err = r.Vault.Digest(ctx, field, value); err != nil {
			return d, rec, err
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return d, rec, fmt.Errorf("encode reporter: %w", err)
	}
	return d, store.Record{ID: citizen, Keys: keys, Body: body}, nil
}

// write stores a record whatever was there: of two corrections at once the later one counts.
func (r *Reporters) write(ctx context.Context, rec store.Record) error {
	for {
		err := r.Engine.Insert(ctx, Collection.Name, rec)
		if !errors.Is(err, fault.Duplicate) {
			return err
		}
		old, err := r.Engine.Get(ctx, Collection.Name, rec.ID)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		rec.Rev = old.Rev
		if _, err = r.Engine.Replace(ctx, Collection.Name, rec); !errors.Is(err, fault.Stale) && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
}

// fieldOf names a field of the details among all that is sealed for a citizen.
func fieldOf(field string) string { return "reporter " + field }

// ByPhone gives the ids of the citizens who gave a telephone number, as people type it, up to 100; fault.Invalid. Nobody
// has proved yet that the number is theirs.
func (r *Reporters) ByPhone(ctx context.Context, typed string) ([]string, error) {
	phone, wrong := normalPhone(typed)
	return r.by(ctx, Phone, phone, wrong)
}

// ByEmail is ByPhone for an e-mail address.
func (r *Reporters) ByEmail(ctx context.Context, typed string) ([]string, error) {
	email, wrong := normalEmail(typed)
	return r.by(ctx, Email, email, wrong)
}

func (r *Reporters) by(ctx context.Context, field, value, wrong string) ([]string, error) {
	if wrong != "" {
		return nil, fault.New(fault.Invalid, "%s %s", field, wrong)
	}
	digest, err := r.Vault.Digest(ctx, field, value)
	if err != nil {
		return nil, err
	}
	page, err := r.Engine.Find(ctx, Collection.Name, store.Query{Index: field, Equal: []any{digest}})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, rec := range page.Records {
		out = append(out, rec.ID)
	}
	return out, nil
}

// Remove deletes a citizen's details; again is harmless.
func (r *Reporters) Remove(ctx context.Context, citizen string) error {
	err := r.Engine.Delete(ctx, Collection.Name, citizen, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
