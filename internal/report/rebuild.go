package report

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Recounted is what a recount found.
type Recounted struct {
	Complaints  int      `json:"complaints" doc:"Complaints that were counted anew"`
	Disposed    int      `json:"disposed" doc:"Complaints that were disposed of; what was counted of them is taken as it stands"`
	Waiting     int      `json:"waiting" doc:"Complaints that changed while the recount ran or just before; they are taken as they were counted last"`
	Sums        int      `json:"sums" doc:"Documents of sums that were compared"`
	Differences []string `json:"differences" doc:"What is not as the complaints say, the first hundred"`
	Different   int      `json:"different"`
	Repaired    bool     `json:"repaired"`
}

// mostNamed is how many differences are named.
const mostNamed = 100

// holding is how long folding waits for a recount that says nothing more of itself, because its process died.
const holding = 2 * time.Minute

// recount is one under way.
type recount struct {
	*Book
	name   string
	held   time.Time
	block  int64 // the number of the head that it holds
	should parts
	known  int // complaints among those that have an entry
	out    *Recounted
	repair bool
}

// Recount counts every complaint anew and compares with what is kept: first what was counted of each complaint, then every
// sum. With repair it puts right what differs. It may run beside the system: folding waits meanwhile, so that sums and
// complaints are of one moment, and what changes in between is folded afterwards. fault.Conflict where another recount is
// under way, fault.Unavailable where this one was too slow to keep the others waiting.
func (b *Book) Recount(ctx context.Context, repair bool) (*Recounted, error) {
	if err := b.catchUp(ctx); err != nil {
		return nil, err
	}
	if err := b.Flush(ctx); err != nil {
		return nil, err
	}
	r := &recount{Book: b, name: rand.Text(), should: parts{}, out: &Recounted{Differences: []string{}}, repair: repair}
	err := r.hold(ctx)
	if err == nil {
		err = r.run(ctx)
		err = errors.Join(err, r.release(context.WithoutCancel(ctx)))
	}
	if err != nil {
		return nil, fmt.Errorf("recount: %w", err)
	}
	if r.out.Different > 0 && repair {
		r.out.Repaired = true
		return r.out, b.Flush(ctx)
	}
	return r.out, nil
}

func (r *recount) run(ctx context.Context) error {
	if err := r.complaints(ctx); err != nil {
		return err
	}
	if err := r.disposed(ctx); err != nil {
		return err
	}
	return r.sums(ctx)
}

// hold carries out the block that stands and keeps others from writing the next.
func (r *recount) hold(ctx context.Context) error {
	return retry(func() error {
		h, err := r.head(ctx)
		if err != nil {
			return err
		}
		if h.Held.After(r.Now()) && h.Holder != r.name {
			return fault.New(fault.Conflict, "another recount is under way; wait for its end")
		}
		if err := r.carryOut(ctx, h); err != nil {
			return err
		}
		return r.keepHold(ctx, h.number)
	})
}

func (r *recount) keepHold(ctx context.Context, number int64) error {
	r.held = r.Now()
	h := &head{Held: r.held.Add(holding), Holder: r.name, number: number}
	err := r.keepHead(ctx, h)
	r.block = h.number
	return err
}

// still renews the hold, which must not have ended.
func (r *recount) still(ctx context.Context) error {
	if r.Now().Sub(r.held) < holding/4 {
		return nil
	}
	if err := r.keepHold(ctx, r.block); errors.Is(err, fault.Stale) {
		return fault.Wrap(fault.Unavailable, err, "figures were folded while they were recounted; begin again")
	} else if err != nil {
		return err
	}
	return nil
}

func (r *recount) release(ctx context.Context) error {
	err := r.keepHead(ctx, &head{number: r.block})
	if errors.Is(err, fault.Stale) {
		return nil // it ended by itself
	}
	return err
}

func (r *recount) differ(how string, args ...any) {
	if r.out.Different++; len(r.out.Differences) < mostNamed {
		r.out.Differences = append(r.out.Differences, fmt.Sprintf(how, args...))
	}
}

// complaints compares what was counted of each with how it stands.
func (r *recount) complaints(ctx context.Context) error {
	for after := ""; ; {
		list, next, err := r.Pages(ctx, after)
		if err != nil {
			return err
		}
		if err := r.all(ctx, list); err != nil {
			return err
		}
		if err := r.still(ctx); err != nil {
			return err
		}
		if after = next; after == "" {
			return nil
		}
	}
}

// all compares some complaints, and with repair notes those that were counted otherwise, many at once.
func (r *recount) all(ctx context.Context, list []*complaint.Complaint) error {
	entries := make([]*entry, len(list))
	g, reading := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, c := range list {
		g.Go(func() (err error) {
			entries[i], err = r.entry(reading, c.ID)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	g, noting := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for i, c := range list {
		if !r.asCounted(c, entries[i]) && r.repair {
			g.Go(func() error { return r.note(noting, c.ID, time.Time{}) })
		}
	}
	return g.Wait()
}

// asCounted takes in what was counted of a complaint and says whether that is how it stands.
func (r *recount) asCounted(c *complaint.Complaint, e *entry) bool {
	f, counts := r.facts(c, nil, r.Now())
	if e.rev == 0 && !counts {
		return true
	}
	r.out.Complaints++
	if e.rev > 0 {
		r.known++
	}
	if e.Facts != nil {
		r.take(*e.Facts)
		// What is foreseen depends on what was known then; a standing, on when it was looked at.
		f.Risk, f.Why, f.Predicted, f.Standing = e.Facts.Risk, e.Facts.Why, e.Facts.Predicted, e.Facts.Standing
	}
	switch {
	case counts == (e.Facts != nil) && (!counts || equalParts(f.parts(r.Zone), e.Facts.parts(r.Zone))):
		return true
	case e.Dirty || len(c.Untold) > 0:
		r.out.Waiting++
		return true
	}
	r.differ("complaint %s was counted otherwise than it stands", c.Number)
	return false
}

func (r *recount) take(f Facts) {
	for id, s := range f.parts(r.Zone) {
		if r.should[id] == nil {
			r.should[id] = Sums{}
		}
		r.should[id].add(s)
	}
}

func equalParts(a, b parts) bool { return maps.EqualFunc(a, b, Sums.equal) }

// disposed takes in what was counted of complaints that no list gives: those that were disposed of, and those that were
// sent back and are being routed anew.
func (r *recount) disposed(ctx context.Context) error {
	all, err := r.Engine.Count(ctx, FactsCollection.Name, store.Query{Index: "all"})
	if err != nil || int(all) == r.known {
		return err
	}
	for after := ""; ; {
		page, err := r.Engine.Find(ctx, FactsCollection.Name, store.Query{Index: "all", After: after, Limit: 500})
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			if err := r.left(ctx, rec); err != nil {
				return err
			}
		}
		if err := r.still(ctx); err != nil {
			return err
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func (r *recount) left(ctx context.Context, rec store.Record) error {
	e, err := readEntry(rec)
	if err != nil {
		return err
	}
	c, err := r.Find(ctx, e.ID)
	switch {
	case errors.Is(err, fault.NotFound):
		if r.out.Disposed++; e.Facts != nil {
			r.take(*e.Facts)
		}
		return nil
	case err != nil:
		return err
	case c.State == complaint.Received: // Pages leaves these out
		return r.all(ctx, []*complaint.Complaint{c})
	}
	return nil
}

// sums compares every document of sums with what the complaints add up to.
func (r *recount) sums(ctx context.Context) error {
	for after := ""; ; {
		page, err := r.Engine.Find(ctx, Sheets.Name, store.Query{Index: "all", After: after, Limit: 200})
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			s, err := readSheet(rec)
			if err != nil {
				return err
			}
			if err := r.compare(ctx, s); err != nil {
				return err
			}
			delete(r.should, s.ID)
		}
		if err := r.still(ctx); err != nil {
			return err
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.should)) {
		if err := r.compare(ctx, &sheet{ID: id, Sums: Sums{}}); err != nil {
			return err
		}
	}
	return nil
}

func (r *recount) compare(ctx context.Context, s *sheet) error {
	r.out.Sums++
	want := r.should[s.ID]
	if want == nil {
		want = Sums{}
	}
	if s.Sums.equal(want) {
		return nil
	}
	wrong := Sums{}
	wrong.add(s.Sums)
	wrong.less(want)
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		r.differ("%s %s: kept %d, should be %d", s.ID, name, s.Sums[name], want[name])
	}
	if !r.repair {
		return nil
	}
	if err := r.still(ctx); err != nil {
		return err
	}
	s.Sums, s.Block = want, r.block
	return r.keepSheet(ctx, s)
}
