package routing

import (
	"slices"
	"strings"

	"respons/internal/classify"
	"respons/internal/place"
)

// How hints weigh. They multiply what category, place and table say, and the sum is brought back to what it was.
const (
	chosenFactor    = 6.0  // the category that the citizen chose
	chosenAtLeast   = 0.05 // its probability before that, where the text says nothing of it
	addressedFactor = 2.5  // an agency named outright
	addressedPart   = 0.05 // what it gets at least
	addressedOpen   = 0.3  // and of what is open besides
	againFactor     = 1.6  // more where it is named again; the tenth time says no more than the second
	topicFactor     = 2.5  // an agency whose card, scheme or app is named
	topicOpen       = 0.5
	matterFactor    = 3.0 // an agency whose own matter is named
	matterPart      = 1.2
	matterOpen      = 0.6
	toldFactor      = 1.2 // an agency that was told before
	toldOpen        = 0.2
	deniedFactor    = 0.3 // an agency that says it is not responsible, or of which the citizen says so
	thankedFactor   = 6.0 // an agency named in a text of thanks
	thankedPart     = 1.5
)

// vague are the categories that say nothing about who must act: a delay of whomever, and the rest.
var vague = map[string]bool{"INT03": true, "UMM01": true}

// chosen adds the citizen's own choice to what the text says. Probabilities sum to at most 1 before and after.
func (r *Router) chosen(categories []classify.Scored, choice string) []classify.Scored {
	if choice == "" {
		return categories
	}
	if _, ok := r.catalogue.Get(choice); !ok {
		return categories
	}
	out := slices.Clone(categories)
	i := slices.IndexFunc(out, func(s classify.Scored) bool { return s.Code == choice })
	if i < 0 {
		i, out = len(out), append(out, classify.Scored{Code: choice})
	}
	out[i].P = chosenFactor * max(out[i].P, chosenAtLeast)
	total := 0.0
	for _, s := range out {
		total += s.P
	}
	for i := range out {
		out[i].P /= total
	}
	return out
}

// hint lets agencies named in the text count: those that speak already by a factor, and each named one by at least a part
// that grows with what category, place and table leave open. What is lost to an unknown place stays a part of the whole.
func (r *Router) hint(found *shares, named []mention, categories []classify.Scored, recordType string, where place.Found) {
	if len(named) == 0 || len(*found) == 0 {
		return
	}
	lost, open := 1-found.sum(), 1.0
	for _, c := range categories {
		if !vague[c.Code] {
			open = min(open, 1-c.P)
		}
	}
	for _, p := range r.pulls(named, open, recordType == "penghargaan", where) {
		i := slices.IndexFunc(*found, func(s share) bool { return s.agency == p.agency })
		switch {
		case i >= 0:
			(*found)[i].p = max((*found)[i].p*p.factor, p.least)
		case p.least > 0:
			found.add(p.agency, p.least, share{category: (*found)[0].category, named: true})
		}
	}
	scale := 1 / (max(0, lost) + found.sum())
	for i := range *found {
		(*found)[i].p *= scale
	}
}

// pull is what the mentions of one agency do together: a name repeated ten times counts twice.
type pull struct {
	agency        string
	factor, least float64
}

// pulls weighs the agencies named, each by its strongest mention; a denial outweighs the others.
func (r *Router) pulls(named []mention, open float64, thanks bool, where place.Found) []pull {
	var out []pull
	here := Place{State: where.State, District: where.District, Authority: where.Authority}
	for _, m := range named {
		p := pull{r.table.seats.resolve(m.agency, here), addressedFactor, addressedPart + addressedOpen*open}
		if p.agency == "" || m.role == landmark {
			continue
		}
		switch {
		case m.role == denied:
			p.factor, p.least = deniedFactor, 0
		case m.role == told:
			p.factor, p.least = toldFactor, toldOpen*open
		case m.as == asMatter:
			p.factor, p.least = matterFactor, matterPart+matterOpen*open
		case m.as == asTopic:
			p.factor, p.least = topicFactor, addressedPart+topicOpen*open
		case thanks || m.role == thanked: // who is thanked is named
			p.factor, p.least = thankedFactor, thankedPart
		}
		if strings.HasPrefix(m.agency, "@") { // "majlis" is said of whatever council is meant, and of much else
			p.least = 0
		}
		switch i := slices.IndexFunc(out, func(o pull) bool { return o.agency == p.agency }); {
		case i < 0:
			out = append(out, p)
		case p.factor < 1 || out[i].factor < 1:
			out[i].factor, out[i].least = deniedFactor, 0
		case m.as == asName && p.factor == addressedFactor && out[i].factor == addressedFactor:
			out[i].factor *= againFactor
		default:
			out[i].factor, out[i].least = max(out[i].factor, p.factor), max(out[i].least, p.least)
		}
	}
	return out
}
