package learning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Examples is how examples are stored.
var Examples = store.Collection{Name: "examples", Indexes: []store.Index{
	{Name: "at", Fields: []string{"at"}},
	{Name: "complaint", Fields: []string{"complaint", "at"}},
}}

// keep is how long an example, with its masked words, is kept: the two years after which towns, roads and agencies have
// changed too much to teach anything.
const keep = 2 * 365 * 24 * time.Hour

// most is how many examples are learnt from, the latest ones.
const most = 50_000

// Notebook keeps the examples and counts how often the router was wrong.
type Notebook struct {
	Engine store.Engine
	Zone   *time.Location // whose days are counted
}

// Hear takes down what an event teaches; called again with the same event it changes nothing. A complaint that has
// become restricted leaves no example behind.
func (n Notebook) Hear(ctx context.Context, c *complaint.Complaint, e complaint.Event) error {
	if c.Secret {
		return n.forget(ctx, store.Query{Index: "complaint", Equal: []any{c.ID}})
	}
	x, ok := ExampleOf(c, e)
	if !ok {
		return nil
	}
	body, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("encode example %s: %w", x.ID, err)
	}
	err = n.Engine.Insert(ctx, Examples.Name, store.Record{ID: x.ID, Body: body,
		Keys: store.Keys{"at": x.At.UnixMilli(), "complaint": x.Complaint}})
	if errors.Is(err, fault.Duplicate) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep example %s: %w", x.ID, err)
	}
	return n.count(ctx, x)
}

// Forget drops what is older than it may be kept.
func (n Notebook) Forget(ctx context.Context, now time.Time) error {
	return n.forget(ctx, store.Query{Index: "at", To: now.Add(-keep).UnixMilli()})
}

func (n Notebook) forget(ctx context.Context, q store.Query) error {
	q.Limit = 500
	for {
		page, err := n.Engine.Find(ctx, Examples.Name, q)
		if err != nil {
			return fmt.Errorf("forget examples: %w", err)
		}
		for _, r := range page.Records {
			if err := n.Engine.Delete(ctx, Examples.Name, r.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return fmt.Errorf("forget example %s: %w", r.ID, err)
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// latest reads the latest examples, the oldest of them first.
func (n Notebook) latest(ctx context.Context) ([]Example, error) {
	var out []Example
	q := store.Query{Index: "at", Desc: true, Limit: 1000}
	for {
		page, err := n.Engine.Find(ctx, Examples.Name, q)
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		for _, r := range page.Records {
			var x Example
			if err := json.Unmarshal(r.Body, &x); err != nil {
				return nil, fmt.Errorf("decode example %s: %w", r.ID, err)
			}
			out = append(out, x)
		}
		if page.Next == "" || len(out) >= most {
			break
		}
		q.After = page.Next
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}
