package audit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Query asks for entries, the newest first. What is empty does not narrow.
type Query struct {
	Actor  string    // id, or the role of those without one, such as system
	Object string    // kind:id, such as complaint:RR-7K3M-Q2XA
	Action string    // whole, or its subject alone: move finds move.accept
	From   time.Time // recorded at this instant or later
	To     time.Time // recorded before this instant
	After  string    // Next of the page before
	Limit  int       // entries at the most; 0: 50, capped at 500
}

// Page is one answer.
type Page struct {
	Entries []Entry
	Next    string // for Query.After; empty on the last page. A page may be short or empty and yet have a next
}

const (
	defaultLimit = 50
	maxLimit     = 500
	maxScanned   = 2000 // blocks read for one page
)

// Search finds entries; fault.Invalid for a cursor that is none.
func Search(ctx context.Context, e store.Engine, q Query) (Page, error) {
	limit := min(q.Limit, maxLimit)
	if limit <= 0 {
		limit = defaultLimit
	}
	low, high, below := int64(0), int64(math.MaxInt64), int64(math.MaxInt64)
	if q.After != "" {
		var block int64
		if n, err := fmt.Sscanf(q.After, "%d-%d", &block, &below); n != 2 || err != nil || fmt.Sprintf("%d-%d", block, below) != q.After || block < 0 || block == math.MaxInt64 {
			return Page{}, fault.New(fault.Invalid, "the cursor is not one of this list; begin again without it")
		}
		high = block + 1
	}
	for _, bound := range []struct {
		at   time.Time
		take func(block int64)
	}{{q.From, func(b int64) { low = b }}, {q.To, func(b int64) { high = min(high, b) }}} {
		if bound.at.IsZero() {
			continue
		}
		b, err := firstSince(ctx, e, bound.at)
		if err != nil {
			return Page{}, err
		}
		bound.take(b)
	}
	find := q.narrowest()
	find.From, find.To, find.Desc, find.Limit = low, high, true, 25
	var out Page
	for scanned := 0; ; {
		found, err := e.Find(ctx, Collection.Name, find)
		if err != nil {
			return Page{}, fmt.Errorf("search the audit record: %w", err)
		}
		for _, rec := range found.Records {
			b, err := decodeBlock(rec.Body)
			if err != nil {
				return Page{}, fmt.Errorf("block %s of the audit record %w; respons audit verify says more", rec.ID, err)
			}
			for i := len(b.Entries) - 1; i >= 0; i-- {
				entry := b.Entries[i]
				if entry.Seq >= below || !q.wants(entry) {
					continue
				}
				if len(out.Entries) == limit {
					out.Next = fmt.Sprintf("%d-%d", b.Number, out.Entries[limit-1].Seq)
					return out, nil
				}
				out.Entries = append(out.Entries, entry)
			}
			if scanned++; scanned == maxScanned {
				out.Next = fmt.Sprintf("%d-%d", b.Number, b.Entries[0].Seq)
				return out, nil
			}
		}
		if found.Next == "" {
			return out, nil
		}
		find.After = found.Next
	}
}

// narrowest is the index that leaves the fewest blocks to read.
func (q Query) narrowest() store.Query {
	for _, by := range []struct{ index, value string }{{"object", q.Object}, {"actor", q.Actor}, {"action", q.Action}} {
		if by.value != "" {
			return store.Query{Index: by.index, Equal: []any{by.value}}
		}
	}
	return store.Query{Index: "block"}
}

func (q Query) wants(e Entry) bool {
	return (q.Object == "" || q.Object == e.Object.Key()) && (q.Actor == "" || q.Actor == actorKey(e)) &&
		(q.Action == "" || q.Action == string(e.Action) || strings.HasPrefix(string(e.Action), q.Action+"."))
}

// firstSince is the number of the first block recorded at an instant or later; past every block where there is none.
func firstSince(ctx context.Context, e store.Engine, at time.Time) (int64, error) {
	ms := at.UnixMilli()
	if at.After(time.UnixMilli(ms)) {
		ms++ // entries are dated to the millisecond
	}
	found, err := e.Find(ctx, Collection.Name, store.Query{Index: "time", From: ms, Limit: 1})
	if err != nil {
		return 0, fmt.Errorf("search the audit record: %w", err)
	}
	if len(found.Records) == 0 {
		return math.MaxInt64, nil
	}
	b, err := decodeBlock(found.Records[0].Body)
	if err != nil {
		return 0, fmt.Errorf("block %s of the audit record %w; respons audit verify says more", found.Records[0].ID, err)
	}
	return b.Number, nil
}
