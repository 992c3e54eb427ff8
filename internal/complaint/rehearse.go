package complaint

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"respons/internal/sla"
	"respons/internal/store"
)

// Rehearsal says how many complaints of a period missed a deadline by the rules as they are and would have by other
// rules, everybody having acted as they did.
type Rehearsal struct {
	From       time.Time `json:"from"` // received from here, inclusive
	To         time.Time `json:"to"`   // to here, exclusive
	At         time.Time `json:"at"`   // clocks that still run are judged at this moment
	Breached             // of all complaints
	Clocks     []Tally   `json:"clocks"`     // by clock; of accept each assignment counts
	Agencies   []Tally   `json:"agencies"`   // by who was responsible at the deadline; an empty name is the desk
	Categories []Tally   `json:"categories"` // by what it is about
}

// Breached counts what missed a deadline.
type Breached struct {
	Total  int `json:"total"`  // all there are
	Before int `json:"before"` // by the rules as they are
	After  int `json:"after"`  // by the other rules
}

// Tally is Breached for one clock, agency or category.
type Tally struct {
	Name string `json:"name"`
	Breached
}

// Rehearse replays every complaint received from one moment to before another. It reads in pages and writes nothing;
// page, if not nil, hears after each how many were read.
func Rehearse(ctx context.Context, repo Repository, before, after Rules, from, to, now time.Time, page func(read int)) (Rehearsal, error) {
	out := Rehearsal{From: from.UTC(), To: to.UTC(), At: now.UTC()}
	clocks, agencies, categories := tallies{}, tallies{}, tallies{}
	q := store.Query{Index: "period", From: from.UnixMilli(), To: to.UnixMilli(), Limit: 500}
	for {
		list, next, err := repo.Find(ctx, q)
		if err != nil {
			return out, fmt.Errorf("rehearse: %w", err)
		}
		for _, c := range list {
			was, is := before.missed(c, now), after.missed(c, now)
			out.add(1, min(1, len(was)), min(1, len(is)))
			categories.at(c.Category).add(1, min(1, len(was)), min(1, len(is)))
			for _, k := range before.clocksFrom(c, 1) {
				clocks.at(string(k.Name)).add(1, 0, 0)
			}
			for _, agency := range c.responsible() {
				agencies.at(agency).add(1, 0, 0)
			}
			was.count(clocks, agencies, func(b *Breached) { b.Before++ })
			is.count(clocks, agencies, func(b *Breached) { b.After++ })
		}
		if page != nil {
			page(out.Total)
		}
		if next == "" {
			break
		}
		q.After = next
	}
	out.Clocks, out.Agencies, out.Categories = clocks.list(), agencies.list(), categories.list()
	return out, nil
}

// miss is a clock that passed its deadline, with who was responsible then.
type miss struct {
	clock, agency string
}

type misses []miss

// missed lists the clocks of a complaint that passed their deadline before they stopped, or have by now.
func (r Rules) missed(c *Complaint, now time.Time) (out misses) {
	for _, k := range r.clocksFrom(c, 1) {
		due, ok := r.Book.Instant(sla.Running{Target: k.Target, State: k.State, Start: k.Start, Pauses: k.whileItRan()}, 100)
		switch {
		case !ok || due.After(now), !k.Stopped.IsZero() && !due.Before(k.Stopped):
			continue
		}
		m := miss{clock: string(k.Name)}
		for _, e := range c.Events {
			if !e.At.After(due) {
				m.agency = e.Agency
			}
		}
		out = append(out, m)
	}
	return out
}

// count counts each clock, and each agency once.
func (ms misses) count(clocks, agencies tallies, one func(*Breached)) {
	seen := map[string]bool{}
	for _, m := range ms {
		one(clocks.at(m.clock))
		if !seen[m.agency] {
			seen[m.agency] = true
			one(agencies.at(m.agency))
		}
	}
}

// responsible lists the agencies that a complaint was with, and "" where the desk had it.
func (c *Complaint) responsible() (out []string) {
	for _, e := range c.Events {
		if (e.Agency != "" || e.To == Triage) && !slices.Contains(out, e.Agency) {
			out = append(out, e.Agency)
		}
	}
	return out
}

func (b *Breached) add(total, before, after int) {
	b.Total, b.Before, b.After = b.Total+total, b.Before+before, b.After+after
}

type tallies map[string]*Breached

func (t tallies) at(name string) *Breached {
	if t[name] == nil {
		t[name] = new(Breached)
	}
	return t[name]
}

// list sorts by what changes most, then by name.
func (t tallies) list() []Tally {
	out := []Tally{}
	for name, b := range t {
		out = append(out, Tally{name, *b})
	}
	change := func(x Tally) int { return max(x.After-x.Before, x.Before-x.After) }
	slices.SortFunc(out, func(a, b Tally) int {
		return cmp.Or(change(b)-change(a), b.Before-a.Before, cmp.Compare(a.Name, b.Name))
	})
	return out
}
