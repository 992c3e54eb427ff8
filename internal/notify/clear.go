package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Clear takes a person out of the ledger, and their preferences with them: of each message only what it was about and what
// came of it stays, for the counts. What still waits to be sent is not sent. Again is harmless.
func (t *Teller) Clear(ctx context.Context, person string) error {
	err := t.Engine.Delete(ctx, PreferencesCollection.Name, person, 0)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return fmt.Errorf("clear preferences: %w", err)
	}
	for {
		list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{person}, Limit: 200})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, row := range list {
			ended := !row.Next.IsZero()
			if ended {
				row.State, row.Why, row.Next = Dropped, "the citizen's data were erased", time.Time{}
			}
			row.Person, row.Device, row.Title, row.Body, row.Provider = "", "", "", "", "" // without a person it is not found again
			err := rows{t.Engine}.replace(ctx, row)
			if err != nil && !errors.Is(err, fault.Stale) && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("clear messages: %w", err)
			}
			if err == nil && ended {
				t.count(row, Dropped)
			}
		}
	}
}

// Dispose removes every message about a complaint; again is harmless.
func (t *Teller) Dispose(ctx context.Context, complaintID string) error {
	for {
		list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "complaint", Equal: []any{complaintID}, Limit: 200})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, row := range list {
			if err := t.Engine.Delete(ctx, Ledger.Name, row.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("dispose messages: %w", err)
			}
		}
	}
}
