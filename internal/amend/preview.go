package amend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
)

// looked is how many of the latest complaints a preview decides anew.
const looked = 1000

const (
	previewPage  = 100
	previewLease = 60 * time.Second // within which whoever works on a preview shows a sign of life
	mostSamples  = 5                // numbers that are named for each move
)

// Preview is what the router would decide otherwise with an amendment, over the latest complaints that were routed.
type Preview struct {
	Revision int64     `json:"revision"` // of the amendment that was looked at
	Asked    time.Time `json:"asked"`    // UTC
	Alive    time.Time `json:"alive"`    // when somebody last worked on it
	Day      sla.Date  `json:"day"`      // as if they were filed on that day
	Total    int       `json:"total"`
	Done     int       `json:"done"`
	Changed  int       `json:"changed"`
	Moves    []Moves   `json:"moves,omitempty"` // the most frequent first
	Finished bool      `json:"finished"`
	Failed   string    `json:"failed,omitempty"` // why it could not be made
}

// Outcome is what a router decides on one complaint, as far as a preview tells it.
type Outcome struct {
	Agency string `json:"agency"`         // who acts, or is proposed first
	Desk   bool   `json:"desk,omitempty"` // a person decides
}

// Moves are the complaints that would go from one to the other.
type Moves struct {
	From    Outcome  `json:"from"`
	To      Outcome  `json:"to"`
	Count   int      `json:"count"`
	Samples []string `json:"samples,omitempty"` // numbers, none of restricted ones
}

// Running says whether somebody works on it at an instant; neither running nor finished, it was cut off.
func (p *Preview) Running(now time.Time) bool {
	return !p.Finished && p.Failed == "" && now.Sub(p.Alive) < previewLease
}

func previewID(amendment string) string { return "preview:" + amendment }

// Seer makes previews.
type Seer struct {
	Desk  *Desk
	Cases complaint.Repository
	// Router is the router that decides with the reference data of a folder.
	Router func(ctx context.Context, fsys fs.FS) (*routing.Router, error)
}

// Seen reads the preview of an amendment; fault.NotFound where none was asked for.
func (s *Seer) Seen(ctx context.Context, id string) (*Preview, error) {
	rec, err := s.Desk.Engine.Get(ctx, Collection.Name, previewID(id))
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "no preview of amendment %s was asked for", id)
	}
	if err != nil {
		return nil, fmt.Errorf("read a preview: %w", err)
	}
	p := new(Preview)
	if err := json.Unmarshal(rec.Body, p); err != nil {
		return nil, fmt.Errorf("decode a preview: %w", err)
	}
	return p, nil
}

// Ask notes that a preview begins, in place of an earlier one; look then makes it. fault.Conflict where somebody works on
// one of the same revision already, or the amendment has mistakes.
func (s *Seer) Ask(ctx context.Context, id string) (p *Preview, look func(context.Context), err error) {
	a, err := s.Desk.ByID(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	now := s.Desk.now()
	if was, err := s.Seen(ctx, id); err == nil && was.Revision == a.Rev && was.Running(now) {
		return nil, nil, fault.New(fault.Conflict, "this preview is being made already")
	}
	v, err := s.Desk.Check(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if v.Aside != "" || len(v.Wrong) > 0 {
		return nil, nil, fault.New(fault.Conflict, "mend the mistakes of the amendment first")
	}
	p = &Preview{Revision: a.Rev, Asked: now, Alive: now, Day: a.counts(s.Desk.today())}
	if err := s.keep(ctx, id, p); err != nil {
		return nil, nil, err
	}
	started := *p
	return &started, func(ctx context.Context) {
		if err := s.look(ctx, a, p); err != nil {
			p.Failed = "it was cut off; ask again"
			if f, ok := errors.AsType[*fault.Error](err); ok {
				p.Failed = f.Detail
			}
		}
		p.Finished = p.Failed == ""
		_ = s.keep(context.WithoutCancel(ctx), id, p) // else its lease runs out, which says the same
	}, nil
}

// keep stores the preview over whatever is there.
func (s *Seer) keep(ctx context.Context, id string, p *Preview) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode a preview: %w", err)
	}
	for range tries {
		rec := store.Record{ID: previewID(id), Body: body}
		was, err := s.Desk.Engine.Get(ctx, Collection.Name, rec.ID)
		switch {
		case errors.Is(err, fault.NotFound):
			err = s.Desk.Engine.Insert(ctx, Collection.Name, rec)
		case err == nil:
			rec.Rev = was.Rev
			_, err = s.Desk.Engine.Replace(ctx, Collection.Name, rec)
		}
		if !errors.Is(err, fault.Stale) && !errors.Is(err, fault.Duplicate) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "the preview is written by too many at once; please try again")
}

// look decides the latest complaints by both routers, as if they were filed on the day from which the amendment counts.
func (s *Seer) look(ctx context.Context, a *Amendment, p *Preview) error {
	below, with, err := s.Desk.sides(ctx, a)
	if err != nil {
		return err
	}
	before, err := s.Router(ctx, below)
	if err != nil {
		return err
	}
	after, err := s.Router(ctx, with)
	if err != nil {
		return err
	}
	q := store.Query{Index: "period", From: int64(0), Desc: true, Limit: previewPage}
	n, err := s.Desk.Engine.Count(ctx, complaint.Collection.Name, q)
	if err != nil {
		return err
	}
	p.Total = int(min(n, looked))
	tally := map[[2]Outcome]*Moves{}
	for p.Done < looked {
		list, next, err := s.Cases.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, c := range list[:min(len(list), looked-p.Done)] {
			count(tally, c, before, after, p.Day)
		}
		p.Done += min(len(list), looked-p.Done)
		p.Total = max(p.Total, p.Done)
		p.Alive = s.Desk.now()
		p.Moves, p.Changed = sorted(tally)
		if next == "" {
			break
		}
		if err := s.keep(ctx, a.ID, p); err != nil {
			return err
		}
		q.After = next
	}
	p.Total = p.Done
	return nil
}

func count(tally map[[2]Outcome]*Moves, c *complaint.Complaint, before, after *routing.Router, day sla.Date) {
	q := c.Question()
	q.At = day.Begins().Add(12 * time.Hour)
	was, is := before.Route(q), after.Route(q)
	k := [2]Outcome{{was.Agency, !was.Auto}, {is.Agency, !is.Auto}}
	if k[0] == k[1] {
		return
	}
	m := tally[k]
	if m == nil {
		m = &Moves{From: k[0], To: k[1]}
		tally[k] = m
	}
	m.Count++
	if len(m.Samples) < mostSamples && !c.Secret && !is.Restricted {
		m.Samples = append(m.Samples, c.Number)
	}
}

func sorted(tally map[[2]Outcome]*Moves) (out []Moves, changed int) {
	for _, m := range tally {
		out = append(out, *m)
		changed += m.Count
	}
	slices.SortFunc(out, func(a, b Moves) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From.Agency, b.From.Agency), cmp.Compare(a.To.Agency, b.To.Agency))
	})
	return out, changed
}

// sides are the reference data on the day from which an amendment counts, without it and with it.
func (d *Desk) sides(ctx context.Context, a *Amendment) (below, with fs.FS, err error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return nil, nil, err
	}
	built, err := d.build(ctx, l.on(a.counts(d.today())), a.ID)
	if err != nil {
		return nil, nil, err
	}
	p := pile{base: built.FS, files: map[string][]byte{}}
	if !p.lay(a) {
		return nil, nil, fault.New(fault.Conflict, "%s", p.laid[0].Aside)
	}
	return built.FS, Over(p.base, p.files), nil
}
