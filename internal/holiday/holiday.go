// Package holiday keeps the holidays that administrators declare while the system runs, makes calendars of them and of
// the reference data that every process computes with, and brings the open deadlines up to date when either changes.
package holiday

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/reason"
	"respons/internal/sla"
	"respons/internal/store"
)

// Collection holds one document, so that a declaration is one write and its revision numbers the whole calendar.
var Collection = store.Collection{Name: "holidays"}

const documentID = "declared"

// Holiday is a day off that an administrator declared.
type Holiday struct {
	ID        string            `json:"id"` // ULID
	Date      sla.Date          `json:"date"`
	States    []string          `json:"states"` // ISO 3166-2:MY, sorted; or "*" alone: all
	NameMS    string            `json:"name_ms"`
	NameEN    string            `json:"name_en"`
	Declared  Act               `json:"declared"`
	Withdrawn *Act              `json:"withdrawn,omitempty"` // nil: it stands
	Request   complaint.Request `json:"request,omitzero"`    // recognises a repeated declaration
}

// Act is what an administrator did, with the revision of the calendar that it made.
type Act struct {
	At    time.Time `json:"at"` // UTC
	By    string    `json:"by"` // id of the administrator
	Rev   int64     `json:"rev"`
	Total int64     `json:"total"` // complaints whose clocks ran in the states concerned
}

// document is what is stored.
type document struct {
	Holidays []Holiday `json:"holidays"`
	Data     string    `json:"data"`     // mark of the reference data that counts
	DataRev  int64     `json:"data_rev"` // revision since which it does
	Indexed  bool      `json:"indexed"`  // complaints stored before calendars had revisions can be found by them
	rev      int64     // of the stored document; 0: there is none yet
}

// latest is the declaration or, where there is one, the withdrawal.
func (h Holiday) latest() Act {
	if h.Withdrawn != nil {
		return *h.Withdrawn
	}
	return h.Declared
}

func (h Holiday) concerns(state string) bool {
	return slices.Contains(h.States, "*") || slices.Contains(h.States, state)
}

// states lists those concerned by name.
func (h Holiday) states() (out []string) {
	for _, s := range sla.States {
		if h.concerns(s) {
			out = append(out, s)
		}
	}
	return out
}

func (h Holiday) day() sla.Holiday {
	return sla.Holiday{Date: h.Date, States: h.States, NameMS: h.NameMS, NameEN: h.NameEN, Kind: "adhoc"}
}

func (h Holiday) change(kind complaint.ChangeKind, rev int64) complaint.Change {
	return complaint.Change{Rev: rev, Kind: kind, Ref: h.ID, Date: h.Date, Name: reason.Reason{MS: h.NameMS, EN: h.NameEN}}
}

// days are the holidays that stand.
func (d *document) days() (out []sla.Holiday) {
	for _, h := range d.Holidays {
		if h.Withdrawn == nil {
			out = append(out, h.day())
		}
	}
	return out
}

// changes lists what concerns a state, oldest first.
func (d *document) changes(state string) []complaint.Change {
	var out []complaint.Change
	if d.DataRev > 0 {
		out = append(out, complaint.Change{Rev: d.DataRev, Kind: complaint.ClassesChanged})
	}
	for _, h := range d.Holidays {
		if !h.concerns(state) {
			continue
		}
		out = append(out, h.change(complaint.HolidayDeclared, h.Declared.Rev))
		if h.Withdrawn != nil {
			out = append(out, h.change(complaint.HolidayWithdrawn, h.Withdrawn.Rev))
		}
	}
	slices.SortFunc(out, func(a, b complaint.Change) int { return int(a.Rev - b.Rev) })
	return out
}

func (d *document) find(id string) *Holiday {
	for i := range d.Holidays {
		if d.Holidays[i].ID == id {
			return &d.Holidays[i]
		}
	}
	return nil
}

func (d *document) record() (store.Record, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode holidays: %w", err)
	}
	return store.Record{ID: documentID, Rev: d.rev, Body: body}, nil
}
