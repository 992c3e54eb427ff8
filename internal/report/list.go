package report

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// facets are what a complaint has in common with others: its branches and, after a letter, its category, district and, as
// long as it is open, its officer and whether it is foreseen to be late.
func (f Facts) facets() []string {
	out := slices.Clone(f.Branches)
	for _, letter := range []string{byCategory, byDistrict} {
		if code := f.code(letter); code != "" {
			out = append(out, letter+code)
		}
	}
	if f.Over.IsZero() {
		if f.Assignee != "" {
			out = append(out, byOfficer+f.Assignee)
		}
		if f.Predicted {
			for _, branch := range f.Branches {
				out = append(out, foreseen+branch)
			}
		}
	}
	return out
}

// foreseen marks the facets of those that are foreseen to be late.
const foreseen = "late:"

// sortDue sorts by the deadline; without one it comes after all that have one, by when it was received.
func (f Facts) sortDue() int64 {
	if f.Due.IsZero() {
		return math.MaxInt64/2 + f.Received.UnixMilli()
	}
	return f.Due.UnixMilli()
}

// Filter says which complaints of a branch to list. A zero field asks for nothing.
type Filter struct {
	Branch   string // whose
	Standing Standing
	Foreseen bool // to be late
	Open     bool // open ones only
	Late     bool // of which a deadline of the citizen's was missed
	State    complaint.State
	Category string
	District string // MY-10/Petaling
	Class    string
	Officer  string    // Nobody: of whom nobody has it
	From, To time.Time // by when it was received: From included, To not
}

// Nobody stands for the officer of what nobody has.
const Nobody = "-"

// A page looks at no more than mostLooked complaints, so that a filter that few pass does not hold up the server.
const mostLooked = 2000

// Listed is one complaint behind a figure.
type Listed struct {
	ID string
	Facts
}

// List gives complaints behind figures: open ones with the earliest deadline first, where the filter asks for open ones;
// else those received first. A page may hold fewer than limit, or none, and yet have another after it: only so many are
// looked at in one step. fault.Invalid where the cursor is none of this list.
func (b *Book) List(ctx context.Context, f Filter, after string, limit int) (list []Listed, next string, err error) {
	w := f.way()
	last, err := w.position(after)
	if err != nil {
		return nil, "", err
	}
	q := w.query
	if after != "" {
		q.From = last.at
	}
	q.Limit = max(limit, 100)
	for looked := 0; ; {
		page, err := b.Engine.Find(ctx, FactsCollection.Name, q)
		if err != nil {
			return nil, "", err
		}
		for _, rec := range page.Records {
			e, err := readEntry(rec)
			if err != nil {
				return nil, "", err
			}
			if e.Facts == nil {
				continue
			}
			here := position{w.sort(*e.Facts), e.ID}
			if after != "" && here.compare(last) <= 0 {
				continue
			}
			if len(list) == limit {
				return list, w.cursor(last), nil
			}
			if last, after = here, " "; f.takes(*e.Facts) {
				list = append(list, Listed{e.ID, *e.Facts})
			}
		}
		looked += len(page.Records)
		if q.After = page.Next; q.After == "" {
			return list, "", nil
		}
		if looked >= mostLooked {
			return list, w.cursor(last), nil
		}
	}
}

// way is an index by which a list is read.
type way struct {
	name  string // in cursors, so that one is good for its own list only
	query store.Query
	sort  func(Facts) int64
}

// position is where in a list something stands.
type position struct {
	at int64
	id string
}

func (p position) compare(o position) int {
	return cmp.Or(cmp.Compare(p.at, o.at), strings.Compare(p.id, o.id))
}

// way picks the index that leaves the least to look at.
func (f Filter) way() way {
	facet := func(name, of string) way {
		q := store.Query{Index: "facet", Equal: []any{of}}
		if !f.From.IsZero() {
			q.From = f.From.UnixMilli()
		}
		if !f.To.IsZero() {
			q.To = f.To.UnixMilli()
		}
		return way{name, q, func(x Facts) int64 { return x.Received.UnixMilli() }}
	}
	switch {
	case f.Officer != "" && f.Officer != Nobody:
		return facet("o", byOfficer+f.Officer)
	case f.Foreseen:
		return facet("p", foreseen+f.Branch)
	case f.Branch == Everyone && f.District != "":
		return facet("d", byDistrict+f.District)
	case f.Branch == Everyone && f.Category != "":
		return facet("c", byCategory+f.Category)
	case f.open():
		return way{"b", store.Query{Index: "open", Equal: []any{f.Branch}}, Facts.sortDue}
	}
	return facet("r", f.Branch)
}

// open says whether only open ones are asked for.
func (f Filter) open() bool { return f.Open || f.Standing != "" || f.Foreseen || f.Officer != "" }

func (w way) cursor(p position) string {
	return w.name + "." + strconv.FormatInt(p.at, 10) + "." + p.id
}

func (w way) position(cursor string) (position, error) {
	if cursor == "" {
		return position{}, nil
	}
	parts := strings.SplitN(cursor, ".", 3)
	if len(parts) == 3 && parts[0] == w.name {
		if at, err := strconv.ParseInt(parts[1], 10, 64); err == nil {
			return position{at, parts[2]}, nil
		}
	}
	return position{}, fault.New(fault.Invalid, "the cursor is not one of this list; begin again without it")
}

// takes says whether a complaint is one of those asked for.
func (f Filter) takes(x Facts) bool {
	switch {
	case x.Secret, !slices.Contains(x.Branches, f.Branch),
		f.open() && !x.Over.IsZero(),
		f.Standing != "" && x.Standing != f.Standing,
		f.Foreseen && !x.Predicted,
		f.Late && !x.late(),
		f.State != "" && x.State != f.State,
		f.Category != "" && x.Category != f.Category,
		f.District != "" && x.code(byDistrict) != f.District,
		f.Class != "" && x.Class != f.Class,
		f.Officer != "" && x.code(byOfficer) != f.Officer,
		!f.From.IsZero() && x.Received.Before(f.From),
		!f.To.IsZero() && !x.Received.Before(f.To):
		return false
	}
	return true
}
