// Package migrations brings stored documents and indexes up to date: a list of numbered changes, each carried out once,
// by one process at a time. The program before a change and the program after it both run on its result.
package migrations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Migration is one change. Apply may be cut off and begun again, so it is written to find half of its work done.
type Migration struct {
	Number int    // from 1, without gaps
	Name   string // what it does, in a few words
	Apply  func(ctx context.Context, e store.Engine) error
}

// all is the list, in order. To add one, append it; never change one that was released.
var all = []Migration{
	{1, "begin: collections and indexes of the first version", func(context.Context, store.Engine) error { return nil }},
	{2, "a session for each token", sessions},
}

// own are the collections of this package.
var own = []store.Collection{{Name: "migrations"}, {Name: "locks"}}

// lease is how long a process may hold the lock without a sign of life.
const lease = 5 * time.Minute

// Run prepares what the schema declares and carries out what has not been carried out, under a lock. With plan it only
// says what it would do. Each line is one thing done.
func Run(ctx context.Context, e store.Engine, schema []store.Collection, now func() time.Time, plan bool) ([]string, error) {
	return run(ctx, e, schema, all, now, plan)
}

func run(ctx context.Context, e store.Engine, schema []store.Collection, list []Migration, now func() time.Time, plan bool) ([]string, error) {
	schema = append(append([]store.Collection{}, own...), schema...)
	if plan {
		lines, err := e.Prepare(ctx, schema, true)
		if err != nil {
			return nil, fmt.Errorf("plan: %w", err)
		}
		return append(lines, pending(ctx, e, list)...), nil
	}
	if _, err := e.Prepare(ctx, own, false); err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	unlock, err := lock(ctx, e, now)
	if err != nil {
		return nil, err
	}
	defer unlock()
	done, err := e.Prepare(ctx, schema, false)
	if err != nil {
		return done, fmt.Errorf("prepare: %w", err)
	}
	for _, m := range list {
		id := fmt.Sprintf("%04d", m.Number)
		if _, err := e.Get(ctx, "migrations", id); err == nil {
			continue
		} else if !errors.Is(err, fault.NotFound) {
			return done, err
		}
		if err := m.Apply(ctx, e); err != nil {
			return done, fmt.Errorf("migration %s (%s): %w", id, m.Name, err)
		}
		body, err := json.Marshal(map[string]any{"name": m.Name, "at": now().UTC()})
		if err != nil {
			return done, err
		}
		if err := e.Insert(ctx, "migrations", store.Record{ID: id, Body: body}); err != nil {
			return done, fmt.Errorf("record migration %s: %w", id, err)
		}
		done = append(done, fmt.Sprintf("migration %s: %s", id, m.Name))
	}
	return done, nil
}

// pending lists what would be carried out; a store without a record of migrations has had none.
func pending(ctx context.Context, e store.Engine, list []Migration) []string {
	var out []string
	for _, m := range list {
		id := fmt.Sprintf("%04d", m.Number)
		if _, err := e.Get(ctx, "migrations", id); err != nil {
			out = append(out, fmt.Sprintf("migration %s: %s", id, m.Name))
		}
	}
	return out
}
