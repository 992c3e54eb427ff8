package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// Anchor says where the chain ended at an instant. Its hash, kept outside the store, proves later that everything up to
// there is still as it was.
type Anchor struct {
	ID   string    `json:"id"` // day:2026-11-26, or stop: and the instant a process ended
	At   time.Time `json:"at"`
	Seq  int64     `json:"seq"`  // of the last entry
	Hash string    `json:"hash"` // of the last entry
	Key  string    `json:"key"`
	Seal string    `json:"seal"` // HMAC-SHA-256 of all of the above
}

// Anchors is how anchors are stored, beside the log that has them too.
var Anchors = store.Collection{Name: "audit_anchors", Indexes: []store.Index{{Name: "time", Fields: []string{"at"}}}}

// past is how long after midnight in Malaysia the day's anchor is due.
const past = 5 * time.Minute

func (k Key) sealAnchor(a Anchor) string {
	return k.mac("anchor\n%s\n%d\n%d\n%s", a.ID, a.At.UnixMilli(), a.Seq, a.Hash)
}

// AnchorDay makes the anchor of the day where no process has made it. Before five past midnight it is still that of the
// day before.
func (r *Recorder) AnchorDay(ctx context.Context) error {
	day := "day:" + sla.DateOf(r.Now().Add(-past)).String()
	r.mu.Lock()
	made := r.day == day
	r.mu.Unlock()
	if made {
		return nil
	}
	if _, err := r.Engine.Get(ctx, Anchors.Name, day); errors.Is(err, fault.NotFound) {
		if there, err := r.anchor(ctx, day); err != nil || !there {
			return err
		}
	} else if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.day = day
	return nil
}

// Close anchors what this process has recorded since the latest anchor, so that nothing can be cut off the end of the
// chain while no process runs.
func (r *Recorder) Close(ctx context.Context) error {
	r.mu.Lock()
	anchored := r.added <= r.anchored
	r.mu.Unlock()
	if anchored {
		return nil
	}
	_, err := r.anchor(ctx, "stop:"+r.Now().UTC().Format(time.RFC3339Nano))
	return err
}

// anchor stores and logs where the chain ends now; there is false where the chain is empty. An anchor that another process
// has made meanwhile stays as it is.
func (r *Recorder) anchor(ctx context.Context, id string) (there bool, err error) {
	h, err := readHead(ctx, r.Engine)
	if err != nil || h.seq == 0 {
		return false, err
	}
	a := Anchor{ID: id, At: r.Now().UTC().Truncate(time.Millisecond), Seq: h.seq, Hash: h.hash, Key: r.Key.name}
	a.Seal = r.Key.sealAnchor(a)
	body, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("encode audit anchor %s: %w", id, err)
	}
	err = r.Engine.Insert(ctx, Anchors.Name, store.Record{ID: id, Keys: store.Keys{"at": a.At.UnixMilli()}, Body: body})
	if errors.Is(err, fault.Duplicate) {
		return true, nil
	} else if err != nil {
		return false, fmt.Errorf("store audit anchor %s: %w", id, err)
	}
	r.mu.Lock()
	r.anchored = max(r.anchored, h.seq)
	r.mu.Unlock()
	r.Log.InfoContext(ctx, "audit anchor", "anchor", id, "entry", a.Seq, "hash", a.Hash)
	return true, nil
}

// ListAnchors gives every stored anchor, the oldest first.
func ListAnchors(ctx context.Context, e store.Engine) (out []Anchor, err error) {
	q := store.Query{Index: "time", Limit: store.MaxLimit}
	for {
		page, err := e.Find(ctx, Anchors.Name, q)
		if err != nil {
			return nil, fmt.Errorf("read the audit anchors: %w", err)
		}
		for _, rec := range page.Records {
			var a Anchor
			if err := json.Unmarshal(rec.Body, &a); err != nil {
				return nil, fmt.Errorf("audit anchor %s cannot be read: %w", rec.ID, err)
			}
			out = append(out, a)
		}
		if page.Next == "" {
			return out, nil
		}
		q.After = page.Next
	}
}
