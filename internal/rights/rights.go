// Package rights is what citizens can ask for about their own data: all of it as one file, and its erasure; and the legal
// hold, by which an authority defers that. Correction is package reporter's.
package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/reporter"
	"respons/internal/store"
)

// Message is one that the citizen was sent.
type Message struct {
	At      time.Time `json:"at"`
	Number  string    `json:"number"`
	Channel string    `json:"channel"`
	State   string    `json:"state"`
	Title   string    `json:"title"`
	Body    string    `json:"body"`
}

// Chosen is how the citizen wants to be told.
type Chosen struct {
	Language  string   `json:"language,omitempty"`
	Off       []string `json:"off,omitempty"` // channels
	Fallback  string   `json:"fallback,omitempty"`
	QuietFrom string   `json:"quiet_from"`
	QuietTo   string   `json:"quiet_to"`
}

// Ledger is what the citizen was told, and how they want to be.
type Ledger interface {
	// Chosen gives a person's preferences.
	Chosen(ctx context.Context, person string) (Chosen, error)
	// Told gives a page of what a person was told, the latest first.
	Told(ctx context.Context, person, after string) (list []Message, next string, err error)
	// Hand makes what a guest was told an account's, and how they want to be; devices gives new ids of phones by the old.
	Hand(ctx context.Context, from, to string, devices map[string]string) error
	// Clear takes a person out of it.
	Clear(ctx context.Context, person string) error
}

// Citizens carries out what citizens ask for.
type Citizens struct {
	Cases     *complaint.Cases
	People    *identity.Directory
	Reporters *reporter.Reporters
	Ledger    Ledger
	Engine    store.Engine
	Audit     reporter.Audit
	Show      func(c *complaint.Complaint, lang string) Matter              // a complaint in words, without what the citizen typed
	Files     func(ctx context.Context, complaintID string) ([]File, error) // what the citizen sent with a complaint
	Also      []func(ctx context.Context, citizen string) error             // what else is erased, such as sessions; each may run again
	AlsoHand  []func(ctx context.Context, guest, account string) error      // what else goes over when a guest's complaint is claimed; each may run again
	AlsoOf    []func(ctx context.Context, complaintID string) error         // what else is erased with each complaint, such as examples; each may run again
	Log       *slog.Logger
	Now       func() time.Time
}

func (s *Citizens) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// each calls fn for every complaint of a citizen, the latest first.
func (s *Citizens) each(ctx context.Context, citizen string, fn func(*complaint.Complaint) error) error {
	if id, ok := guestOf(citizen); ok {
		c, err := s.Cases.Store.ByID(ctx, id)
		if errors.Is(err, fault.NotFound) || err == nil && c.Citizen != citizen {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(c)
	}
	for after := ""; ; {
		list, next, err := s.Cases.Store.Find(ctx, store.Query{Index: "citizen", Equal: []any{citizen}, Desc: true, After: after})
		if err != nil {
			return fmt.Errorf("complaints of a citizen: %w", err)
		}
		for _, c := range list {
			if err := fn(c); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// guestOf gives the one complaint of a guest.
func guestOf(citizen string) (id string, ok bool) {
	return strings.CutPrefix(citizen, complaint.GuestOf(""))
}

func put(id string, rev int64, keys store.Keys, doc any) (store.Record, error) {
	body, err := json.Marshal(doc)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode %T: %w", doc, err)
	}
	return store.Record{ID: id, Rev: rev, Keys: keys, Body: body}, nil
}
