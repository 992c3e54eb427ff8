package place

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"respons/internal/agency"
	"respons/internal/table"
)

// LocalitiesFile is the name of the gazetteer in the folder of reference data.
const LocalitiesFile = "localities.csv"

var localityColumns = []string{"name", "aliases", "state", "district", "authority", "postcodes", "lat", "lon"}

func (f *Finder) loadLocalities(fsys fs.FS, ms *table.Mistakes) {
	districts := map[string]uint16{}
	lines := map[string]int{}
	counts := map[string]map[uint16]int{}
	before := len(*ms)
	rows := table.Read(fsys, LocalitiesFile, localityColumns, ms)
	if len(rows) == 0 && len(*ms) == before {
		ms.Add(LocalitiesFile, "has no locality")
	}
	for _, row := range rows {
		l, ok := f.readLocality(row, districts)
		if !ok {
			continue
		}
		key := fmt.Sprint(strings.ToLower(l.name), "|", l.council, "|", l.district)
		if first, had := lines[key]; had {
			row.Wrong("name", "%s of the same council and district stands in line %d already", l.name, first)
		}
		lines[key] = row.Line
		i := int32(len(f.places))
		f.places = append(f.places, l)
		f.councils[l.council].places = append(f.councils[l.council].places, i)
		base, rest := plain(l.name)
		f.called(base, i)
		if rest != "" {
			f.called(base+" "+rest, i)
		}
		for _, alias := range row.List("aliases") {
			f.called(alias, i)
		}
		for _, code := range row.List("postcodes") {
			if len(code) != 5 || strings.Trim(code, "0123456789") != "" {
				row.Wrong("postcodes", "%q is not five digits", code)
				continue
			}
			for n := 2; n <= 5; n++ {
				if counts[code[:n]] == nil {
					counts[code[:n]] = map[uint16]int{}
				}
				counts[code[:n]][l.council]++
			}
		}
	}
	f.weighPostcodes(counts)
}

// readLocality takes one row; ok is false where its council is not known, for then nothing can be done with it.
func (f *Finder) readLocality(row table.Row, districts map[string]uint16) (l locality, ok bool) {
	l.name = row.Need("name")
	code := row.Need("authority")
	if l.council, ok = f.codes[code]; !ok && code != "" {
		row.Wrong("authority", "%q is not the code of a local authority in %s", code, agency.File)
	}
	state := row.Need("state")
	if _, known := agency.StateOf(state); !known && state != "" {
		row.Wrong("state", "no state %q; codes go from MY-01 to MY-16", state)
	} else if l.state = stateIndex(state); ok && known && l.state != f.councils[l.council].state {
		row.Wrong("state", "%s lies in %s", code, agency.States[f.councils[l.council].state].Code)
	}
	district := row.Need("district")
	if _, known := districts[district]; !known {
		districts[district] = uint16(len(f.districts))
		f.districts = append(f.districts, district)
	}
	l.district = districts[district]
	lat, lon := agency.Position(row)
	l.lat, l.lon = float32(lat), float32(lon)
	if at := f.inside(lat, lon); at != "" { // an imported boundary is surer than the row
		l.council = f.codes[at]
	}
	return l, ok && l.name != ""
}

// called notes one name of a locality.
func (f *Finder) called(name string, i int32) {
	n := f.named(name)
	if n < 0 {
		return
	}
	if named := &f.names.all[n]; !slices.Contains(named.places, i) {
		named.places = append(named.places, i)
		if named.usual == "" {
			named.usual = f.places[i].name
		}
	}
}

// sharesOf turns counts into parts of a whole.
func sharesOf(counts map[uint16]int) []share {
	total, sum := 0.0, map[uint16]float64{}
	for of, n := range counts {
		sum[of] = math.Pow(float64(n), 0.8)
		total += sum[of]
	}
	for of := range sum {
		sum[of] /= total
	}
	return sharesIn(sum)
}

// sharesIn puts weights in order.
func sharesIn(weights map[uint16]float64) []share {
	out := make([]share, 0, len(weights))
	for of, w := range weights {
		out = append(out, share{of, float32(w)})
	}
	slices.SortFunc(out, func(a, b share) int { return int(a.of) - int(b.of) })
	return out
}

func (f *Finder) weighDistricts() {
	for i := range f.councils {
		counts := map[uint16]int{}
		for _, at := range f.councils[i].places {
			counts[f.places[at].district]++
		}
		f.councils[i].districts = sharesOf(counts)
	}
}

// sameArea is what a council that uses a postcode's first three digits gets of a postcode that is known for others.
const sameArea = 0.12

// weighPostcodes gives each postcode to the councils it is known for, and a little to those around, for the gazetteer does
// not list every postcode of every place.
func (f *Finder) weighPostcodes(counts map[string]map[uint16]int) {
	for code, by := range counts {
		sum := map[uint16]float64{}
		for _, s := range sharesOf(by) {
			sum[s.of] = float64(s.w)
		}
		if len(code) == 5 {
			for _, s := range sharesOf(counts[code[:3]]) {
				sum[s.of] += sameArea * float64(s.w)
			}
		}
		f.postcodes[code] = sharesIn(sum)
	}
}
