package complaint

import (
	"context"
	"encoding/json"
	"fmt"

	"respons/internal/mask"
)

// Sealer encrypts a field under the key of its citizen.
type Sealer interface {
	Seal(ctx context.Context, citizen, field string, plain []byte) ([]byte, error)
}

// Original is what a citizen typed, before what points to a person was masked.
type Original struct {
	Text    string `json:"text"`
	Address string `json:"address,omitempty"`
}

// OriginalField and NoteField name what is sealed of a complaint: its Original as JSON, and a citizen's note.
func OriginalField(id string) string { return "complaint " + id + " original" }

// NoteField is OriginalField for the notes of a complaint.
func NoteField(id string) string { return "complaint " + id + " note" }

// masked is the draft with what points to a person masked.
func (d Draft) masked() Draft {
	d.Text, d.Location.Address = mask.Text(d.Text), mask.Text(d.Location.Address)
	return d
}

// hides says whether something of the original is masked in the draft.
func (d Draft) hides(original Draft) bool {
	return d.Text != original.Text || d.Location.Address != original.Location.Address
}

// keepOriginal seals what the draft says where the complaint says less.
func (u *Cases) keepOriginal(ctx context.Context, c *Complaint, d Draft) error {
	if u.Sealer == nil || c.Text == d.Text && c.Location.Address == d.Location.Address {
		return nil
	}
	plain, err := json.Marshal(Original{Text: d.Text, Address: d.Location.Address})
	if err != nil {
		return fmt.Errorf("encode original: %w", err)
	}
	c.Original, err = u.Sealer.Seal(ctx, c.Citizen, OriginalField(c.ID), plain)
	return err
}

// said masks what a citizen writes with a move and seals it as it was typed, where that differs.
func (u *Cases) said(ctx context.Context, id string, by By, note string) (masked string, typed []byte, err error) {
	masked = mask.Text(note)
	if masked == note || u.Sealer == nil || Plain(note, MaxText) != "" { // what is refused anyway is not sealed
		return masked, nil, nil
	}
	typed, err = u.Sealer.Seal(ctx, by.Actor.ID, NoteField(id), []byte(note))
	return masked, typed, err
}
