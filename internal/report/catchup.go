package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// edition counts up when Facts or what they count for change, so that every complaint is counted anew.
const edition = 1

// Pages gives every complaint that was ever routed or waits at the desk, a page at a time.
type Pages func(ctx context.Context, after string) (list []*complaint.Complaint, next string, err error)

// progress is how far everything was noted to be counted anew.
type progress struct {
	Edition string `json:"edition"`
	After   string `json:"after,omitempty"` // cursor; empty: from the start
	Done    bool   `json:"done"`
}

const progressID = "progress"

// catchUp notes every complaint where the figures were made by an older edition or for another tree of agencies, or where
// there were none. It goes on where it was cut off; of several processes that do it at once one gets on.
func (b *Book) catchUp(ctx context.Context) error {
	want := strconv.Itoa(edition) + " " + b.Tree()
	for {
		var p progress
		rec, err := b.Engine.Get(ctx, Head.Name, progressID)
		if err == nil {
			err = json.Unmarshal(rec.Body, &p)
		} else if errors.Is(err, fault.NotFound) {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("progress of figures: %w", err)
		}
		if p.Edition != want {
			p = progress{Edition: want}
		}
		if p.Done {
			return nil
		}
		list, next, err := b.Pages(ctx, p.After)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := b.Count(ctx, c); err != nil {
				return err
			}
		}
		p.After, p.Done = next, next == ""
		body, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("encode progress: %w", err)
		}
		err = put(ctx, b.Engine, Head.Name, store.Record{ID: progressID, Rev: rec.Rev, Body: body})
		if err != nil && !errors.Is(err, fault.Stale) {
			return err
		}
		if err := b.Flush(ctx); err != nil { // so that what is noted does not pile up
			return err
		}
	}
}
