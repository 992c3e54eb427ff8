package report

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cache keeps what many ask for at once for a short while.
type cache struct {
	mu   sync.Mutex
	at   time.Time
	tops map[string]map[string]Sums // by agency and month
}

// fresh is how old figures over all agencies may be.
const fresh = 30 * time.Second

// months gives the sums of every agency by month, as 2026-11.
func (b *Book) months(ctx context.Context, agencies []string) (map[string]map[string]Sums, error) {
	b.recent.mu.Lock()
	defer b.recent.mu.Unlock()
	if now := b.Now(); b.recent.tops == nil || now.Sub(b.recent.at) > fresh || now.Before(b.recent.at) {
		tops := map[string]map[string]Sums{}
		for _, code := range agencies {
			n, err := b.node(ctx, "agency/"+code)
			if err != nil {
				return nil, err
			}
			if len(n.Members) > 0 {
				tops[code] = n.Members
			}
		}
		b.recent.tops, b.recent.at = tops, now
	}
	return b.recent.tops, nil
}

// Row is the figures of one agency, category, state or month.
type Row struct {
	Code     string
	Received int64
	Open     int64
	Mended   int64
	Late     int64
	Rated    int64
	Stars    int64   // of all ratings together
	Took     []int64 // mended ones by the classes of Took
}

func (r *Row) add(s Sums, prefix string) {
	r.Received += s[prefix+received]
	r.Open += s[prefix+open]
	r.Mended += s[prefix+mended]
	r.Late += s[prefix+late]
	if prefix == "" {
		r.Rated += s[rated]
		r.Stars += s[stars]
		for i := range len(Took) + 1 {
			r.Took[i] += s[took+strconv.Itoa(i)]
		}
	}
}

// Figures are the sums of some agencies over some months.
type Figures struct {
	All        Row
	Agencies   []Row
	Categories []Row
	States     []Row
	Months     []Row
	Due        map[string]int64 // open ones by the day of their next deadline
	Restricted int64            // of which nothing else is counted
}

// Figures adds up agencies from one month (2026-01) to another, both taken in. Everything lists every agency that there
// can be; of decides which of them count.
func (b *Book) Figures(ctx context.Context, everything []string, of func(agency string) bool, from, to string) (*Figures, error) {
	tops, err := b.months(ctx, everything)
	if err != nil {
		return nil, err
	}
	f := &Figures{All: newRow(""), Due: map[string]int64{}}
	categories, states, months := rows{}, rows{}, rows{}
	for code, byMonth := range tops {
		if !of(code) {
			continue
		}
		r := newRow(code)
		for month, s := range byMonth {
			if month < from || month > to {
				continue
			}
			r.add(s, "")
			f.All.add(s, "")
			months.row(month).add(s, "")
			f.Restricted += s[secret]
			for name, n := range s {
				if day, ok := strings.CutPrefix(name, dueOn); ok {
					f.Due[day] += n
				}
			}
			eachPrefix(s, "c:", func(code string) { categories.row(code).add(s, "c:"+code+":") })
			eachPrefix(s, "s:", func(code string) { states.row(code).add(s, "s:"+code+":") })
		}
		if r.Received > 0 {
			f.Agencies = append(f.Agencies, r)
		}
	}
	slices.SortFunc(f.Agencies, func(a, b Row) int { return strings.Compare(a.Code, b.Code) })
	f.Categories, f.States, f.Months = categories.sorted(), states.sorted(), months.sorted()
	return f, nil
}

func eachPrefix(s Sums, prefix string, fn func(code string)) {
	for name := range s {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if code, what, _ := strings.Cut(rest, ":"); what == received {
				fn(code)
			}
		}
	}
}

func newRow(code string) Row { return Row{Code: code, Took: make([]int64, len(Took)+1)} }

type rows map[string]*Row

func (r rows) row(code string) *Row {
	if r[code] == nil {
		x := newRow(code)
		r[code] = &x
	}
	return r[code]
}

func (r rows) sorted() (out []Row) {
	for _, x := range r {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Row) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Within is the shortest of the times of Took within which at least the share p of what was mended was mended; ok is false
// where too little was mended to say, or it took longer than the longest.
func (r Row) Within(p float64) (time.Duration, bool) {
	var all, so int64
	for _, n := range r.Took {
		all += n
	}
	for i, n := range r.Took[:len(Took)] {
		if so += n; all >= fewest && float64(so) >= p*float64(all) {
			return Took[i], true
		}
	}
	return 0, false
}

// Share is Within as an ISO 8601 duration in hours, such as PT72H; empty where nobody can say.
func (r Row) Share(p float64) string {
	d, ok := r.Within(p)
	if !ok {
		return ""
	}
	return "PT" + strconv.Itoa(int(d.Hours())) + "H"
}

// fewest is the smallest number that is told of persons' affairs in public.
const fewest = 5
