package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Row is one message to one person by one channel. Its id is derived from the event and the recipient, so that telling
// twice writes one row, and a push repeated after a crash replaces itself on the phone.
type Row struct {
	ID        string    `json:"id"`
	Complaint string    `json:"complaint"` // id
	Number    string    `json:"number"`
	Event     string    `json:"event"` // name, such as routed
	Audience  string    `json:"audience"`
	Person    string    `json:"person,omitempty"`
	Device    string    `json:"device,omitempty"` // id; empty for the inbox
	Channel   string    `json:"channel"`          // push or inbox
	State     State     `json:"state"`
	Why       string    `json:"why,omitempty"` // of failed, dropped and waiting
	Title     string    `json:"title,omitempty"`
	Body      string    `json:"body,omitempty"`
	Important bool      `json:"important"`
	Attempts  int       `json:"attempts"`
	Created   time.Time `json:"created"`
	Sent      time.Time `json:"sent,omitzero"`     // latest attempt
	Accepted  time.Time `json:"accepted,omitzero"` // by the provider, or laid in the inbox
	Next      time.Time `json:"next,omitzero"`     // when it is tried again; zero: it is not
	Provider  string    `json:"provider,omitempty"`
	Rev       int64     `json:"-"`
}

// State is where a message stands.
type State string

// The states. Sending holds a lease until Next: whoever finds it later tries again under the same id.
const (
	Sending  State = "sending"
	Waiting  State = "waiting"  // for Next, after a refusal that passes
	Accepted State = "accepted" // by the provider; for the inbox: laid there
	Failed   State = "failed"   // will not be tried again
	Dropped  State = "dropped"  // nobody to tell
)

// Ledger is how rows are stored.
var Ledger = store.Collection{Name: "messages", Indexes: []store.Index{
	{Name: "next", Fields: []string{"next"}},
	{Name: "person", Fields: []string{"person", "created"}},
	{Name: "complaint", Fields: []string{"complaint", "created"}},
}}

// rowID names the message about an event to a recipient by a channel: 32 hexadecimal characters, which fits every
// provider's collapse key.
func rowID(event, recipient, channel string) string {
	sum := sha256.Sum256([]byte(event + "\x00" + recipient + "\x00" + channel))
	return hex.EncodeToString(sum[:16])
}

type rows struct{ engine store.Engine }

func (r rows) record(row *Row) (store.Record, error) {
	body, err := json.Marshal(row)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode message %s: %w", row.ID, err)
	}
	keys := store.Keys{"complaint": row.Complaint, "created": row.Created.UnixMilli()}
	if row.Person != "" {
		keys["person"] = row.Person
	}
	if !row.Next.IsZero() {
		keys["next"] = row.Next.UnixMilli()
	}
	return store.Record{ID: row.ID, Rev: row.Rev, Keys: keys, Body: body}, nil
}

// add stores a new row; added is false where it is there already.
func (r rows) add(ctx context.Context, row *Row) (added bool, err error) {
	rec, err := r.record(row)
	if err != nil {
		return false, err
	}
	err = r.engine.Insert(ctx, Ledger.Name, rec)
	if errors.Is(err, fault.Duplicate) {
		return false, nil
	}
	row.Rev = 1
	return err == nil, err
}

func (r rows) replace(ctx context.Context, row *Row) error {
	rec, err := r.record(row)
	if err != nil {
		return err
	}
	row.Rev, err = r.engine.Replace(ctx, Ledger.Name, rec)
	return err
}

func (r rows) get(ctx context.Context, id string) (*Row, error) {
	rec, err := r.engine.Get(ctx, Ledger.Name, id)
	if err != nil {
		return nil, err
	}
	return decodeRow(rec)
}

func (r rows) find(ctx context.Context, q store.Query) (out []*Row, next string, err error) {
	page, err := r.engine.Find(ctx, Ledger.Name, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		row, err := decodeRow(rec)
		if err != nil {
			return nil, "", err
		}
		out = append(out, row)
	}
	return out, page.Next, nil
}

func decodeRow(rec store.Record) (*Row, error) {
	row := new(Row)
	if err := json.Unmarshal(rec.Body, row); err != nil {
		return nil, fmt.Errorf("decode message %s: %w", rec.ID, err)
	}
	row.Rev = rec.Rev
	return row, nil
}
