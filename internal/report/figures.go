package report

import (
	"context"
	"slices"
	"strings"

	"respons/internal/sla"
)

// Row is the figures of one agency, category or the like over some months of receipt.
type Row struct {
	Code     string
	Received int64
	Open     int64
	Mended   int64
	Late     int64  // of which a deadline of the citizen's was missed
	Took     Spread // from receipt until mended; nil: not told apart
}

// Figures are those of a branch over some months of receipt, as the complaints stand by now.
type Figures struct {
	All        Row
	Agencies   []Row // the bodies right below, each with those below it, and the own agency by itself
	Categories []Row
	Districts  []Row // by MY-10/Petaling
	Places     []Row // by state of the country
	Classes    []Row
	Months     []Row
	States     map[string]int64        // received ones by where they stand
	Kinds      map[string]int64        // by what they are: complaint, enquiry, …
	Missed     map[sla.ClockName]int64 // complaints of which the clock was missed, with whose turn it was
	Answered   Spread                  // from receipt until a person answered
	Reopened   int64                   // complaints that were opened again
	Rated      int64
	Stars      int64 // of all ratings together
	Restricted int64 // of which nothing else is counted
}

// Figures adds up a branch from one month (2026-01) to another, both included. The caller must not change them.
func (b *Book) Figures(ctx context.Context, branch, from, to string) (*Figures, error) {
	months := monthsFrom(from, to)
	list := make([]revised, len(months))
	for i, month := range months {
		var err error
		if list[i], err = b.sums(ctx, monthID(branch, month)); err != nil {
			return nil, err
		}
	}
	return b.addedUp(monthID(branch, from+"/"+to), list, func(all Sums) *Figures { return figuresOf(months, list, all) }), nil
}

// figuresOf reads the figures from the sums of the months and of all of them.
func figuresOf(months []string, list []revised, all Sums) *Figures {
	f := &Figures{Missed: map[sla.ClockName]int64{}, States: map[string]int64{}, Kinds: map[string]int64{}}
	for i, month := range months {
		s := list[i].sums
		if s[received] > 0 {
			f.Months = append(f.Months, rowOf(s, "", month, true))
		}
	}
	f.All, f.Answered = rowOf(all, "", "", true), spreadOf(all, answered)
	f.Reopened, f.Rated, f.Stars, f.Restricted = all[again], all[rated], all[stars], all[secret]
	for name, n := range all {
		if clock, ok := strings.CutPrefix(name, missed); ok {
			f.Missed[sla.ClockName(clock)] = n
		}
	}
	for letter, into := range map[string]map[string]int64{byState: f.States, byKind: f.Kinds} {
		for _, code := range codes(all, letter, received) {
			into[code] = all[prefix(letter, code)+received]
		}
	}
	f.Agencies, f.Categories = rows(all, byAgency, true), rows(all, byCategory, true)
	f.Districts, f.Places, f.Classes = rows(all, byDistrict, false), rows(all, byPlace, false), rows(all, byClass, false)
	return f
}

// rows reads the rows of a letter in order of their codes.
func rows(s Sums, letter string, spreads bool) (out []Row) {
	list := codes(s, letter, received)
	slices.Sort(list)
	for _, code := range list {
		out = append(out, rowOf(s, prefix(letter, code), code, spreads))
	}
	return out
}

func rowOf(s Sums, prefix, code string, spread bool) Row {
	r := Row{Code: code, Received: s[prefix+received], Open: s[prefix+open], Mended: s[prefix+mended], Late: s[prefix+late]}
	if spread {
		r.Took = spreadOf(s, prefix+took)
	}
	return r
}

// Every gives the figures of every agency by itself, in order of their codes.
func (b *Book) Every(ctx context.Context, from, to string) ([]Row, error) {
	all := Sums{}
	for _, month := range monthsFrom(from, to) {
		s, err := b.sums(ctx, everyID(month))
		if err != nil {
			return nil, err
		}
		all.add(s.sums)
	}
	return rows(all, byAgency, true), nil
}
