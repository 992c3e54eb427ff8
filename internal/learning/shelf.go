package learning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"respons/internal/fault"
	"respons/internal/store"
)

const (
	keptModels  = 10             // with their content, the latest
	keptRefused = 30             // with their reasons
	piece       = 700_000        // bytes of content in one document: a megabyte as base64
	tries       = 10             // of a change of what is live while somebody else changes it, too
	liveBefore  = 2 * keptModels // how far back the order of live models is remembered
)

// Shelf keeps models in the store.
type Shelf struct{ Engine store.Engine }

type part struct {
	Content []byte `json:"content"`
}

func partID(model string, kind, i int) string { return fmt.Sprintf("%s:%d:%d", model, kind, i) }

// put stores the content of a model, then the model itself: whoever finds a model finds all of it.
func (s Shelf) put(ctx context.Context, m *Model, c *Content) error {
	if c != nil {
		m.Pieces, m.Size = make([]int, 3), 0
		for kind, content := range [][]byte{c.Names, c.Classifier, c.Probe} {
			for chunk := range slices.Chunk(content, piece) {
				body, err := json.Marshal(part{chunk})
				if err != nil {
					return fmt.Errorf("encode model %s: %w", m.ID, err)
				}
				err = s.Engine.Insert(ctx, Parts.Name, store.Record{ID: partID(m.ID, kind, m.Pieces[kind]), Body: body})
				if err != nil && !errors.Is(err, fault.Duplicate) {
					return fmt.Errorf("store model %s: %w", m.ID, err)
				}
				m.Pieces[kind]++
			}
			m.Size += len(content)
		}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode model %s: %w", m.ID, err)
	}
	return s.Engine.Insert(ctx, Models.Name, store.Record{ID: m.ID, Body: body, Keys: store.Keys{"made": m.Made.UnixMilli()}})
}

// get reads a model; fault.NotFound.
func (s Shelf) get(ctx context.Context, id string) (m Model, err error) {
	rec, err := s.Engine.Get(ctx, Models.Name, id)
	if errors.Is(err, fault.NotFound) {
		return m, fault.New(fault.NotFound, "there is no model %q; GET /v1/staff/models or respons model list names them", id)
	}
	if err == nil {
		err = json.Unmarshal(rec.Body, &m)
	}
	return m, err
}

// content reads what a model decides with; fault.Conflict where it is not kept.
func (s Shelf) content(ctx context.Context, m Model) (c Content, err error) {
	if len(m.Pieces) != 3 {
		return c, fault.New(fault.Conflict, "the content of model %s is not kept: it was refused, or ten later ones were made", m.ID)
	}
	for kind, into := range []*[]byte{&c.Names, &c.Classifier, &c.Probe} {
		for i := range m.Pieces[kind] {
			rec, err := s.Engine.Get(ctx, Parts.Name, partID(m.ID, kind, i))
			if err != nil {
				return c, fmt.Errorf("read model %s: %w", m.ID, err)
			}
			var p part
			if err := json.Unmarshal(rec.Body, &p); err != nil {
				return c, fmt.Errorf("decode model %s: %w", m.ID, err)
			}
			*into = append(*into, p.Content...)
		}
	}
	return c, nil
}

// List gives every model, the latest first.
func (s Shelf) List(ctx context.Context) ([]Model, error) {
	page, err := s.Engine.Find(ctx, Models.Name, store.Query{Index: "made", Desc: true, Limit: store.MaxLimit})
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	out := make([]Model, 0, len(page.Records))
	for _, rec := range page.Records {
		var m Model
		if err := json.Unmarshal(rec.Body, &m); err != nil {
			return nil, fmt.Errorf("decode model %s: %w", rec.ID, err)
		}
		out = append(out, m)
	}
	return out, nil
}

// prune drops models beyond those that are kept; the live one always is.
func (s Shelf) prune(ctx context.Context, live string) error {
	list, err := s.List(ctx)
	if err != nil {
		return err
	}
	full, refused := 0, 0
	for _, m := range list {
		if len(m.Pieces) > 0 {
			full++
			if full <= keptModels || m.ID == live {
				continue
			}
		} else if refused++; refused <= keptRefused {
			continue
		}
		if err := s.drop(ctx, m); err != nil {
			return fmt.Errorf("drop model %s: %w", m.ID, err)
		}
	}
	return nil
}

func (s Shelf) drop(ctx context.Context, m Model) error {
	if err := s.Engine.Delete(ctx, Models.Name, m.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	for kind, n := range m.Pieces {
		for i := range n {
			if err := s.Engine.Delete(ctx, Parts.Name, partID(m.ID, kind, i), 0); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return nil
}

func liveID(base string) string { return "live:" + base }

// Live reads which model decides in programs with this base; none was ever made live: the shipped one.
func (s Shelf) Live(ctx context.Context, base string) (Live, error) {
	l, rev, err := read[Live](ctx, s.Engine, liveID(base))
	if l.Model == "" {
		l.Model = Shipped
	}
	l.rev = rev
	return l, err
}

// change changes which model decides; fn may be called again and has no side effects.
func (s Shelf) change(ctx context.Context, base string, fn func(*Live) error) error {
	return update(ctx, s.Engine, liveID(base), func(l *Live) error {
		if l.Model == "" {
			l.Model = Shipped
		}
		err := fn(l)
		l.Before = l.Before[max(0, len(l.Before)-liveBefore):]
		return err
	})
}

// read reads a single document of the models' collection; where it is not there, its zero value at revision 0.
func read[T any](ctx context.Context, e store.Engine, id string) (v T, rev int64, err error) {
	rec, err := e.Get(ctx, Models.Name, id)
	if errors.Is(err, fault.NotFound) {
		return v, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(rec.Body, &v)
	}
	return v, rec.Rev, err
}

// update changes a single document of the models' collection; whoever is slower begins again.
func update[T any](ctx context.Context, e store.Engine, id string, fn func(*T) error) error {
	for range tries {
		v, rev, err := read[T](ctx, e, id)
		if err != nil {
			return err
		}
		if err := fn(&v); err != nil {
			return err
		}
		body, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode %s: %w", id, err)
		}
		if rec := (store.Record{ID: id, Rev: rev, Body: body}); rev == 0 {
			err = e.Insert(ctx, Models.Name, rec)
		} else {
			_, err = e.Replace(ctx, Models.Name, rec)
		}
		if !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "somebody else changes this at the same time; please try again")
}
