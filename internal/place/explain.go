package place

import (
	"cmp"
	"fmt"
	"slices"

	"respons/internal/reason"
)

// maxReasons is how many sentences say why; more are not read.
const maxReasons = 4

// reasons tells what speaks for a council, the strongest first, and what speaks for another place.
func (f *Finder) reasons(council uint16, q Query, d *desk, close []near) []reason.Reason {
	type told struct {
		clue int
		by   float64
	}
	var store [16]told
	list := store[:0]
	for i := range d.clues {
		if by := f.support(&d.clues[i], council); by > leastSupport {
			list = append(list, told{i, by})
		}
	}
	slices.SortStableFunc(list, func(a, b told) int { return cmp.Compare(b.by, a.by) })
	out := make([]reason.Reason, 0, maxReasons)
	for _, t := range list[:min(len(list), maxReasons-1)] {
		out = append(out, f.sentence(&d.clues[t.clue], council, q, d, close))
	}
	for i := range d.clues {
		c := &d.clues[i]
		if c.source == byPoint && f.support(c, council) < leastSupport && len(close) > 0 {
			name, _ := plain(f.places[close[0].locality].name)
			out = append(out, reason.Reason{
				MS: fmt.Sprintf("Telefon berada dekat %s, tetapi perkara ini nampaknya di tempat lain.", name),
				EN: fmt.Sprintf("The phone is near %s, but the matter seems to lie elsewhere.", name)})
		}
	}
	return out
}

func (f *Finder) sentence(c *clue, council uint16, q Query, d *desk, close []near) reason.Reason {
	to := &f.councils[council]
	switch c.source {
	case byText, byAddress:
		m := d.mentions[c.mention]
		fieldMS, fieldEN, words := "Aduan", "The text", q.Text
		if c.source == byAddress {
			fieldMS, fieldEN, words = "Alamat", "The address", q.Address
		}
		return reason.Reason{
			MS: fmt.Sprintf("%s menyebut “%s” (%s), kawasan %s.", fieldMS, words[m.from:m.to], f.names.all[m.name].usual, to.nameMS),
			EN: fmt.Sprintf("%s names “%s” (%s), area of %s.", fieldEN, words[m.from:m.to], f.names.all[m.name].usual, to.nameEN)}
	case byPostcode:
		return reason.Reason{MS: "Poskod ini digunakan dalam kawasan " + to.nameMS + ".", EN: "The postcode is used in the area of " + to.nameEN + "."}
	case byBoundary:
		return reason.Reason{MS: "Kedudukan telefon berada dalam sempadan " + to.nameMS + ".", EN: "The phone's position lies within the boundary of " + to.nameEN + "."}
	case byHome:
		return reason.Reason{MS: "Pengadu tinggal dalam kawasan " + to.nameMS + ".", EN: "The citizen lives in the area of " + to.nameEN + "."}
	}
	x := close[0]
	for _, other := range close {
		if f.places[other.locality].council == council {
			x = other
			break
		}
	}
	name, _ := plain(f.places[x.locality].name)
	return reason.Reason{
		MS: fmt.Sprintf("Telefon berada %.1f km dari %s, kawasan %s.", x.km, name, to.nameMS),
		EN: fmt.Sprintf("The phone is %.1f km from %s, area of %s.", x.km, name, to.nameEN)}
}
