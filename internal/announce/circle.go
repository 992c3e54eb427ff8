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

// Circles is how it is kept who made reports where: a row for each person, under whose id it stands, by which a target's
// people are found in pages. A row names no complaint.
var Circles = store.Collection{Name: "circles", Indexes: []store.Index{
	{Name: "circle", Fields: []string{"circle", "person"}, Multi: true},
}}

// member is one person with their circles.
type member struct {
	Person  string   `json:"person"`
	Lang    string   `json:"lang"`    // of somebody without an account
	Circles []string `json:"circles"` // sorted
}

// Join puts the citizen of a complaint into the circles of its place and of its agency. It is called for every event, again
// is harmless. Restricted complaints leave no trace.
func (b *Board) Join(ctx context.Context, c *complaint.Complaint, e complaint.Event) error {
	joins := []complaint.Action{complaint.Route, complaint.Assign, complaint.Transfer}
	if !slices.Contains(joins, e.Action) || c.Secret || c.Erased() {
		return nil
	}
	var circles []string
	if d := c.Decision; c.Place != "" {
		circles = append(circles, Target{Kind: OfState, State: c.Place}.circle())
		if d != nil && d.Place.District != "" {
			circles = append(circles, Target{Kind: OfDistrict, State: c.Place, District: d.Place.District}.circle())
		}
	}
	if agency := e.Concerns(); agency != "" {
		for _, code := range b.Chain(agency) {
			circles = append(circles, Target{Kind: OfAgency, Agency: code}.circle())
		}
	}
	if err := b.join(ctx, c.Citizen, c.Lang, circles); err != nil {
		return fmt.Errorf("join circles: %w", err)
	}
	return nil
}

// join adds circles to a person's, again where somebody was faster, five times at most.
func (b *Board) join(ctx context.Context, person, lang string, circles []string) error {
	for range 5 {
		rec, err := b.Engine.Get(ctx, Circles.Name, person)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		m := member{Person: person, Lang: lang}
		if err == nil {
			if err := json.Unmarshal(rec.Body, &m); err != nil {
				return fmt.Errorf("decode circles of %s: %w", person, err)
			}
		}
		before := len(m.Circles)
		m.Circles = append(m.Circles, circles...)
		slices.Sort(m.Circles)
		if m.Circles = slices.Compact(m.Circles); len(m.Circles) == before {
			return nil
		}
		if err = b.keep(ctx, m, rec.Rev); !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) {
			return err
		}
	}
	return fault.New(fault.Conflict, "others change the circles of the same person at this moment; try again")
}

// keep stores a person's circles over a revision; 0: they had none.
func (b *Board) keep(ctx context.Context, m member, rev int64) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	rec := store.Record{ID: m.Person, Rev: rev, Body: body, Keys: store.Keys{"circle": m.Circles, "person": m.Person}}
	if rev == 0 {
		return b.Engine.Insert(ctx, Circles.Name, rec)
	}
	_, err = b.Engine.Replace(ctx, Circles.Name, rec)
	return err
}

// Hand puts an account into the circles of a guest whose complaint it took over, and takes the guest out; again is
// harmless.
func (b *Board) Hand(ctx context.Context, guest, account string) error {
	rec, err := b.Engine.Get(ctx, Circles.Name, guest)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var m member
	if err := json.Unmarshal(rec.Body, &m); err != nil {
		return fmt.Errorf("decode circles of %s: %w", guest, err)
	}
	if err := b.join(ctx, account, m.Lang, m.Circles); err != nil {
		return fmt.Errorf("hand over circles: %w", err)
	}
	return b.Forget(ctx, guest)
}

// Forget takes a person out of every circle; again is harmless.
func (b *Board) Forget(ctx context.Context, person string) error {
	err := b.Engine.Delete(ctx, Circles.Name, person, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
