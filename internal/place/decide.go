package place

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// nobody is the evidence for a council that nothing points to: the doubt that stays.
const nobody = 0.5

// decide turns evidence into probabilities.
func (f *Finder) decide(t *tally, inText, inAddress []found, nearest []near, q Query, out Found) Found {
	if len(t.score) == 0 {
		if len(t.states) == 1 {
			for s := range t.states {
				out.State, out.StateConfidence, out.Source = s, 0.9, "text"
			}
		}
		return out
	}
	type scored struct {
		authority string
		p         float64
	}
	var list []scored
	total := math.Exp(nobody)
	for a, s := range t.score {
		if len(t.states) > 0 && !t.states[t.any[a].state] {
			s -= byState
		}
		e := math.Exp(s)
		total += e
		list = append(list, scored{a, e})
	}
	for i := range list {
		list[i].p = list[i].p / total
	}
	slices.SortFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.authority, b.authority)) })
	best := t.any[list[0].authority]
	out.Authority, out.Confidence, out.State = list[0].authority, list[0].p, best.state
	out.District = f.districtOf(out.Authority, best.district, inText, inAddress, nearest)
	for _, s := range list {
		if t.any[s.authority].state == out.State {
			out.StateConfidence += s.p
		}
		if t.any[s.authority].district == best.district {
			out.DistrictConfidence += s.p
		}
	}
	for _, s := range list[1:min(5, len(list))] {
		l := t.any[s.authority]
		out.Alternatives = append(out.Alternatives, Candidate{Authority: s.authority, District: l.district, State: l.state, Confidence: s.p})
	}
	var sources []string
	for _, s := range []string{"text", "address", "postcode", "gps", "home"} {
		if t.source[out.Authority][s] {
			sources = append(sources, s)
		}
	}
	out.Source = strings.Join(sources, "+")
	out.Reasons = append(out.Reasons, f.reasons(out.Authority, t, inText, inAddress, q, nearest)...)
	return out
}

// districtOf gives the district of the named or nearest place of a council, for a council may span several.
func (f *Finder) districtOf(authority, otherwise string, inText, inAddress []found, nearest []near) string {
	for _, set := range [][]found{inText, inAddress} {
		for _, m := range set {
			for _, i := range m.places {
				if f.places[i].authority == authority {
					return f.places[i].district
				}
			}
		}
	}
	for _, n := range nearest {
		if f.places[n.i].authority == authority {
			return f.places[n.i].district
		}
	}
	return otherwise
}

func (f *Finder) boundary(authority string, nearest []near, out Found) Found {
	out.Authority, out.Confidence, out.Source = authority, 0.995, "boundary"
	for i := range f.places {
		if f.places[i].authority == authority {
			out.State, out.District = f.places[i].state, f.places[i].district
			break
		}
	}
	out.District = f.districtOf(authority, out.District, nil, nil, nearest)
	out.StateConfidence, out.DistrictConfidence = 0.999, 0.9
	return out
}
