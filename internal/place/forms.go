package place

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/agency"
	"respons/internal/table"
)

// FormsFile is the name of the short forms in the folder of reference data.
const FormsFile = "placeforms.csv"

// loadForms reads placeforms.csv: words of addresses with their spellings at once, for names are read with them; the
// rows that stand for places are given back, for the places must be known first.
func (f *Finder) loadForms(fsys fs.FS, ms *table.Mistakes) (forms formRows) {
	lines := map[string]int{}
	for _, row := range table.Read(fsys, FormsFile, []string{"form", "meaning", "state", "ambiguous_with"}, ms) {
		form, meaning := row.Need("form"), row.Need("meaning")
		if form != strings.ToLower(form) {
			row.Wrong("form", "%q must be in lower case", form)
		}
		if first, had := lines[form]; had && form != "" {
			row.Wrong("form", "%q stands in line %d already", form, first)
		}
		lines[form] = row.Line
		for _, s := range row.List("state") {
			if _, ok := agency.StateOf(s); !ok {
				row.Wrong("state", "no state %q; codes go from MY-01 to MY-16", s)
			}
		}
		switch {
		case form == "" || meaning == "":
		case strings.EqualFold(form, meaning):
			forms.ordinary = append(forms.ordinary, row)
		case row.Get("state") != "":
			forms.places = append(forms.places, row)
		default:
			f.learnForm(form, meaning, row.List("ambiguous_with"))
		}
	}
	return forms
}

// learnForm notes what a short form or other spelling of one word of a name stands for.
func (f *Finder) learnForm(form, meaning string, others []string) {
	from, to := f.path(form), f.path(meaning)
	if len(from) != 1 || len(to) != 1 {
		return // phrases are looked up as they are written
	}
	f.words.means(form, f.words.spelt[to[0]])
	f.words.address[to[0]] = f.words.address[to[0]] || addressWords[f.words.spelt[to[0]]]
	for _, other := range others {
		if w := strings.ToLower(other); !strings.ContainsAny(w, " (") {
			f.words.means(form, w)
		}
	}
}

// addressWords begin the name of a road, an estate or a place of another kind.
var addressWords = map[string]bool{"jalan": true, "lorong": true, "persiaran": true, "lebuh": true, "lebuhraya": true, "taman": true,
	"kampung": true, "bandar": true, "sungai": true, "bukit": true, "batu": true, "seksyen": true, "presint": true, "blok": true,
	"apartmen": true, "pangsapuri": true, "kondominium": true, "ladang": true, "kawasan": true, "simpang": true, "tanjung": true,
	"desa": true, "pekan": true, "felda": true, "parit": true, "kuala": true, "pasir": true, "padang": true, "teluk": true,
	"lubuk": true, "pulau": true, "pantai": true, "rumah": true, "pengkalan": true, "permatang": true, "bagan": true}

// formRows are the rows of placeforms.csv that can be understood only when the places are known.
type formRows struct {
	places   []table.Row // short forms of places
	ordinary []table.Row // names that are everyday words too
}

// markOrdinary notes which names are also everyday words, and which of those are things that one can be at: "di parit" is
// more often in the drain than in the town of Parit.
func (f *Finder) markOrdinary(rows []table.Row) {
	for _, row := range rows {
		at, ok := f.names.lookup(f.path(row.Get("form")))
		if !ok {
			row.Wrong("form", "no place has the name %q", row.Get("form"))
			continue
		}
		n := &f.names.all[at]
		n.ordinary = true
		for _, meaning := range row.List("ambiguous_with") {
			n.thing = n.thing || strings.HasPrefix(meaning, "(a ") || strings.HasPrefix(meaning, "(an ")
		}
	}
}

// resolveForms gives the short forms of places the meaning of the place they stand for. A form that is an everyday
// word as well counts only in capitals.
func (f *Finder) resolveForms(rows []table.Row) {
	for _, row := range rows {
		form := f.named(row.Get("form"))
		meanings := map[string][]string{row.Get("meaning"): row.List("state")}
		for _, other := range row.List("ambiguous_with") {
			if base, state := plain(other); strings.HasPrefix(state, "MY-") {
				meanings[base] = []string{state}
			} else if form >= 0 {
				f.names.all[form].quiet = true
			}
		}
		found := false
		for meaning, states := range meanings {
			found = f.stands(form, meaning, states) || found
		}
		if !found {
			row.Wrong("meaning", "there is no place, district, council or state %q in %s", row.Get("meaning"), row.Get("state"))
		}
	}
}

// stands copies the meaning of a known name, as far as it lies in the states, to the form.
func (f *Finder) stands(form int32, meaning string, states []string) bool {
	at, ok := f.names.lookup(f.path(meaning))
	if form < 0 || !ok {
		return false
	}
	to, known := &f.names.all[form], f.names.all[at]
	if to.usual == "" {
		to.usual = known.usual
	}
	found := false
	for _, i := range known.places {
		if !slices.Contains(states, agency.States[f.places[i].state].Code) {
			continue
		}
		found = true
		if !slices.Contains(to.places, i) {
			to.places = append(to.places, i)
		}
	}
	if known.state != 0 && slices.Contains(states, agency.States[known.state-1].Code) {
		to.state = known.state
	}
	if known.district != 0 {
		to.district = known.district
	}
	if known.council != 0 && slices.Contains(states, agency.States[f.councils[known.council-1].state].Code) {
		to.council = known.council
	}
	return found || to.state != 0 || to.district != 0 || to.council != 0
}
