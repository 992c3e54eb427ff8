package place

import (
	"io/fs"
	"strings"
	"sync"

	"respons/internal/agency"
	"respons/internal/table"
)

// Finder knows the places. It does not change after Load, so any number of goroutines may use it.
type Finder struct {
	places    []locality
	councils  []council
	codes     map[string]uint16 // place of a council in councils
	districts []string
	grid      grid
	words     *vocabulary
	names     *names
	scripts   scripts
	postcodes map[string][]share // whole postcodes and their first two to four digits
	borders   []border
	bordered  []bool // by council: its boundary was imported, so a point outside it is not its own
	desks     sync.Pool
}

// locality is one place of the gazetteer.
type locality struct {
	name     string
	lat, lon float32
	council  uint16
	district uint16
	state    uint8 // place in agency.States
}

// council is a local authority with what lies in it.
type council struct {
	code, nameMS, nameEN string
	state                uint8
	districts            []share // how its localities are spread; share.of is a district
	places               []int32
	neighbours           []uint16 // councils with a locality within commuteKm of one of its own
}

// share is how much of something falls to a council or a district.
type share struct {
	of uint16
	w  float32
}

// Load reads localities.csv and placeforms.csv of fsys, and boundaries.geojson where there is one. Every mistake is noted
// in ms; with one noted the finder must not be used.
func Load(fsys fs.FS, register *agency.Register, ms *table.Mistakes) *Finder {
	f := &Finder{codes: map[string]uint16{}, words: newVocabulary(), postcodes: map[string][]share{}}
	f.names = newNames(f.words)
	f.desks.New = func() any { return new(desk) }
	for _, a := range register.All() {
		if a.IsLocal() && len(a.States) == 1 {
			f.codes[a.Code] = uint16(len(f.councils))
			f.councils = append(f.councils, council{code: a.Code, nameMS: a.NameMS, nameEN: a.NameEN, state: stateIndex(a.States[0])})
		}
	}
	for _, a := range register.Former() { // its places are its successor's
		now, _ := register.Get(a.Code)
		if i, ok := f.codes[now.Code]; ok {
			f.codes[a.Code] = i
		}
	}
	f.bordered = make([]bool, len(f.councils))
	f.loadBorders(fsys, register, ms)
	f.words.learnContexts()
	f.words.learnOrdinary(fsys)
	forms := f.loadForms(fsys, ms)
	f.loadLocalities(fsys, ms)
	f.nameAreas()
	f.resolveForms(forms.places)
	f.markOrdinary(forms.ordinary)
	f.grid = newGrid(f.places)
	f.weighDistricts()
	f.weighNeighbours()
	f.weighNames()
	f.names.seal()
	return f
}

// Council gives the code of the only local authority of a state, such as DBKL for MY-14; empty where there are several
// or the state is unknown.
func (f *Finder) Council(state string) string {
	only := ""
	for _, c := range f.councils {
		if agency.States[c.state].Code != state {
			continue
		}
		if only != "" {
			return ""
		}
		only = c.code
	}
	return only
}

// District gives the gazetteer's spelling of a district of a state, whatever the case it is asked for in; empty: there is
// none.
func (f *Finder) District(state, name string) string {
	for _, l := range f.places {
		if agency.States[l.state].Code == state && strings.EqualFold(f.districts[l.district], name) {
			return f.districts[l.district]
		}
	}
	return ""
}

// stateIndex gives the place of a state in agency.States; the code is a known one.
func stateIndex(code string) uint8 {
	for i, s := range agency.States {
		if s.Code == code {
			return uint8(i)
		}
	}
	return 0
}
