package place

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"respons/internal/agency"
)

// leastConfidence is the least probability with which a council is named; below it only the state is.
const leastConfidence = 0.2

// mostConfidence is the surest that an answer is.
const mostConfidence = 0.995

// conclude makes the answer of the probabilities.
func (f *Finder) conclude(q Query, d *desk, close []near) Found {
	order := f.best(d.scores)
	var states [len(agency.States)]float64
	for i, p := range d.scores {
		states[f.councils[i].state] += p
	}
	var out Found
	top := order[0]
	state := f.councils[top].state
	if d.scores[top] < leastConfidence {
		for i, p := range states {
			if p > states[state] {
				state = uint8(i)
			}
		}
	}
	if states[state] < leastConfidence {
		return Found{Mentions: f.mentions(q, d)}
	}
	out.State, out.StateConfidence = agency.States[state].Code, min(states[state], mostConfidence)
	rest := order[:]
	if d.scores[top] >= leastConfidence {
		out.Authority, out.Confidence = f.councils[top].code, min(d.scores[top], mostConfidence)
		out.District, out.DistrictConfidence = f.district(top, d, close)
		out.Lat, out.Lon, out.Radius = f.position(top, q, d)
		rest = rest[1:]
	}
	for _, c := range rest {
		if len(out.Alternatives) < 4 && d.scores[c] > 0.002 {
			district, _ := f.district(c, d, close)
			out.Alternatives = append(out.Alternatives, Candidate{f.councils[c].code, district, agency.States[f.councils[c].state].Code, d.scores[c]})
		}
	}
	out.Mentions = f.mentions(q, d)
	out.Source = f.sources(top, d)
	out.Reasons = f.reasons(top, q, d, close)
	return out
}

// best gives the likeliest councils, equals in order of code.
func (f *Finder) best(scores []float64) (order [5]uint16) {
	n := 0
	for i, p := range scores {
		if n == len(order) && p <= scores[order[n-1]] {
			continue
		}
		if n < len(order) {
			n++
		}
		j := n - 1
		for j > 0 && scores[order[j-1]] < p {
			order[j] = order[j-1]
			j--
		}
		order[j] = uint16(i)
	}
	return order
}

// district gives the likeliest district of a matter in a council, and how likely it is.
func (f *Finder) district(c uint16, d *desk, close []near) (string, float64) {
	type part struct {
		of uint16
		w  float64
	}
	var store [16]part
	parts := store[:0]
	add := func(of uint16, w float64) {
		for i := range parts {
			if parts[i].of == of {
				parts[i].w += w
				return
			}
		}
		parts = append(parts, part{of, w})
	}
	for _, s := range f.councils[c].districts {
		add(s.of, float64(s.w)*0.1)
	}
	for _, x := range close {
		if f.places[x.locality].council == c {
			add(f.places[x.locality].district, 1/math.Pow(1+x.km, 2))
		}
	}
	for _, m := range d.mentions {
		n := &f.names.all[m.name]
		if n.district != 0 {
			add(n.district-1, m.trust)
		}
		for _, i := range n.places {
			if f.places[i].council == c {
				add(f.places[i].district, 2*m.trust/float64(len(n.places)))
			}
		}
	}
	if len(parts) == 0 {
		return "", 0
	}
	total, most := 0.0, 0
	for i, p := range parts {
		total += p.w
		if p.w > parts[most].w {
			most = i
		}
	}
	return f.districts[parts[most].of], min(d.scores[c]*parts[most].w/total, mostConfidence)
}

// support says how much more a clue gives a council than it gives one taken at random, as a logarithm; nothing where it
// speaks for others first.
func (f *Finder) support(c *clue, council uint16) float64 {
	var own, most float32
	for _, s := range c.shares {
		most = max(most, s.w)
		if s.of == council {
			own = s.w
		}
	}
	if own < most/4 || own == 0 {
		return 0
	}
	floor := (1 - c.trust) / float64(len(f.councils))
	return math.Log1p(c.trust * float64(own) / floor)
}

// leastSupport is what a source must give the council to be named as one that decided.
const leastSupport = 0.7

// sources joins the names of those that speak for a council.
func (f *Finder) sources(council uint16, d *desk) string {
	var sum [len(sourceNames)]float64
	for i := range d.clues {
		sum[d.clues[i].source] += f.support(&d.clues[i], council)
	}
	var names []string
	for s, v := range sum {
		if v > leastSupport {
			names = append(names, sourceNames[s])
		}
	}
	return strings.Join(names, "+")
}

// mentions gives what was found in words, in the order of the fields.
func (f *Finder) mentions(q Query, d *desk) []Mention {
	if len(d.mentions) == 0 {
		return nil
	}
	out := make([]Mention, 0, len(d.mentions))
	for _, m := range d.mentions {
		field := q.Text
		if m.in == byAddress {
			field = q.Address
		}
		out = append(out, Mention{Words: field[m.from:m.to], Name: f.names.all[m.name].usual, From: m.from, To: m.to, In: sourceNames[m.in]})
	}
	slices.SortStableFunc(out, func(a, b Mention) int {
		return cmp.Or(cmp.Compare(b.In, a.In), cmp.Compare(a.From, b.From))
	})
	return out
}
