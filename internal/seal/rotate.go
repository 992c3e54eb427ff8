package seal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"respons/internal/fault"
	"respons/internal/store"
)

// Grace is how long a replaced master key is kept at least: longer than a data key can take from the choice of its
// master key to the store.
const Grace = 3 * wrapping

// Rotation re-wraps in the background every data key that another master key than the current one wraps, and then
// retires the others of the file. What is left to do stands in the store, so it goes on where a killed process stopped,
// and two at once do no harm. Nothing sealed is touched: only the small wrapped keys are.
type Rotation struct {
	Vault *Vault
	File  *File // whose old keys are retired; nil: a key service's are the operator's to disable
	Alone bool  // nobody else has the store: an old key is retired without grace
	Log   *slog.Logger
}

// Round makes one round and says in the log what it did.
func (r *Rotation) Round(ctx context.Context) error {
	n, _, err := r.Once(ctx)
	if n > 0 {
		r.Log.InfoContext(ctx, "data keys re-wrapped under the current master key", "done", n)
	}
	return err
}

// Once re-wraps what is left and retires what is not needed any more; retired is false while the grace of a replaced key
// lasts, or where there is nothing to retire.
func (r *Rotation) Once(ctx context.Context) (rewrapped int, retired bool, err error) {
	current, err := r.Vault.Masters.Current(ctx)
	if err != nil {
		return 0, false, err
	}
	// The age is taken before the search: what was wrapped under an old key is in the store by the time of the search.
	over := false
	if r.File != nil {
		changed, err := r.File.Changed()
		if err != nil {
			return 0, false, err
		}
		over = r.Alone || r.Vault.Now().Sub(changed) > Grace
	}
	for _, q := range []store.Query{{To: current.Name}, {From: current.Name + "\x01"}} {
		n, err := r.each(ctx, q, current)
		if rewrapped += n; err != nil {
			return rewrapped, false, err
		}
	}
	if !over {
		return rewrapped, false, nil
	}
	keys, err := r.File.List()
	if err != nil || len(keys) < 2 {
		return rewrapped, false, err
	}
	return rewrapped, true, r.File.Retire(current.Name)
}

func (r *Rotation) each(ctx context.Context, q store.Query, m Master) (n int, err error) {
	q.Index, q.Limit = "master", 500
	for {
		page, err := r.Vault.Engine.Find(ctx, Collection.Name, q)
		if err != nil {
			return n, fmt.Errorf("find data keys to re-wrap: %w", err)
		}
		for _, rec := range page.Records {
			done, err := r.Vault.rewrap(ctx, rec.ID, m)
			if err != nil {
				return n, fmt.Errorf("re-wrap: %w", err)
			}
			if done {
				n++
			}
		}
		if page.Next == "" {
			return n, nil
		}
		q.After = page.Next
	}
}

// rewrap puts a data key under another master key; done is false where there was nothing to do.
func (v *Vault) rewrap(ctx context.Context, id string, m Master) (done bool, err error) {
	for {
		d, rev, err := v.read(ctx, id)
		if errors.Is(err, fault.NotFound) || err == nil && (d.Master == m.Name || d.Master == "") {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		h, err := v.unwrap(ctx, id, d)
		if err != nil {
			return false, err
		}
		if d.Wrapped, err = wrap(ctx, m, id, h); err != nil {
			return false, err
		}
		d.Master = m.Name
		rec, err := record(id, rev, d)
		if err != nil {
			return false, err
		}
		_, err = v.Engine.Replace(ctx, Collection.Name, rec)
		if !errors.Is(err, fault.Stale) {
			return err == nil, err
		}
	}
}

// Wrapped counts the data keys under each master key, in the order of their names.
func (v *Vault) Wrapped(ctx context.Context) (names []string, counts map[string]int64, err error) {
	counts = map[string]int64{}
	q := store.Query{Index: "master", Limit: 1}
	for {
		page, err := v.Engine.Find(ctx, Collection.Name, q)
		if err != nil || len(page.Records) == 0 {
			return names, counts, err
		}
		d, _, err := v.read(ctx, page.Records[0].ID)
		if err != nil {
			return nil, nil, err
		}
		n, err := v.Engine.Count(ctx, Collection.Name, store.Query{Index: "master", Equal: []any{d.Master}})
		if err != nil {
			return nil, nil, err
		}
		names, counts[d.Master] = append(names, d.Master), n
		q.From = d.Master + "\x01"
	}
}
