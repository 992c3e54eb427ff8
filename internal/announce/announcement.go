// Package announce tells many citizens the same: everybody, or those who made a report in a state, in a district or to an
// agency. Each recipient is a row of the ledger; where the spreading was cut off, it goes on from its last page.
package announce

import (
	"encoding/json"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/notify"
	"respons/internal/store"
)

// Announcement is one text for many, in every language of the citizens.
type Announcement struct {
	ID         string                    `json:"id"` // ULID
	Texts      map[string]notify.Wording `json:"texts"`
	Target     Target                    `json:"target"`
	Importance notify.Importance         `json:"importance"`
	Until      time.Time                 `json:"until"` // UTC; afterwards it is neither listed nor sent
	Created    time.Time                 `json:"created"`
	By         complaint.Actor           `json:"by"`
	State      State                     `json:"state"`
	Ended      time.Time                 `json:"ended,omitzero"`   // when State stopped being Spreading
	Reached    int64                     `json:"reached"`          // recipients that it was laid before
	Skipped    int64                     `json:"skipped"`          // who could not be told because what is stored of them cannot be read; the log names them
	After      string                    `json:"after,omitempty"`  // the last person who was looked at; empty: none yet
	Lease      time.Time                 `json:"lease,omitzero"`   // until when a process spreads it; zero: none does
	Request    complaint.Request         `json:"request,omitzero"` // how it was written, to recognise a repeat
	Rev        int64                     `json:"-"`
}

// State is how far an announcement has come.
type State string

// The states.
const (
	Spreading State = "spreading" // recipients are still being told
	Spread    State = "spread"    // all were told, or it was over before
	Cancelled State = "cancelled" // what had not gone out by then does not
)

// Collection is how announcements are stored and found.
var Collection = store.Collection{Name: "announcements", Indexes: []store.Index{
	{Name: "request", Fields: []string{"request"}, Unique: true},
	{Name: "created", Fields: []string{"created"}},
	{Name: "valid", Fields: []string{"until"}}, // of those that were not cancelled
	{Name: "work", Fields: []string{"work"}},   // when somebody is to spread it, Unix milliseconds
}}

// Notice is what each recipient is told.
func (a *Announcement) Notice() notify.Notice {
	return notify.Notice{ID: a.ID, Texts: a.Texts, Importance: a.Importance, Until: a.Until}
}

// Valid says whether it still concerns people at now.
func (a *Announcement) Valid(now time.Time) bool { return a.State != Cancelled && now.Before(a.Until) }

func (a *Announcement) record() (store.Record, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode announcement %s: %w", a.ID, err)
	}
	request := a.Request.Key
	if request == "" {
		request = "none:" + a.ID
	}
	keys := store.Keys{"request": request, "created": a.Created.UnixMilli()}
	if a.State != Cancelled {
		keys["until"] = a.Until.UnixMilli()
	}
	if a.State == Spreading {
		keys["work"] = max(a.Lease.UnixMilli(), 0)
	}
	return store.Record{ID: a.ID, Rev: a.Rev, Keys: keys, Body: body}, nil
}

func decode(rec store.Record) (*Announcement, error) {
	a := &Announcement{Rev: rec.Rev}
	if err := json.Unmarshal(rec.Body, a); err != nil {
		return nil, fmt.Errorf("decode announcement %s: %w", rec.ID, err)
	}
	return a, nil
}
