package sqlite

import (
	"context"
	"maps"

	"respons/internal/fault"
)

const increment = `INSERT INTO ".counters" VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value`

// Increment adds to named counters of the counter document id.
func (e *Engine) Increment(ctx context.Context, id string, by map[string]int64) error {
	if id == "" {
		return fault.New(fault.Invalid, "a counter document without an id")
	}
	by = maps.Clone(by) // the caller's own is theirs again should this wait be given up
	return e.writer.write(ctx, func(w *writer) error {
		for name, n := range by {
			if err := w.exec(increment, id, name, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// Counters reads a counter document; one never incremented is empty.
func (e *Engine) Counters(ctx context.Context, id string) (map[string]int64, error) {
	s, err := e.read(ctx, `SELECT name, value FROM ".counters" WHERE id = ?`)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, id)
	if err != nil {
		return nil, failed(err, "read")
	}
	defer rows.Close()
	counters := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, failed(err, "read")
		}
		counters[name] = n
	}
	return counters, failed(rows.Err(), "read")
}
