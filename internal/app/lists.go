package app

import (
	"cmp"
	"io/fs"
	"math"
	"slices"

	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/complaint"
	"respons/internal/place"
	"respons/internal/table"
	"respons/mobileapi"
)

func (r *Reference) agencies(lang string) (out []mobileapi.Agency) {
	for _, a := range r.Agencies.All() {
		out = append(out, r.listed(a, lang))
	}
	return out
}

// former are the codes of agencies that act no more.
func (r *Reference) former() (out []string) {
	for _, a := range r.Agencies.Former() {
		out = append(out, a.Code)
	}
	return out
}

func (r *Reference) listed(a agency.Agency, lang string) mobileapi.Agency {
	return mobileapi.Agency{Named: mobileapi.Named{Code: a.Code, Name: r.agencyName(a.Code, lang)}, Kind: string(a.Kind),
		Parent: r.parent(a.Code), States: a.States, Lat: a.Lat, Lon: a.Lon}
}

// near gives the council of a point and then the agencies by how far their seats are.
func (r *Reference) near(lat, lon float64, lang string, most int) []mobileapi.Agency {
	council := r.Router.Find(place.Query{HasPoint: true, Lat: lat, Lon: lon}).Authority
	var out []mobileapi.Agency
	for _, a := range r.Agencies.All() {
		x := r.listed(a, lang)
		km := math.Round(10*kmBetween(lat, lon, a.Lat, a.Lon)) / 10
		x.Km, x.Local = &km, a.Code == council
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b mobileapi.Agency) int {
		if a.Local != b.Local {
			if a.Local {
				return -1
			}
			return 1
		}
		return cmp.Compare(*a.Km, *b.Km)
	})
	return out[:min(most, len(out))]
}

func kmBetween(lat1, lon1, lat2, lon2 float64) float64 {
	const kmPerDegree = 111.195
	return kmPerDegree * math.Hypot(lat1-lat2, (lon1-lon2)*math.Cos((lat1+lat2)/2*math.Pi/180))
}

// kinds are the record types of the catalogue as the API calls them; what is missing cannot be filed.
var kinds = map[string]complaint.Kind{"aduan": complaint.Complain, "integriti": complaint.Complain, "permohonan": complaint.Complain,
	"bukan_aduan": complaint.Complain, "pertanyaan": complaint.Enquiry, "cadangan": complaint.Suggestion, "penghargaan": complaint.Appreciation}

func (r *Reference) groups(lang string) (out []mobileapi.Group) {
	for _, c := range r.Catalogue.All() {
		if n := len(out); n == 0 || out[n-1].Code != c.Group {
			out = append(out, mobileapi.Group{Code: c.Group})
		}
		g := &out[len(out)-1]
		g.Categories = append(g.Categories, r.category(c, lang))
	}
	return out
}

func (r *Reference) category(c classify.Category, lang string) mobileapi.Category {
	x := mobileapi.Category{Named: mobileapi.Named{Code: c.Code, Name: r.categoryName(c.Code, lang)}, Call: c.Emergency, Restricted: c.Restricted,
		Kinds: []string{}}
	for _, t := range c.RecordTypes {
		if k := string(kinds[t]); k != "" && !slices.Contains(x.Kinds, k) {
			x.Kinds = append(x.Kinds, k)
		}
	}
	return x
}

// loadHotlines reads hotlines.csv by language and notes every mistake.
func loadHotlines(fsys fs.FS, ms *table.Mistakes) map[string][]mobileapi.Hotline {
	out := map[string][]mobileapi.Hotline{}
	columns := []string{"number"}
	for _, lang := range []string{"ms", "en", "zh", "ta"} {
		columns = append(columns, "name_"+lang, "for_"+lang)
	}
	for _, row := range table.Read(fsys, "hotlines.csv", columns, ms) {
		for _, lang := range []string{"ms", "en", "zh", "ta"} {
			out[lang] = append(out[lang], mobileapi.Hotline{Number: row.Need("number"), Name: row.Need("name_" + lang), For: row.Need("for_" + lang)})
		}
	}
	return out
}
