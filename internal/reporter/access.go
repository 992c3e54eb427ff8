package reporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reason"
	"respons/internal/store"
)

// Accesses is how the citizens' access log is stored.
var Accesses = store.Collection{Name: "accesses", Indexes: []store.Index{
	{Name: "citizen", Fields: []string{"citizen", "at"}},
}}

// Access is one look of a member of staff at what is sealed. The citizen sees role and agency, not who it was.
type Access struct {
	ID      string          `json:"id"` // ULID
	Citizen string          `json:"citizen"`
	Number  string          `json:"number"` // of the complaint for which it was
	At      time.Time       `json:"at"`     // UTC
	By      complaint.Actor `json:"by"`
	Fields  []string        `json:"fields"`
	Reason  string          `json:"reason"`
	Basis   reason.Reason   `json:"basis"`
}

func (r *Reporters) log(ctx context.Context, a Access) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode access: %w", err)
	}
	return r.Engine.Insert(ctx, Accesses.Name, store.Record{ID: a.ID, Body: body,
		Keys: store.Keys{"citizen": a.Citizen, "at": a.At.UnixMilli()}})
}

// Log gives a page of a citizen's access log, the latest first.
func (r *Reporters) Log(ctx context.Context, citizen, after string, limit int) (list []Access, next string, err error) {
	page, err := r.Engine.Find(ctx, Accesses.Name, store.Query{Index: "citizen", Equal: []any{citizen}, Desc: true, After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		var a Access
		if err := json.Unmarshal(rec.Body, &a); err != nil {
			return nil, "", fmt.Errorf("decode access %s: %w", rec.ID, err)
		}
		list = append(list, a)
	}
	return list, page.Next, nil
}

// HandLog makes one citizen's access log another's; again is harmless.
func (r *Reporters) HandLog(ctx context.Context, from, to string) error {
	for {
		list, _, err := r.Log(ctx, from, "", 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			a.Citizen = to
			body, err := json.Marshal(a)
			if err != nil {
				return fmt.Errorf("encode access: %w", err)
			}
			_, err = r.Engine.Replace(ctx, Accesses.Name, store.Record{ID: a.ID, Rev: 1, Body: body, // written once until now
				Keys: store.Keys{"citizen": a.Citizen, "at": a.At.UnixMilli()}})
			if err != nil {
				return fmt.Errorf("hand over the access log: %w", err)
			}
		}
	}
}

// ForgetLog deletes a citizen's access log, which nobody else reads; the audit record stays. Again is harmless.
func (r *Reporters) ForgetLog(ctx context.Context, citizen string) error {
	for {
		list, _, err := r.Log(ctx, citizen, "", 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			if err := r.Engine.Delete(ctx, Accesses.Name, a.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
		}
	}
}
