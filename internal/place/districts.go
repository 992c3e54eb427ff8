package place

import (
	"cmp"
	"slices"

	"respons/internal/agency"
)

// District is a district of a state with the middle of its localities.
type District struct {
	State    string // ISO 3166-2:MY
	Name     string
	Lat, Lon float64 // WGS 84 degrees
}

// Districts lists every district of the gazetteer by state and name.
func (f *Finder) Districts() []District {
	type key struct {
		state    uint8
		district uint16
	}
	sum, n := map[key]*District{}, map[key]float64{}
	for _, p := range f.places {
		k := key{p.state, p.district}
		if sum[k] == nil {
			sum[k] = &District{State: agency.States[p.state].Code, Name: f.districts[p.district]}
		}
		sum[k].Lat, sum[k].Lon, n[k] = sum[k].Lat+float64(p.lat), sum[k].Lon+float64(p.lon), n[k]+1
	}
	var out []District
	for k, d := range sum {
		out = append(out, District{d.State, d.Name, d.Lat / n[k], d.Lon / n[k]})
	}
	slices.SortFunc(out, func(a, b District) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Name, b.Name))
	})
	return out
}
