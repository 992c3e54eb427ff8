package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"respons/internal/fault"
	"respons/internal/store"
)

// sheet is a document of sums.
type sheet struct {
	ID    string `json:"id"`
	Sums  Sums   `json:"sums"`
	Block int64  `json:"block"` // the last that it took in
	rev   int64
}

// Sheets is how sums are stored.
var Sheets = store.Collection{Name: "sums", Indexes: []store.Index{
	{Name: "all", Fields: []string{"kind"}}, // one value, so that all can be listed
}}

// sheet reads the sums of an id to be changed; none where nothing was counted yet.
func (b *Book) sheet(ctx context.Context, id string) (*sheet, error) {
	rec, err := b.sheetRecord(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	if rec.Rev == 0 {
		return &sheet{ID: id, Sums: Sums{}}, nil
	}
	return readSheet(rec)
}

// sheetRecord is how the sums of an id are stored, without them where they are at the revision that is known; revision 0:
// nothing was counted yet.
func (b *Book) sheetRecord(ctx context.Context, id string, known int64) (store.Record, error) {
	rec, err := b.Engine.GetUnless(ctx, Sheets.Name, id, known)
	switch {
	case errors.Is(err, fault.NotFound):
		return store.Record{}, nil
	case err != nil:
		return store.Record{}, fmt.Errorf("figures %s: %w", id, err)
	}
	return rec, nil
}

func readSheet(rec store.Record) (*sheet, error) {
	s := new(sheet)
	if err := json.Unmarshal(rec.Body, s); err != nil {
		return nil, fmt.Errorf("decode figures %s: %w", rec.ID, err)
	}
	s.rev = rec.Rev
	return s, nil
}

func (b *Book) keepSheet(ctx context.Context, s *sheet) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode figures %s: %w", s.ID, err)
	}
	if err := put(ctx, b.Engine, Sheets.Name, store.Record{ID: s.ID, Rev: s.rev, Body: body, Keys: store.Keys{"kind": "sums"}}); err != nil {
		return err
	}
	b.read.kept(s.ID, revised{s.rev + 1, s.Sums})
	return nil
}

// add takes an addition of a block in, once.
func (b *Book) add(ctx context.Context, a addition, block int64) error {
	s, err := b.sheet(ctx, a.ID)
	if err != nil || s.Block >= block {
		return err
	}
	s.Sums.add(a.Add)
	s.Block = block
	return b.keepSheet(ctx, s)
}
