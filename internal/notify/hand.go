package notify

import (
	"context"
	"errors"
	"fmt"

	"respons/internal/fault"
	"respons/internal/store"
)

// Hand makes what somebody was told somebody else's, and how they want to be told too, unless the other has chosen for
// themselves; devices gives the new ids of phones that went over. Again is harmless.
func (t *Teller) Hand(ctx context.Context, from, to string, devices map[string]string) error {
	if err := t.handPreferences(ctx, from, to); err != nil {
		return fmt.Errorf("hand over preferences: %w", err)
	}
	for {
		list, _, err := rows{t.Engine}.find(ctx, store.Query{Index: "person", Equal: []any{from}, Limit: 200})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, row := range list {
			_, err := rows{t.Engine}.change(ctx, row.ID, func(r *Row) error {
				r.Person = to
				if id := devices[r.Device]; id != "" {
					r.Device = id
				}
				return nil
			})
			if err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("hand over messages: %w", err)
			}
		}
	}
}

func (t *Teller) handPreferences(ctx context.Context, from, to string) error {
	rec, err := t.Engine.Get(ctx, PreferencesCollection.Name, from)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = t.Engine.Insert(ctx, PreferencesCollection.Name, store.Record{ID: to, Body: rec.Body})
	if err != nil && !errors.Is(err, fault.Duplicate) {
		return err
	}
	err = t.Engine.Delete(ctx, PreferencesCollection.Name, from, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
