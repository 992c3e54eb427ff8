package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"respons/internal/fault"
	"respons/internal/store"
)

// indexEdition counts up when Collection declares an index by which complaints that were stored before must be found.
const indexEdition = 1

// ProgressCollection is how far complaints were stored anew for indexes that are declared since.
var ProgressCollection = store.Collection{Name: "reindexing"}

// progress is the one document of it.
type progress struct {
	Edition int    `json:"edition"`
	After   string `json:"after,omitempty"` // cursor; empty: from the start
	Done    bool   `json:"done"`
}

// Reindex stores a few complaints as they are, limit at the most, so that they are found by indexes that were declared since they were last
// stored, and says whether all are. It goes on where it was cut off. Of several processes one gets on; the others learn
// with fault.Stale that it does.
func (r Repository) Reindex(ctx context.Context, limit int) (done bool, err error) {
	const id = "complaints"
	var p progress
	rec, err := r.Engine.Get(ctx, ProgressCollection.Name, id)
	switch {
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return false, fmt.Errorf("reindex: %w", err)
	default:
		if err := json.Unmarshal(rec.Body, &p); err != nil {
			return false, fmt.Errorf("decode progress: %w", err)
		}
	}
	if p.Edition != indexEdition {
		p = progress{Edition: indexEdition}
	}
	if p.Done {
		return true, nil
	}
	page, err := r.Engine.Find(ctx, Collection.Name, store.Query{Index: "number", After: p.After, Limit: limit})
	if err != nil {
		return false, fmt.Errorf("reindex: %w", err)
	}
	for _, x := range page.Records {
		if err := r.Rewrite(ctx, x.ID); err != nil && !errors.Is(err, fault.NotFound) {
			return false, fmt.Errorf("reindex: %w", err)
		}
	}
	p.After, p.Done = page.Next, page.Next == ""
	body, err := json.Marshal(p)
	if err != nil {
		return false, fmt.Errorf("encode progress: %w", err)
	}
	next := store.Record{ID: id, Rev: rec.Rev, Body: body}
	if rec.Rev == 0 {
		err = r.Engine.Insert(ctx, ProgressCollection.Name, next)
	} else {
		_, err = r.Engine.Replace(ctx, ProgressCollection.Name, next)
	}
	if errors.Is(err, fault.Duplicate) {
		err = fault.Wrap(fault.Stale, err, "another process stores complaints anew")
	}
	return p.Done, err
}
