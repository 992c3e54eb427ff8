package announce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Circles is how it is kept who made reports where: a row for each person and circle, by which a target's people are found
// in pages. A row names no complaint.
var Circles = store.Collection{Name: "circles", Indexes: []store.Index{
	{Name: "circle", Fields: []string{"circle", "person"}},
	{Name: "person", Fields: []string{"person"}},
}}

type member struct {
	Circle string `json:"circle"`
	Person string `json:"person"`
	Lang   string `json:"lang"` // of somebody without an account
}

// Join puts the citizen of a complaint into the circles of its place and of its agency. It is called for every event, again
// is harmless. Restricted complaints leave no trace.
func (b *Board) Join(ctx context.Context, c *complaint.Complaint, e complaint.Event) error {
	joins := []complaint.Action{complaint.Route, complaint.Assign, complaint.Transfer}
	if !slices.Contains(joins, e.Action) || c.Secret || c.Erased() {
		return nil
	}
	var targets []Target
	if d := c.Decision; c.Place != "" {
		targets = append(targets, Target{Kind: OfState, State: c.Place})
		if d != nil && d.Place.District != "" {
			targets = append(targets, Target{Kind: OfDistrict, State: c.Place, District: d.Place.District})
		}
	}
	for _, code := range b.Chain(e.Concerns()) {
		if code != "" {
			targets = append(targets, Target{Kind: OfAgency, Agency: code})
		}
	}
	for _, t := range targets {
		if err := b.join(ctx, member{t.circle(), c.Citizen, c.Lang}); err != nil {
			return fmt.Errorf("join %s: %w", t.circle(), err)
		}
	}
	return nil
}

func (b *Board) join(ctx context.Context, m member) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	err = b.Engine.Insert(ctx, Circles.Name, store.Record{ID: m.Circle + ":" + m.Person, Body: body,
		Keys: store.Keys{"circle": m.Circle, "person": m.Person}})
	if errors.Is(err, fault.Duplicate) {
		return nil
	}
	return err
}

// Forget takes a person out of every circle; again is harmless.
func (b *Board) Forget(ctx context.Context, person string) error {
	for {
		page, err := b.Engine.Find(ctx, Circles.Name, store.Query{Index: "person", Equal: []any{person}})
		if err != nil || len(page.Records) == 0 {
			return err
		}
		for _, rec := range page.Records {
			if err := b.Engine.Delete(ctx, Circles.Name, rec.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("forget circles: %w", err)
			}
		}
	}
}
