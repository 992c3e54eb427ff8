package routing

import (
	"cmp"
	"slices"

	"respons/internal/classify"
	"respons/internal/place"
)

// share is how much speaks for an agency, and the strongest single reason.
type share struct {
	agency   string
	p        float64
	category string
	best     float64 // the largest part of p, from which category, row and road come
	row      *row
	road     RoadGuess
	place    Place
	named    bool // only because the text names it, whatever the matter
	lost     bool // a stand-in: the body itself depends on a place that is not known
}

// shares is a small set of agencies; it is scanned, not hashed.
type shares []share

func (s *shares) add(agency string, p float64, from share) {
	for i := range *s {
		if old := &(*s)[i]; old.agency == agency {
			old.p += p
			if p > old.best {
				from.agency, from.p, from.best = agency, old.p, p
				*old = from
			}
			return
		}
	}
	from.agency, from.p, from.best = agency, p, p
	*s = append(*s, from)
}

// sum is what speaks for all of them together.
func (s shares) sum() (total float64) {
	for _, x := range s {
		total += x.p
	}
	return total
}

// sort puts the likeliest first; equals stand in order of their codes, so that the same question has the same answer.
func (s shares) sort() {
	slices.SortFunc(s, func(a, b share) int { return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.agency, b.agency)) })
}

// possible is a place where the matter may lie.
type possible struct {
	place Place
	p     float64
}

// placesOf turns what was found into places whose probabilities sum to 1, the last ones with less and less known.
func placesOf(f place.Found) []possible {
	var out []possible
	left, inState := 1.0, 0.0
	add := func(authority, district, state string, p float64) {
		if authority == "" || p <= 0 {
			return
		}
		p = min(p, left)
		left -= p
		if state == f.State {
			inState += p
		}
		out = append(out, possible{Place{state, district, authority, p, f.Source}, p})
	}
	add(f.Authority, f.District, f.State, f.Confidence)
	for _, c := range f.Alternatives {
		add(c.Authority, c.District, c.State, c.Confidence)
	}
	if p := min(left, f.StateConfidence-inState); f.State != "" && p > 0 {
		out = append(out, possible{Place{State: f.State, District: f.District, Source: f.Source}, p})
		left -= p
	}
	if left > 1e-9 {
		out = append(out, possible{Place{}, left})
	}
	return out
}

// Parts of a category's probability that go to its fallback bodies: the first body is wrong now and then even where
// category and place are right, and the alternatives shall name the next to ask.
var fallbackParts = [...]float64{0.022, 0.012, 0.006}

// lostPart is what a stand-in keeps of the probability that stands for a body of an unknown place.
const lostPart = 0.15

// weigh sums over categories, places and road classes what the table says.
func (r *Router) weigh(categories []classify.Scored, places []possible, roads []RoadGuess, f facts) shares {
	var out shares
	for _, c := range categories {
		category, ok := r.catalogue.Get(c.Code)
		if !ok {
			continue
		}
		main := 1.0
		for i, rule := range category.Fallback {
			if i < len(fallbackParts) {
				main -= fallbackParts[i]
				r.spread(&out, c.Code, "", rule, c.P*fallbackParts[i], places, roads, f)
			}
		}
		r.spread(&out, c.Code, c.Code, category.Rule, c.P*main, places, roads, f)
	}
	return out
}

// spread gives the probability p of a category to the agencies that a rule names over places and road classes. The rows
// of rule own, where it has some that hold, go before rule.
func (r *Router) spread(out *shares, category, own, rule string, p float64, places []possible, roads []RoadGuess, f facts) {
	guesses := roads
	if !r.table.roads[rule] && !r.table.roads[own] {
		guesses = unknownRoad
	}
	for _, where := range places {
		for _, road := range guesses {
			part := p * where.p * road.P
			if part < 1e-5 {
				continue
			}
			f.place, f.road = where.place, road.Class
			o, ok := r.table.ask(own, &f)
			if !ok {
				o, ok = r.table.ask(rule, &f)
			}
			switch {
			case !ok:
			case o.agency != "":
				out.add(o.agency, part, share{category: category, row: o.row, road: road, place: where.place})
			default:
				out.add(r.table.seats.standIn(o.row.agency, where.place), part*lostPart,
					share{category: category, row: o.row, road: road, place: where.place, lost: true})
			}
		}
	}
}

var unknownRoad = []RoadGuess{{Class: Unknown, P: 1}}
