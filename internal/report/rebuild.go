package report

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"respons/internal/complaint"
	"respons/internal/store"
)

// Recounted is what a recount found.
type Recounted struct {
	Complaints  int      `json:"complaints"`
	Nodes       int      `json:"nodes" doc:"Sums that were compared"`
	Differences []string `json:"differences" doc:"Sums that were not as the complaints say, the first hundred by name"`
	Different   int      `json:"different"`
	Repaired    bool     `json:"repaired"`
}

// mostNamed is how many differences are named.
const mostNamed = 100

// Pages gives every complaint that was ever routed or waits at the desk, a page at a time.
type Pages func(ctx context.Context, after string) (list []*complaint.Complaint, next string, err error)

// Recount counts every complaint anew and compares every sum with what is kept; with repair it puts right what differs.
// It may run beside the system: of complaints that change meanwhile the latest state counts, and a sum that is not up to
// date yet is brought so before it is compared.
func (b *Book) Recount(ctx context.Context, pages Pages, repair bool) (*Recounted, error) {
	if err := b.Flush(ctx); err != nil {
		return nil, err
	}
	out := &Recounted{Differences: []string{}}
	should := map[string]map[string]Sums{} // by node and member
	for after := ""; ; {
		list, next, err := pages(ctx, after)
		if err != nil {
			return nil, fmt.Errorf("recount: %w", err)
		}
		for _, c := range list {
			if c.State == complaint.Received {
				continue
			}
			out.Complaints++
			for leaf, s := range b.parts(c) {
				put(should, leaf, c.ID, s)
			}
		}
		if after = next; after == "" {
			break
		}
	}
	for level := slices.Sorted(maps.Keys(should)); len(level) > 0; {
		up := map[string]bool{}
		for _, id := range level {
			if parent := above(id); parent != "" {
				put(should, parent, id[len(parent)+1:], total(should[id]))
				up[parent] = true
			}
		}
		level = slices.Sorted(maps.Keys(up))
	}
	if err := b.compare(ctx, should, out); err != nil {
		return nil, err
	}
	if repair && out.Different > 0 {
		out.Repaired = true
		return out, b.repair(ctx, should)
	}
	return out, nil
}

func put(should map[string]map[string]Sums, node, member string, s Sums) {
	if should[node] == nil {
		should[node] = map[string]Sums{}
	}
	should[node][member] = s
}

func total(members map[string]Sums) Sums {
	t := Sums{}
	for _, s := range members {
		t.add(s)
	}
	return t
}

// kept reads every node that is stored.
func (b *Book) kept(ctx context.Context, fn func(*node) error) error {
	for after := ""; ; {
		page, err := b.Engine.Find(ctx, Nodes.Name, store.Query{Index: "all", After: after, Limit: 500})
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			n, err := b.node(ctx, rec.ID)
			if err != nil {
				return err
			}
			if err := fn(n); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func (b *Book) compare(ctx context.Context, should map[string]map[string]Sums, out *Recounted) error {
	seen := map[string]bool{}
	differ := func(id, how string, args ...any) {
		if out.Different++; len(out.Differences) < mostNamed {
			out.Differences = append(out.Differences, id+": "+fmt.Sprintf(how, args...))
		}
	}
	err := b.kept(ctx, func(n *node) error {
		seen[n.ID] = true
		out.Nodes++
		if want := total(should[n.ID]); !n.Total.equal(want) {
			differ(n.ID, "%d counts are kept, %d should be, or of other size", len(n.Total), len(want))
		} else if !maps.EqualFunc(n.Members, should[n.ID], Sums.equal) {
			differ(n.ID, "the sum is right and its parts are not")
		}
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(should)) {
		if !seen[id] {
			differ(id, "is missing")
		}
	}
	return err
}

// repair counts anew whatever a node has too many or too few of.
func (b *Book) repair(ctx context.Context, should map[string]map[string]Sums) error {
	for id := range should { // nodes that are missing altogether
		for member, s := range should[id] {
			if err := b.set(ctx, id, member, s); err != nil {
				return err
			}
		}
	}
	err := b.kept(ctx, func(n *node) error {
		for member := range n.Members {
			if should[n.ID][member] == nil {
				if err := b.set(ctx, n.ID, member, nil); err != nil {
					return err
				}
			}
		}
		n, err := b.node(ctx, n.ID)
		if err != nil {
			return err
		}
		if n.Total = total(n.Members); n.Total.equal(total(should[n.ID])) {
			return b.write(ctx, n, false)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.Flush(ctx)
}
