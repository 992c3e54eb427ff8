package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/store"
)

// Collection is how disposal lists are stored. They are never removed: they prove what was destroyed and by whose leave.
var Collection = store.Collection{Name: "disposals", Indexes: []store.Index{
	{Name: "made", Fields: []string{"made"}},
	{Name: "state", Fields: []string{"state", "made"}},
}}

// State is where a disposal list stands.
type State string

// The states.
const (
	Proposed State = "proposed"
	Approved State = "approved" // being carried out
	Done     State = "done"
)

// Outcome is what became of a complaint on a list; empty: nothing yet.
type Outcome string

// The outcomes.
const (
	Disposed Outcome = "disposed"
	Held     Outcome = "held"   // kept for a legal hold; listed again after its release
	Active   Outcome = "active" // kept, for something happened to it again
)

// Item is a complaint on a list.
type Item struct {
	ID      string    `json:"id"`
	Number  string    `json:"number"`
	Ended   time.Time `json:"ended"` // UTC
	Outcome Outcome   `json:"outcome,omitempty"`
}

// Disposal is a list of complaints of one category whose years are over.
type Disposal struct {
	ID       string    `json:"id"`
	Category string    `json:"category,omitempty"` // empty: one never found out
	Years    int       `json:"years"`
	Basis    string    `json:"basis"`
	State    State     `json:"state"`
	Made     time.Time `json:"made"` // UTC
	Items    []Item    `json:"items"`
	Approval *Approval `json:"approval,omitempty"`
	Finished time.Time `json:"finished,omitzero"`

	rev int64
}

// Approval is an administrator's leave.
type Approval struct {
	By string    `json:"by"` // id
	At time.Time `json:"at"` // UTC
}

// mostItems bounds a list, so that a person can look through it and a document holds it.
const mostItems = 500

// Disposals proposes, approves and carries out disposal.
type Disposals struct {
	Engine store.Engine
	Cases  *complaint.Cases
	Rules  Rules
	Held   func(ctx context.Context, c *complaint.Complaint) (bool, error)
	Guest  func(ctx context.Context, citizen string) error       // destroys what is kept of a guest beside their one complaint
	Also   []func(ctx context.Context, complaintID string) error // what else belongs to a complaint, such as its messages; each may run again
	Audit  reporter.Audit
	Log    *slog.Logger
	Now    func() time.Time

	proposed time.Time // when Round last made lists
}

func (d *Disposals) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

func (d *Disposals) record(x *Disposal) (store.Record, error) {
	body, err := json.Marshal(x)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode disposal: %w", err)
	}
	return store.Record{ID: x.ID, Rev: x.rev, Keys: store.Keys{"made": x.Made.UnixMilli(), "state": string(x.State)}, Body: body}, nil
}

func (d *Disposals) replace(ctx context.Context, x *Disposal) error {
	rec, err := d.record(x)
	if err != nil {
		return err
	}
	x.rev, err = d.Engine.Replace(ctx, Collection.Name, rec)
	return err
}

func decode(rec store.Record) (*Disposal, error) {
	x := new(Disposal)
	if err := json.Unmarshal(rec.Body, x); err != nil {
		return nil, fmt.Errorf("decode disposal %s: %w", rec.ID, err)
	}
	x.rev = rec.Rev
	return x, nil
}

func (d *Disposals) find(ctx context.Context, q store.Query) (list []*Disposal, next string, err error) {
	page, err := d.Engine.Find(ctx, Collection.Name, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		x, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, x)
	}
	return list, page.Next, nil
}

// List gives a page of the lists, the latest first.
func (d *Disposals) List(ctx context.Context, after string, limit int) (list []*Disposal, next string, err error) {
	return d.find(ctx, store.Query{Index: "made", Desc: true, After: after, Limit: limit})
}

// ByID gives one list; fault.NotFound.
func (d *Disposals) ByID(ctx context.Context, id string) (*Disposal, error) {
	rec, err := d.Engine.Get(ctx, Collection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no disposal list with this id; GET /v1/staff/disposals gives them")
	}
	if err != nil {
		return nil, err
	}
	return decode(rec)
}

// Approve gives leave to destroy what is on a list; it begins with the next round of Run. Again is harmless.
func (d *Disposals) Approve(ctx context.Context, id string, by complaint.Actor) (*Disposal, error) {
	x, err := d.ByID(ctx, id)
	if err != nil || x.State != Proposed {
		return x, err
	}
	x.State, x.Approval = Approved, &Approval{By: by.ID, At: d.now()}
	act := reporter.Act{By: by, Action: audit.DisposalApprove, Object: audit.Object{Kind: "disposal", ID: id}}
	if err := d.Audit(ctx, act, func() error { return d.replace(ctx, x) }); err != nil {
		return nil, err
	}
	return x, nil
}
