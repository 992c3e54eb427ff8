// Package apikey knows the other systems that file complaints for citizens, read much, or report an agency's progress:
// each is a client with a key, scopes and a quota.
package apikey

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Scope is something that a client may do.
type Scope string

// The scopes.
const (
	File   Scope = "file"   // complaints for citizens
	Read   Scope = "read"   // what is public, counted by key and not by network address
	Update Scope = "update" // the state of its agency's complaints
)

// Scopes lists every scope.
var Scopes = []Scope{File, Read, Update}

// Client is another system.
type Client struct {
	ID     string  `json:"id"` // ULID
	Name   string  `json:"name"`
	Agency string  `json:"agency,omitempty"` // whose complaints it may update; empty: nobody's
	Scopes []Scope `json:"scopes"`
	PerDay int     `json:"per_day"` // requests with the key in a day

	Key     string    `json:"key_hash"`           // SHA-256, hexadecimal: a stolen store opens nothing
	Was     string    `json:"was_hash,omitempty"` // of the key before, which is good for a while after Turned; empty: none is
	Turned  time.Time `json:"turned"`             // when the key was made, UTC
	Since   time.Time `json:"since"`              // UTC
	Revoked time.Time `json:"revoked,omitzero"`   // UTC; zero: active

	Rev int64 `json:"-"`
}

// Collection is how clients are stored and found by their keys.
var Collection = store.Collection{Name: "clients", Indexes: []store.Index{
	{Name: "since", Fields: []string{"since"}},
	{Name: "key", Fields: []string{"key"}, Multi: true},
}}

// Overlap is how long after a change the key before is still taken.
const Overlap = 24 * time.Hour

// Bounds of what an administrator may set.
const (
	maxName = 100
	MaxDay  = 1_000_000 // requests a day
)

// Active says whether the client's key opens anything.
func (c Client) Active() bool { return c.Revoked.IsZero() }

// May is nil where the client has the scope, else fault.Forbidden.
func (c Client) May(s Scope) error {
	if slices.Contains(c.Scopes, s) {
		return nil
	}
	return fault.New(fault.Forbidden, "this api_key may not be used for this; it lacks the scope %s", s)
}

// Actor is the client as an officer of its agency, which it acts for; it is cleared for nothing that is restricted.
func (c Client) Actor() complaint.Actor {
	return complaint.Actor{Role: complaint.Officer, ID: c.ID, Agency: c.Agency, Machine: true}
}

// takes says whether a key, hashed, is the client's at the moment.
func (c Client) takes(hash string, now time.Time) bool {
	return c.Active() && (hash == c.Key || hash == c.Was && now.Sub(c.Turned) < Overlap)
}

// check finds what an administrator may not set; fault.Invalid. Known says whether the register has an agency.
func (c Client) check(known func(agency string) bool) error {
	switch wrong := complaint.Plain(c.Name, maxName); {
	case wrong != "":
		return fault.New(fault.Invalid, "name %s", wrong)
	case len(c.Scopes) == 0:
		return fault.New(fault.Invalid, "scopes must name one of %v at least", Scopes)
	case c.Agency != "" && !known(c.Agency):
		return fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", c.Agency)
	case c.Agency == "" && slices.Contains(c.Scopes, Update):
		return fault.New(fault.Invalid, "a client with the scope update needs an agency, whose complaints alone it may update")
	case c.PerDay < 1 || c.PerDay > MaxDay:
		return fault.New(fault.Invalid, "per_day must lie between 1 and %d", MaxDay)
	}
	for _, s := range c.Scopes {
		if !slices.Contains(Scopes, s) {
			return fault.New(fault.Invalid, "there is no scope %q; there are %v", s, Scopes)
		}
	}
	return nil
}

// prefix lets people and programs that look for leaked secrets tell what it is.
const prefix = "rsp_"

// newKey makes a key of 160 random bits.
func newKey() string {
	var raw [20]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the process where the system has no randomness
	return prefix + strings.ToLower(base32.StdEncoding.EncodeToString(raw[:]))
}

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
