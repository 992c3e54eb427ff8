// Package identity knows who is asking: citizens, officers, their sessions and devices. How somebody signs in is package
// signin's; whoever has the token of a session is signed in.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Person is somebody with an account: a citizen's phone, an officer, a supervisor.
type Person struct {
	ID     string         `json:"id"` // ULID
	Role   complaint.Role `json:"role"`
	Agency string         `json:"agency,omitempty"` // of officers and supervisors
	Name   string         `json:"name,omitempty"`   // of staff; citizens need none
	Lang   string         `json:"lang"`             // ms, en, zh, ta
	Since  time.Time      `json:"since"`
	Email  string         `json:"email,omitempty"` // of staff, lower case, for messages and to sign in; what identifies citizens is not kept here

	Cleared  bool `json:"cleared,omitempty"`  // of staff: for restricted complaints
	Inactive bool `json:"inactive,omitempty"` // of staff: may not sign in and is told nothing
}

// Actor is the person as the domain sees it.
func (p Person) Actor() complaint.Actor {
	return complaint.Actor{Role: p.Role, ID: p.ID, Agency: p.Agency, Cleared: p.Cleared}
}

// People is how persons are stored.
var People = store.Collection{Name: "people", Indexes: []store.Index{
	{Name: "post", Fields: []string{"role", "agency"}},
	{Name: "staff", Fields: []string{"staff"}}, // by name; citizens are not in it
	{Name: "token", Fields: []string{"token"}}, // empty; declared so that stores from before there were sessions give up its uniqueness
}}

// Directory keeps the people.
type Directory struct {
	Engine    store.Engine
	Known     func(agency string) bool
	Lifetimes Lifetimes
	Secret    []byte // of the ids of ways
	Now       func() time.Time

	// Attempted is told of each token that somebody comes with; known is false where it is nobody's. Its error keeps
	// them out. Nil: nobody is told.
	Attempted func(ctx context.Context, p Person, known bool) error

	names names
}

// Enrol makes an account and a session of kind Token, whose token it gives. Token may be given for demonstrations; empty:
// a random one. fault.Invalid for a role or agency that does not exist, fault.Duplicate for a token that is taken.
func (d *Directory) Enrol(ctx context.Context, p Person, token string) (Person, string, error) {
	p, err := d.fresh(p)
	if err != nil {
		return p, "", err
	}
	if token == "" {
		token = newToken()
	}
	if err := d.reserve(ctx, p); err != nil {
		return p, "", err
	}
	if _, err := d.begin(ctx, p, Session{Kind: Token}, token); err != nil { // first, for of two with one token one is too many
		return p, "", fmt.Errorf("enrol: %w", err)
	}
	return p, token, d.insert(ctx, p)
}

// Add makes an account without a session; fault.Invalid for a role or agency that does not exist.
func (d *Directory) Add(ctx context.Context, p Person) (Person, error) {
	p, err := d.fresh(p)
	if err != nil {
		return p, err
	}
	if err := d.reserve(ctx, p); err != nil {
		return p, err
	}
	return p, d.insert(ctx, p)
}

// reserve takes the e-mail address of a member of staff, by which they sign in; fault.Conflict where another has it.
func (d *Directory) reserve(ctx context.Context, p Person) error {
	if p.Email == "" || !p.Actor().Staff() {
		return nil
	}
	return mailTaken(d.Join(ctx, p.ID, Email, "", p.Email))
}

// fresh checks a new person and gives them an id.
func (d *Directory) fresh(p Person) (Person, error) {
	if err := d.check(p); err != nil {
		return p, err
	}
	p.Since, p.Email = d.now(), strings.ToLower(p.Email)
	p.ID = ulid.MustNew(ulid.Timestamp(p.Since), rand.Reader).String()
	return p, nil
}

// check finds what a person cannot be; fault.Invalid.
func (d *Directory) check(p Person) error {
	atAgency := p.Role == complaint.Officer || p.Role == complaint.Supervisor
	switch {
	case p.Role != complaint.CitizenRole && !slices.Contains(StaffRoles, p.Role):
		return fault.New(fault.Invalid, "role must be officer, supervisor, desk, oversight or administrator")
	case atAgency && !d.Known(p.Agency):
		return fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", p.Agency)
	case !atAgency && p.Agency != "":
		return fault.New(fault.Invalid, "a %s belongs to no agency; leave agency out", p.Role)
	case p.Email != "" && !plainAddress(p.Email):
		return fault.New(fault.Invalid, "email is no address such as aina@mbpj.gov.my")
	}
	return nil
}

func (d *Directory) insert(ctx context.Context, p Person) error {
	rec, err := record(p)
	if err != nil {
		return err
	}
	if err := d.Engine.Insert(ctx, People.Name, rec); err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	return nil
}

func record(p Person) (store.Record, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode person: %w", err)
	}
	keys := store.Keys{"role": string(p.Role), "agency": p.Agency}
	if p.Actor().Staff() {
		keys["staff"] = strings.ToLower(p.Name)
	}
	return store.Record{ID: p.ID, Body: body, Keys: keys}, nil
}

func (d *Directory) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

// ByID reads one person; fault.NotFound.
func (d *Directory) ByID(ctx context.Context, id string) (Person, error) {
	rec, err := d.Engine.Get(ctx, People.Name, id)
	if err != nil {
		return Person{}, err
	}
	return person(rec)
}

// Remove closes an account: its sessions sign nobody in any more. One that is gone already is no fault.
func (d *Directory) Remove(ctx context.Context, id string) error {
	err := d.Engine.Delete(ctx, People.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Holding gives everybody who holds a role at an agency (empty for roles that belong to none) and is active, up to 1000.
func (d *Directory) Holding(ctx context.Context, role complaint.Role, agency string) ([]Person, error) {
	page, err := d.Engine.Find(ctx, People.Name, store.Query{Index: "post", Equal: []any{string(role), agency}, Limit: 1000})
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, rec := range page.Records {
		p, err := person(rec)
		if err != nil {
			return nil, err
		}
		if !p.Inactive {
			out = append(out, p)
		}
	}
	return out, nil
}

// FirstAdministrator makes the first administrator where there is none yet and gives the token; empty: there was one.
func (d *Directory) FirstAdministrator(ctx context.Context) (string, error) {
	have, err := d.Holding(ctx, complaint.Administrator, "")
	if err != nil || len(have) > 0 {
		return "", err
	}
	_, token, err := d.Enrol(ctx, Person{Role: complaint.Administrator, Name: "First administrator", Lang: "ms"}, "")
	if errors.Is(err, fault.Duplicate) {
		return "", nil
	}
	return token, err
}

// plainAddress says whether it is an e-mail address alone, without a name.
func plainAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}

func person(rec store.Record) (Person, error) {
	var p Person
	if err := json.Unmarshal(rec.Body, &p); err != nil {
		return p, fmt.Errorf("decode person %s: %w", rec.ID, err)
	}
	return p, nil
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
