// Package amend lets administrators change the reference data while the system runs. An amendment changes rows of one or
// several tables from a day on, with a reason; it is checked together with everything else, approved, kept for good, and
// taken up by every process. The shipped files stay the base: a newer base keeps the amendments on top, and what does not
// fit any more is told.
package amend

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"respons/internal/sla"
	"respons/internal/store"
)

// Collection holds the amendments and, under an id of its own, the ledger of those that were approved.
var Collection = store.Collection{Name: "amendments", Indexes: []store.Index{
	{Name: "made", Fields: []string{"made"}},
	{Name: "untold", Fields: []string{"untold"}},
}}

// State is where an amendment stands.
type State string

// The states. A submitted one is looked at by somebody else, who may send it back; its author may take it up again by
// changing it.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Approved  State = "approved"
	Withdrawn State = "withdrawn" // before it was approved, or before its day came
)

// Amendment is a change of the reference data. Once approved, what it says is never changed; what follows it is another
// amendment.
type Amendment struct {
	ID      string    `json:"id"`     // ULID
	Author  string    `json:"author"` // id of the administrator
	Made    time.Time `json:"made"`   // UTC
	Changed time.Time `json:"changed"`
	Reason  string    `json:"reason"`
	From    sla.Date  `json:"from,omitempty"` // the day in Malaysia from which it counts; 0: from its approval on
	State   State     `json:"state"`
	Changes []Change  `json:"changes"`

	Approval  *Act     `json:"approval,omitempty"`
	Withdrawn *Act     `json:"withdrawn,omitempty"`
	Returns   []Return `json:"returns,omitempty"` // every time that it was sent back, the first first
	Untold    *News    `json:"untold,omitempty"`  // what people are still to be told of it; nil: nothing
	Rev       int64    `json:"-"`                 // revision in the store: what an approver has seen
}

// Act is who did something with an amendment, and when (UTC).
type Act struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Files names the tables that an amendment changes, in the order in which they are listed.
func (a *Amendment) Files() (out []string) {
	for _, f := range Files {
		if c := a.change(f.Name); c != nil && len(c.Edits) > 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

func (a *Amendment) change(file string) *Change {
	if i := slices.IndexFunc(a.Changes, func(c Change) bool { return c.File == file }); i >= 0 {
		return &a.Changes[i]
	}
	return nil
}

// set puts a change in the place of the one of the same table; one without edits takes it out.
func (a *Amendment) set(c Change) {
	a.Changes = slices.DeleteFunc(a.Changes, func(x Change) bool { return x.File == c.File })
	if len(c.Edits) > 0 {
		a.Changes = append(a.Changes, c)
	}
}

// counts is the day from which the amendment counts, where it is approved on a day.
func (a *Amendment) counts(approved sla.Date) sla.Date { return max(a.From, approved) }

func (a *Amendment) record() (store.Record, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode amendment %s: %w", a.ID, err)
	}
	keys := store.Keys{"made": a.Made.UnixMilli()}
	if a.Untold != nil {
		keys["untold"] = a.Untold.At.UnixMilli()
	}
	return store.Record{ID: a.ID, Rev: a.Rev, Keys: keys, Body: body}, nil
}

func decode(rec store.Record) (*Amendment, error) {
	a := &Amendment{Rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, a); err != nil {
		return nil, fmt.Errorf("decode amendment %s: %w", rec.ID, err)
	}
	return a, nil
}
