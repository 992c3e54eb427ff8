// Package identity knows who is asking: citizens, officers and their devices. Sign-in is a token for each person; what
// a token is made of stays behind Authenticate.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
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
	Token  string         `json:"token_hash"`       // SHA-256 of the token, hexadecimal: a stolen store signs nobody in
	Since  time.Time      `json:"since"`
	Email  string         `json:"email,omitempty"` // of staff, for messages; what identifies citizens is not kept here

	Cleared bool `json:"cleared,omitempty"` // of staff: for restricted complaints
}

// Actor is the person as the domain sees it.
func (p Person) Actor() complaint.Actor {
	return complaint.Actor{Role: p.Role, ID: p.ID, Agency: p.Agency, Cleared: p.Cleared}
}

// People is how persons are stored.
var People = store.Collection{Name: "people", Indexes: []store.Index{
	{Name: "token", Fields: []string{"token"}, Unique: true},
	{Name: "post", Fields: []string{"role", "agency"}},
}}

// Directory keeps the people.
type Directory struct {
	Engine store.Engine
	Known  func(agency string) bool
	Now    func() time.Time

	// Attempted is told of each token that somebody comes with; known is false where it is nobody's. Its error keeps
	// them out. Nil: nobody is told.
	Attempted func(ctx context.Context, p Person, known bool) error
}

// StaffRoles are the roles that an administrator can give.
var StaffRoles = []complaint.Role{complaint.Officer, complaint.Supervisor, complaint.Desk, complaint.Oversight, complaint.Administrator}

// Enrol makes an account and gives its token, which is shown this once. Token may be given for demonstrations; empty:
// 160 random bits. fault.Invalid for a role or agency that does not exist.
func (d *Directory) Enrol(ctx context.Context, p Person, token string) (Person, string, error) {
	atAgency := p.Role == complaint.Officer || p.Role == complaint.Supervisor
	switch {
	case p.Role != complaint.CitizenRole && !slices.Contains(StaffRoles, p.Role):
		return p, "", fault.New(fault.Invalid, "role must be officer, supervisor, desk, oversight or administrator")
	case atAgency && !d.Known(p.Agency):
		return p, "", fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", p.Agency)
	case !atAgency && p.Agency != "":
		return p, "", fault.New(fault.Invalid, "a %s belongs to no agency; leave agency out", p.Role)
	case p.Email != "" && !plainAddress(p.Email):
		return p, "", fault.New(fault.Invalid, "email is no address such as aina@mbpj.gov.my")
	}
	if token == "" {
		token = newToken()
	}
	now := d.Now().UTC().Truncate(time.Millisecond)
	p.ID, p.Since, p.Token = ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), now, hash(token)
	body, err := json.Marshal(p)
	if err != nil {
		return p, "", fmt.Errorf("encode person: %w", err)
	}
	err = d.Engine.Insert(ctx, People.Name, store.Record{ID: p.ID, Body: body,
		Keys: store.Keys{"token": p.Token, "role": string(p.Role), "agency": p.Agency}})
	if err != nil {
		return p, "", fmt.Errorf("enrol: %w", err)
	}
	return p, token, nil
}

// Authenticate gives the person whose token it is; fault.Unauthorized.
func (d *Directory) Authenticate(ctx context.Context, token string) (Person, error) {
	p, err := d.byToken(ctx, token)
	if d.Attempted == nil || err != nil && !errors.Is(err, fault.Unauthorized) {
		return p, err
	}
	if unheard := d.Attempted(ctx, p, err == nil); unheard != nil {
		return Person{}, fmt.Errorf("sign in: %w", unheard)
	}
	return p, err
}

func (d *Directory) byToken(ctx context.Context, token string) (Person, error) {
	page, err := d.Engine.Find(ctx, People.Name, store.Query{Index: "token", Equal: []any{hash(token)}, Limit: 1})
	if err != nil {
		return Person{}, err
	}
	if len(page.Records) == 0 {
		return Person{}, fault.New(fault.Unauthorized, "the token is not known; sign in again")
	}
	return person(page.Records[0])
}

// ByID reads one person; fault.NotFound.
func (d *Directory) ByID(ctx context.Context, id string) (Person, error) {
	rec, err := d.Engine.Get(ctx, People.Name, id)
	if err != nil {
		return Person{}, err
	}
	return person(rec)
}

// Remove closes an account: its token signs nobody in any more. One that is gone already is no fault.
func (d *Directory) Remove(ctx context.Context, id string) error {
	err := d.Engine.Delete(ctx, People.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Holding gives everybody who holds a role at an agency (empty for roles that belong to none), up to 1000.
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
		out = append(out, p)
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

func newToken() string {
	var raw [20]byte
	rand.Read(raw[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(raw[:]))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
