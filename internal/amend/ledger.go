package amend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

const ledgerID = "ledger"

// ledger is the one document that says which amendments were approved; its revision numbers what is in force. An
// approval is one write of it.
type ledger struct {
	Entries []entry `json:"entries"` // in the order of approval
	rev     int64   // 0: nothing was ever approved
}

// entry is an approved amendment.
type entry struct {
	ID        string   `json:"id"`
	From      sla.Date `json:"from"` // the day from which it counts, that of its approval at the earliest
	Approval  Act      `json:"approval"`
	Withdrawn *Act     `json:"withdrawn,omitempty"` // before its day came
}

// on lists what counts on a day, in the order in which it began to count.
func (l *ledger) on(day sla.Date) (out []entry) {
	for _, e := range l.Entries {
		if e.Withdrawn == nil && e.From <= day {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int { return cmp.Compare(a.From, b.From) })
	return out
}

// last is the latest day on which something begins to count.
func (l *ledger) last() (day sla.Date) {
	for _, e := range l.Entries {
		if e.Withdrawn == nil {
			day = max(day, e.From)
		}
	}
	return day
}

func (l *ledger) find(id string) *entry {
	if i := slices.IndexFunc(l.Entries, func(e entry) bool { return e.ID == id }); i >= 0 {
		return &l.Entries[i]
	}
	return nil
}

func readLedger(ctx context.Context, e store.Engine) (*ledger, error) {
	rec, err := e.Get(ctx, Collection.Name, ledgerID)
	if errors.Is(err, fault.NotFound) {
		return &ledger{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the ledger of amendments: %w", err)
	}
	l := &ledger{rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, l); err != nil {
		return nil, fmt.Errorf("decode the ledger of amendments: %w", err)
	}
	return l, nil
}

// writeLedger stores a changed ledger; fault.Stale where somebody was faster.
func writeLedger(ctx context.Context, e store.Engine, l *ledger) error {
	body, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode the ledger of amendments: %w", err)
	}
	rec := store.Record{ID: ledgerID, Rev: l.rev, Body: body}
	if l.rev == 0 {
		if err = e.Insert(ctx, Collection.Name, rec); errors.Is(err, fault.Duplicate) {
			err = fault.Wrap(fault.Stale, err, "somebody else approved an amendment meanwhile")
		}
		return err
	}
	_, err = e.Replace(ctx, Collection.Name, rec)
	return err
}
