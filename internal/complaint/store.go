package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Collection is how complaints are stored and found.
var Collection = store.Collection{Name: "complaints", Indexes: []store.Index{
	{Name: "number", Fields: []string{"number"}, Unique: true},
	{Name: "request", Fields: []string{"request"}, Unique: true},
	{Name: "citizen", Fields: []string{"citizen", "received"}},
	{Name: "changes", Fields: []string{"citizen", "updated"}},
	{Name: "queue", Fields: []string{"branch", "open", "due"}, Multi: true},
	{Name: "latest", Fields: []string{"branch", "open", "received"}, Multi: true},
	{Name: "holder", Fields: []string{"holder", "open", "due"}},        // by who has it, or whose it is while nobody has
	{Name: "words", Fields: []string{"word", "received"}, Multi: true}, // a word in a branch; routed complaints only
	{Name: "timer", Fields: []string{"timer"}},
	{Name: "pending", Fields: []string{"pending"}},
	{Name: "near", Fields: []string{"cell", "received"}, Multi: true},
	{Name: "wording", Fields: []string{"wording", "received"}},
	{Name: "calendar", Fields: []string{"office", "calendar"}},           // of running clocks, by the edition they were computed with
	{Name: "period", Fields: []string{"began"}},                          // by when it was received, once it was routed
	{Name: "ended", Fields: []string{"topic", "ended"}},                  // by category and when nothing more could happen to it
	{Name: "public", Fields: []string{"shown", "received"}, Multi: true}, // what others may learn of, by standing and category
	{Name: "news", Fields: []string{"hour"}, Multi: true},                // the same, by the hours in which it moved
}}

// Everyone is the branch that oversight and administrators look at: all that was ever sent to an agency or the desk.
// TriageBranch is the desk's own.
const (
	Everyone     = "*"
	TriageBranch = "triage"
)

// OwnBranch is an agency's own queue, without those of the agencies below it.
func OwnBranch(agency string) string { return "=" + agency }

// grace is how long a hint may take before the sweep does the work itself.
const grace = 5 * time.Second

// Repository keeps complaints in a document store.
type Repository struct {
	Engine store.Engine
	Chain  func(agency string) []string // the agency and all above it
	Words  func(text string) []string   // those by which a text is found; nil: complaints are not found by words
}

func (r Repository) record(c *Complaint) (store.Record, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode complaint %s: %w", c.ID, err)
	}
	key := c.Request.Key
	if key == "" {
		key = "none:" + c.ID
	}
	keys := store.Keys{"number": c.Number, "request": key, "received": c.Received.UnixMilli()}
	if !c.Guest() && !c.Erased() { // a guest has no list to find it in
		keys["citizen"], keys["updated"] = c.Citizen, c.Updated.UnixMilli()
	}
	if c.Sign != nil && c.Shared() {
		keys["cell"] = []string{c.Sign.Cell()}
	}
	if c.Wording != nil {
		keys["wording"] = c.Wording.Mark
	}
	if branch := r.branch(c); len(branch) > 0 {
		keys["branch"], keys["open"], keys["due"] = branch, b2i(c.State.Open()), c.queueDue()
		keys["began"] = c.Received.UnixMilli()
		keys["holder"] = Holder(c.Assignee, c.Agency)
		if words := r.words(c); len(words) > 0 {
			keys["word"] = words
		}
	}
	if office := c.office(); office != "" && c.State.Open() {
		keys["office"], keys["calendar"] = office, c.Calendar
	}
	if at := c.Ended(); !at.IsZero() {
		keys["topic"], keys["ended"] = c.Category, at.UnixMilli()
	}
	if c.published() {
		keys["shown"], keys["hour"] = c.shownAs(), c.hours()
	}
	for name, at := range c.sweepKeys() {
		keys[name] = at
	}
	return store.Record{ID: c.ID, Rev: c.Rev, Keys: keys, Body: body}, nil
}

// sweepKeys are those by which the sweep finds the complaint: when its timer rings, and when what is pending is overdue.
func (c *Complaint) sweepKeys() store.Keys {
	keys := store.Keys{}
	if !c.NextTimer.IsZero() {
		keys["timer"] = c.NextTimer.UnixMilli()
	}
	if c.State == Received || len(c.Untold) > 0 || len(c.Named) > 0 {
		keys["pending"] = c.Updated.Add(grace).UnixMilli()
	}
	return keys
}

// Everything gives a page of all complaints that were routed or wait at the desk, by when they were received.
func (r Repository) Everything(ctx context.Context, after string) ([]*Complaint, string, error) {
	return r.Find(ctx, store.Query{Index: "period", From: int64(0), After: after, Limit: 500})
}

// Branches names every queue that the complaint stands in; none before it was routed.
func (r Repository) Branches(c *Complaint) []string { return r.branch(c) }

// branch names every queue that the complaint stands in: its agency's, those of the bodies above it, and everyone's.
// A restricted one stands in none but the desk's and oversight's.
func (r Repository) branch(c *Complaint) []string {
	switch {
	case c.State == Received:
		return nil
	case c.Agency == "":
		return []string{TriageBranch, Everyone}
	case c.Secret:
		return []string{OwnBranch(c.Agency), c.Agency, Everyone}
	}
	return append(r.Chain(c.Agency), OwnBranch(c.Agency), Everyone)
}

// queueDue sorts a queue: the earliest deadline that still runs, in Unix milliseconds; what has none comes last.
func (c *Complaint) queueDue() int64 {
	if at := c.DueAt(); !at.IsZero() {
		return at.UnixMilli()
	}
	return math.MaxInt64
}

// DueAt is the earliest deadline among the clocks that run; zero: none runs.
func (c *Complaint) DueAt() time.Time {
	var at time.Time
	for _, k := range c.Clocks {
		if k.Stopped.IsZero() {
			at = earlier(at, k.Due)
		}
	}
	return at
}

// Promised is the deadline of the resolve clock, which the citizen is told; zero: none, or it is paused.
func (c *Complaint) Promised() time.Time {
	for _, k := range c.Clocks {
		if k.Name == "resolve" {
			return k.Due
		}
	}
	return time.Time{}
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func decode(rec store.Record) (*Complaint, error) {
	c := new(Complaint)
	if err := json.Unmarshal(rec.Body, c); err != nil {
		return nil, fmt.Errorf("decode complaint %s: %w", rec.ID, err)
	}
	c.Rev = rec.Rev
	return c, nil
}

// Insert stores a new complaint; fault.Duplicate where its number or request key is taken.
func (r Repository) Insert(ctx context.Context, c *Complaint) error {
	rec, err := r.record(c)
	if err != nil {
		return err
	}
	if err := r.Engine.Insert(ctx, Collection.Name, rec); err != nil {
		return err
	}
	c.Rev = 1
	return nil
}

// Replace stores a changed complaint; fault.Stale where somebody was faster.
func (r Repository) Replace(ctx context.Context, c *Complaint) error {
	rec, err := r.record(c)
	if err != nil {
		return err
	}
	c.Rev, err = r.Engine.Replace(ctx, Collection.Name, rec)
	return err
}

// Rewrite stores a complaint as it is, so that it is found by indexes that were declared since it was last stored. One
// that somebody changes meanwhile is found by them already.
func (r Repository) Rewrite(ctx context.Context, id string) error {
	c, err := r.ByID(ctx, id)
	if err != nil {
		return err
	}
	if err := r.Replace(ctx, c); !errors.Is(err, fault.Stale) {
		return err
	}
	return nil
}

// ByID reads one complaint; fault.NotFound.
func (r Repository) ByID(ctx context.Context, id string) (*Complaint, error) {
	rec, err := r.Engine.Get(ctx, Collection.Name, id)
	if err != nil {
		return nil, err
	}
	return decode(rec)
}

// ByNumber reads one complaint by a number as people type it; fault.Invalid, fault.NotFound.
func (r Repository) ByNumber(ctx context.Context, typed string) (*Complaint, error) {
	number, err := ParseNumber(typed)
	if err != nil {
		return nil, err
	}
	return r.one(ctx, store.Query{Index: "number", Equal: []any{number}, Limit: 1}, unseen(number))
}

// ByRequest reads the complaint that a request key made; fault.NotFound.
func (r Repository) ByRequest(ctx context.Context, key string) (*Complaint, error) {
	return r.one(ctx, store.Query{Index: "request", Equal: []any{key}, Limit: 1}, errNoRequest)
}

var errNoRequest = fault.New(fault.NotFound, "no complaint was made with this key")

func (r Repository) one(ctx context.Context, q store.Query, miss error) (*Complaint, error) {
	page, err := r.Engine.Find(ctx, Collection.Name, q)
	if err != nil {
		return nil, err
	}
	if len(page.Records) == 0 {
		return nil, miss
	}
	return decode(page.Records[0])
}

// Find reads a page.
func (r Repository) Find(ctx context.Context, q store.Query) (list []*Complaint, next string, err error) {
	page, err := r.Engine.Find(ctx, Collection.Name, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		c, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, c)
	}
	return list, page.Next, nil
}
