package report

import (
	"context"
	"iter"
	"slices"

	"respons/internal/store"
)

// fewest is the smallest number that is told of persons' affairs in public.
const fewest = 5

// Told is a figure as the public gets it: to the nearest five, and nothing below five. As each may be two more or less than
// it says, taking those that are told from their sum seldom says how many the one has that is left out. What must never be
// known, the restricted ones, is in none of them.
func Told(n int64) *int64 {
	if n < fewest {
		return nil
	}
	n = (n + 2) / 5 * 5
	return &n
}

// Recent lists complaints of an agency itself that anybody may see, those received last first.
func (b *Book) Recent(ctx context.Context, agency string, most int) (list []Facts, err error) {
	q := store.Query{Index: "facet", Equal: []any{b.Own(agency)}, Desc: true, Limit: 2 * most}
	for looked := 0; len(list) < most && looked < mostLooked; {
		page, err := b.Engine.Find(ctx, FactsCollection.Name, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Records {
			e, err := readEntry(rec)
			if err != nil {
				return nil, err
			}
			if e.Facts != nil && e.Facts.Shown && len(list) < most {
				list = append(list, *e.Facts)
			}
		}
		looked += len(page.Records)
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return list, nil
}

// Line is a row of the open data: an agency's complaints of one category that were received in one month. Figures are
// told as the public gets them; nil: fewer than five.
type Line struct {
	Month, Agency, Category string
	Received, Mended, Late  *int64
}

// Lines gives the open data of the months from one to another, by agency, month and category.
func (b *Book) Lines(ctx context.Context, agencies []string, from, to string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, agency := range agencies {
			branch := b.Own(agency)
			if agency == Desk {
				branch = desk
			}
			for _, month := range monthsFrom(from, to) {
				s, err := b.sheet(ctx, monthID(branch, month))
				if err != nil {
					yield(Line{}, err)
					return
				}
				list := codes(s.Sums, byCategory, received)
				slices.Sort(list)
				for _, code := range list {
					at := prefix(byCategory, code)
					if !yield(Line{month, agency, code, Told(s.Sums[at+received]), Told(s.Sums[at+mended]), Told(s.Sums[at+late])}, nil) {
						return
					}
				}
			}
		}
	}
}
