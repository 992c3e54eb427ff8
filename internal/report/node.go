package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// A node holds the parts of its members and their sum. Members of a leaf are complaints, of every other node the nodes
// below it. Its id is a path: agency/MBPJ/2026-11/26 is a day of an agency, whose members are complaints.
type node struct {
	ID      string          `json:"id"`
	Members map[string]Sums `json:"members"`
	Total   Sums            `json:"total"`
	Rev     int64           `json:"-"`
}

// Nodes is how nodes are stored. Dirty ones have a sum that the node above does not know yet.
var Nodes = store.Collection{Name: "figures", Indexes: []store.Index{
	{Name: "dirty", Fields: []string{"dirty"}},
	{Name: "all", Fields: []string{"tree"}}, // by the first part of the id
}}

// above is the id of the node above; empty at the top, which is two parts deep: agency/MBPJ.
func above(id string) string {
	at := strings.LastIndexByte(id, '/')
	if at < 0 || strings.Count(id, "/") < 2 {
		return ""
	}
	return id[:at]
}

func (b *Book) node(ctx context.Context, id string) (*node, error) {
	n := &node{ID: id, Members: map[string]Sums{}, Total: Sums{}}
	rec, err := b.Engine.Get(ctx, Nodes.Name, id)
	if errors.Is(err, fault.NotFound) {
		return n, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(rec.Body, n); err != nil {
		return nil, fmt.Errorf("decode figures %s: %w", id, err)
	}
	n.Rev = rec.Rev
	return n, nil
}

func (b *Book) write(ctx context.Context, n *node, dirty bool) error {
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode figures %s: %w", n.ID, err)
	}
	rec := store.Record{ID: n.ID, Rev: n.Rev, Body: body, Keys: store.Keys{"tree": n.ID[:strings.IndexByte(n.ID, '/')]}}
	if dirty {
		rec.Keys["dirty"] = b.Now().UnixMilli()
	}
	if n.Rev == 0 {
		if err = b.Engine.Insert(ctx, Nodes.Name, rec); errors.Is(err, fault.Duplicate) {
			err = fault.New(fault.Stale, "somebody else made the node")
		}
		return err
	}
	_, err = b.Engine.Replace(ctx, Nodes.Name, rec)
	return err
}

// set makes s the part of a member; an empty one takes it out. The same again changes nothing.
func (b *Book) set(ctx context.Context, id, member string, s Sums) error {
	return again(func() error {
		n, err := b.node(ctx, id)
		if err != nil {
			return err
		}
		had, there := n.Members[member]
		if there == (len(s) > 0) && had.equal(s) {
			return nil
		}
		n.Total.less(had)
		n.Total.add(s)
		if n.Members[member] = s; len(s) == 0 {
			delete(n.Members, member)
		}
		return b.write(ctx, n, above(id) != "")
	})
}

// again repeats what somebody else was faster at.
func again(fn func() error) (err error) {
	for range 50 {
		if err = fn(); !errors.Is(err, fault.Stale) {
			return err
		}
	}
	return err
}

// Flush hands the sums of dirty nodes up until none is dirty. Two that flush at once do no harm. It may be cut off
// anywhere: a node stays dirty until the one above has its sum.
func (b *Book) Flush(ctx context.Context) error {
	for {
		page, err := b.Engine.Find(ctx, Nodes.Name, store.Query{Index: "dirty", Limit: 200})
		if err != nil || len(page.Records) == 0 {
			return err
		}
		for _, rec := range page.Records {
			if err := b.lift(ctx, rec.ID); err != nil {
				return fmt.Errorf("figures %s: %w", rec.ID, err)
			}
		}
	}
}

// lift hands the sum of one node up. Where the node changed meanwhile it stays dirty, and is lifted again.
func (b *Book) lift(ctx context.Context, id string) error {
	n, err := b.node(ctx, id)
	if err != nil || n.Rev == 0 {
		return err
	}
	if err := b.set(ctx, above(id), id[strings.LastIndexByte(id, '/')+1:], n.Total); err != nil {
		return err
	}
	if err := b.write(ctx, n, false); !errors.Is(err, fault.Stale) {
		return err
	}
	return nil
}

// Run flushes every few seconds until ctx ends.
func (b *Book) Run(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		if err := b.Flush(ctx); err != nil && ctx.Err() == nil {
			b.Log.WarnContext(ctx, "figures not brought up to date; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// flushEvery bounds how far sums lag behind the complaints.
const flushEvery = 2 * time.Second
