package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Examples is how examples are stored. Decided are those of complaints with which a person had more to do than to accept
// what the router sent; the others, which are many more, lie in numbered buckets, so that an even part of them can be read.
var Examples = store.Collection{Name: "examples", Indexes: []store.Index{
	{Name: "at", Fields: []string{"at"}},
	{Name: "complaint", Fields: []string{"complaint", "at"}},
	{Name: "decided", Fields: []string{"decided"}},
	{Name: "agreed", Fields: []string{"bucket", "at"}},
}}

const buckets = 512

// keep is how long an example, with its masked words, is kept: the two years after which towns, roads and agencies have
// changed too much to teach anything.
const keep = 2 * 365 * 24 * time.Hour

// most is how many of each of the two sorts are learnt from: the latest decided ones, and an even part of the others.
func (n Notebook) most() int { return cmp.Or(n.Most, 50_000) }

// Notebook keeps the examples and counts how often the router was wrong.
type Notebook struct {
	Engine store.Engine
	Zone   *time.Location // whose days are counted
	Most   int            // how many examples of each sort are read; 0: 50,000
}

// Hear takes down what an event teaches; called again with the same event it changes nothing. A complaint that has
// become restricted leaves no example behind.
func (n Notebook) Hear(ctx context.Context, c *complaint.Complaint, e complaint.Event) error {
	if c.Secret {
		return n.ForgetComplaint(ctx, c.ID)
	}
	x, ok := ExampleOf(c, e)
	if !ok {
		return nil
	}
	body, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("encode example %s: %w", x.ID, err)
	}
	keys := store.Keys{"at": x.At.UnixMilli(), "complaint": x.Complaint}
	if x.Agreed {
		keys["bucket"] = int64(hash(x.Complaint) % buckets)
	} else {
		keys["decided"] = x.At.UnixMilli()
	}
	err = n.Engine.Insert(ctx, Examples.Name, store.Record{ID: x.ID, Body: body, Keys: keys})
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

// ForgetComplaint drops what a complaint taught, with its words; again is harmless.
func (n Notebook) ForgetComplaint(ctx context.Context, id string) error {
	return n.forget(ctx, store.Query{Index: "complaint", Equal: []any{id}})
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

// read gives the examples to learn from. Of those that agree with the router only a part is read where there are many; each
// of them then weighs as many as it stands for.
func (n Notebook) read(ctx context.Context) ([]Example, error) {
	out, err := n.page(ctx, store.Query{Index: "decided", Desc: true}, 1)
	if err != nil {
		return nil, err
	}
	agreed, err := n.Engine.Count(ctx, Examples.Name, store.Query{Index: "agreed"})
	if err != nil {
		return nil, fmt.Errorf("count examples: %w", err)
	}
	if agreed <= int64(n.most()) {
		all, err := n.page(ctx, store.Query{Index: "agreed"}, 1)
		return append(out, all...), err
	}
	part := max(1, buckets*int64(n.most())/agreed)
	for b := range part {
		some, err := n.page(ctx, store.Query{Index: "agreed", Equal: []any{b}, Desc: true}, int(buckets/part))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// page reads what a query gives, as many as are learnt from.
func (n Notebook) page(ctx context.Context, q store.Query, weight int) (out []Example, err error) {
	q.Limit = store.MaxLimit
	for {
		page, err := n.Engine.Find(ctx, Examples.Name, q)
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		for _, r := range page.Records {
			x := Example{weight: weight}
			if err := json.Unmarshal(r.Body, &x); err != nil {
				return nil, fmt.Errorf("decode example %s: %w", r.ID, err)
			}
			out = append(out, x)
		}
		if page.Next == "" || len(out) >= n.most() {
			return out, nil
		}
		q.After = page.Next
	}
}
