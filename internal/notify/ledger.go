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

// Row is one message to one recipient by one channel. Its id is derived from the event and the recipient, so that telling
// twice writes one row, and a push repeated after a crash replaces itself on the phone. It holds no address.
type Row struct {
	ID           string     `json:"id"`
	Complaint    string     `json:"complaint,omitempty"` // id; empty where it is about none
	Number       string     `json:"number,omitempty"`
	Announcement string     `json:"announcement,omitempty"` // id, of what was told to many alike
	Event        string     `json:"event"`                  // name, such as routed
	Audience     string     `json:"audience"`
	Person       string     `json:"person,omitempty"`
	Device       string     `json:"device,omitempty"`   // id; of a push
	Platform     string     `json:"platform,omitempty"` // of a push: android, ios or web
	Target       string     `json:"target,omitempty"`   // id; of a webhook
	Channel      Channel    `json:"channel"`
	State        State      `json:"state"`
	Why          string     `json:"why,omitempty"` // of failed, dropped, waiting and deferred
	Lang         string     `json:"lang,omitempty"`
	Title        string     `json:"title,omitempty"`
	Body         string     `json:"body,omitempty"` // of a webhook: the JSON that is posted
	Importance   Importance `json:"importance,omitempty"`
	Inbox        string     `json:"inbox,omitempty"`    // id of the row in the inbox that says the same
	Path         string     `json:"path,omitempty"`     // of the page that it is about, below the product's address; empty: the first one
	Unopened     bool       `json:"unopened,omitempty"` // a fallback: goes out only if that one has not been opened
	Attempts     int        `json:"attempts"`
	Created      time.Time  `json:"created"`
	First        time.Time  `json:"first,omitzero"`    // first attempt; after a replay the first since
	Sent         time.Time  `json:"sent,omitzero"`     // latest attempt
	Accepted     time.Time  `json:"accepted,omitzero"` // by the provider, or laid in the inbox
	Opened       time.Time  `json:"opened,omitzero"`   // by the recipient, as the app says
	Next         time.Time  `json:"next,omitzero"`     // when it is looked at again; zero: it is not
	Until        time.Time  `json:"until,omitzero"`    // after which it is not sent any more; zero: always
	Provider     string     `json:"provider,omitempty"`
	Rev          int64      `json:"-"`
}

// ToOpen is how long after its acceptance a message was opened; 0 where it was not. One that was shown before the
// provider's answer was recorded counts from when it was made.
func (r *Row) ToOpen() time.Duration {
	from := r.Accepted
	if from.IsZero() {
		from = r.Created
	}
	return max(r.Opened.Sub(from), 0)
}

// State is where a message stands.
type State string

// The states. Sending holds a lease until Next: whoever finds it later tries again under the same id.
const (
	Queued   State = "queued" // to be sent as soon as somebody takes it
	Sending  State = "sending"
	Waiting  State = "waiting"  // for Next, after a refusal that passes
	Deferred State = "deferred" // until Next: quiet hours, or a fallback that may not be needed
	Accepted State = "accepted" // by the provider; for the inbox: laid there
	Opened   State = "opened"   // by the recipient
	Failed   State = "failed"   // will not be tried again; of a webhook: a dead letter, which can be replayed
	Dropped  State = "dropped"  // not sent, and why
)

// States lists them in the order in which a message goes through them.
var States = []State{Queued, Sending, Waiting, Deferred, Accepted, Opened, Failed, Dropped}

// Ledger is how rows are stored. What was accepted is found by person and complaint only: the index by state is for what
// somebody may have to look after, and stays small.
var Ledger = store.Collection{Name: "messages", Indexes: []store.Index{
	{Name: "next", Fields: []string{"next"}},
	{Name: "person", Fields: []string{"person", "created"}},
	{Name: "complaint", Fields: []string{"complaint", "created"}},
	{Name: "state", Fields: []string{"state", "channel", "created"}},
	{Name: "target", Fields: []string{"target", "state", "created"}},
	{Name: "announcement", Fields: []string{"announcement", "channel", "outcome"}}, // of an announcement all states are counted
}}

// rowID names the message about an event to a recipient by a channel: 32 hexadecimal characters, which fits every
// provider's collapse key.
func rowID(event, recipient string, channel Channel) string {
	sum := sha256.Sum256([]byte(event + "\x00" + recipient + "\x00" + string(channel)))
	return hex.EncodeToString(sum[:16])
}

type rows struct{ engine store.Engine }

func (r rows) record(row *Row) (store.Record, error) {
	body, err := json.Marshal(row)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode message %s: %w", row.ID, err)
	}
	keys := store.Keys{"created": row.Created.UnixMilli(), "channel": string(row.Channel)}
	for name, v := range map[string]string{"complaint": row.Complaint, "person": row.Person, "target": row.Target} {
		if v != "" {
			keys[name] = v
		}
	}
	if row.Announcement != "" {
		keys["announcement"], keys["outcome"] = row.Announcement, string(row.State)
	}
	if row.State != Accepted && row.State != Opened {
		keys["state"] = string(row.State)
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

// errSame says that there is nothing to store.
var errSame = errors.New("nothing changes")

// change reads a row, lets fn change it and stores it, again where somebody was faster. errSame of fn leaves it.
func (r rows) change(ctx context.Context, id string, fn func(*Row) error) (row *Row, err error) {
	err = again(func() error {
		if row, err = r.get(ctx, id); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
		return r.replace(ctx, row)
	})
	if errors.Is(err, errSame) {
		err = nil
	}
	return row, err
}

func decodeRow(rec store.Record) (*Row, error) {
	row := new(Row)
	if err := json.Unmarshal(rec.Body, row); err != nil {
		return nil, fmt.Errorf("decode message %s: %w", rec.ID, err)
	}
	row.Rev = rec.Rev
	return row, nil
}
