// Package export makes large files in the background, says how far it is, and keeps them for a day. Any process may make
// one; a process that dies leaves it to another.
package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/fault"
	"respons/internal/store"
)

// Collection holds what was ordered.
var Collection = store.Collection{Name: "exports", Indexes: []store.Index{
	{Name: "state", Fields: []string{"state", "made"}},
	{Name: "owner", Fields: []string{"owner", "made"}},
}}

// State says how far a file is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Running State = "running"
	Ready   State = "ready"
	Failed  State = "failed"
)

// Job is a file that somebody ordered. Times are UTC.
type Job struct {
	ID     string          `json:"id"`
	Owner  string          `json:"owner"`  // who alone gets it
	Format string          `json:"format"` // csv or xlsx
	Order  json.RawMessage `json:"order"`  // what is in it, as the writer reads it
	State  State           `json:"state"`
	Rows   int64           `json:"rows"` // written so far
	Bytes  int64           `json:"bytes,omitempty"`
	Made   time.Time       `json:"made"`
	Moved  time.Time       `json:"moved"`          // when a process last got on with it
	Tries  int             `json:"tries"`          // begun so often
	Why    string          `json:"why,omitempty"`  // of a failed one
	Until  time.Time       `json:"until,omitzero"` // when a ready one is thrown away
}

const (
	kept     = 24 * time.Hour
	lease    = 2 * time.Minute // a running one that has not moved for so long is left to another process
	mostOpen = 3               // that one person may have waiting or running
	mostTry  = 3
	progress = 5 * time.Second // between two notes of how far it is
)

// Bucket keeps the files.
type Bucket interface {
	Write(ctx context.Context, key, mediaType, disposition string, r io.Reader) (int64, error)
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, keys ...string) error
}

// Desk takes orders and carries them out.
type Desk struct {
	Engine store.Engine
	Files  Bucket
	Write  func(ctx context.Context, j Job, w io.Writer, row func()) error // writes the whole file and calls row after each row
	Log    *slog.Logger
	Now    func() time.Time
}

// Order takes an order. fault.Conflict where the owner has as many under way as one person may have.
func (d *Desk) Order(ctx context.Context, owner, format string, order any) (Job, error) {
	list, err := d.List(ctx, owner)
	if err != nil {
		return Job{}, err
	}
	open := 0
	for _, j := range list {
		if j.State == Waiting || j.State == Running {
			open++
		}
	}
	if open >= mostOpen {
		return Job{}, fault.New(fault.Conflict, "%d of your exports are being made; wait until one of them is ready", open)
	}
	body, err := json.Marshal(order)
	if err != nil {
		return Job{}, fmt.Errorf("encode order: %w", err)
	}
	now := d.now()
	j := Job{ID: ulid.MustNewDefault(now).String(), Owner: owner, Format: format, Order: body, State: Waiting, Made: now, Moved: now}
	rec, err := j.record(0)
	if err != nil {
		return Job{}, err
	}
	return j, d.Engine.Insert(ctx, Collection.Name, rec)
}

// List gives somebody's exports, the latest first; 20 at the most.
func (d *Desk) List(ctx context.Context, owner string) (out []Job, err error) {
	page, err := d.Engine.Find(ctx, Collection.Name, store.Query{Index: "owner", Equal: []any{owner}, Desc: true, Limit: 20})
	if err != nil {
		return nil, err
	}
	for _, rec := range page.Records {
		j, err := read(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, nil
}

// ByID gives somebody's export; fault.NotFound for what is not theirs.
func (d *Desk) ByID(ctx context.Context, owner, id string) (Job, error) {
	rec, err := d.Engine.Get(ctx, Collection.Name, id)
	if err == nil {
		var j Job
		if j, err = read(rec); err == nil && j.Owner == owner {
			return j, nil
		}
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Job{}, err
	}
	return Job{}, fault.New(fault.NotFound, "there is no export %s of yours; they are kept for a day", id)
}

// Open gives the file of a ready export; the caller closes it.
func (d *Desk) Open(ctx context.Context, owner, id string) (io.ReadSeekCloser, Job, error) {
	j, err := d.ByID(ctx, owner, id)
	if err != nil {
		return nil, j, err
	}
	if j.State != Ready {
		return nil, j, fault.New(fault.Conflict, "the export is %s; ask for it again once it is ready", j.State)
	}
	f, err := d.Files.Open(ctx, j.key())
	return f, j, err
}

func (j Job) key() string { return "exports/" + j.ID + "." + j.Format }

func (j Job) record(rev int64) (store.Record, error) {
	body, err := json.Marshal(j)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode export: %w", err)
	}
	return store.Record{ID: j.ID, Rev: rev, Body: body, Keys: store.Keys{"state": string(j.State), "owner": j.Owner, "made": j.Made.UnixMilli()}}, nil
}

func read(rec store.Record) (j Job, err error) {
	if err := json.Unmarshal(rec.Body, &j); err != nil {
		return j, fmt.Errorf("decode export %s: %w", rec.ID, err)
	}
	return j, nil
}

func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

// Formats are those that are written.
var Formats = []string{"csv", "xlsx"}

// Known says whether a format is written.
func Known(format string) bool { return slices.Contains(Formats, format) }
