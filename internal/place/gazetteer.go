package place

import (
	"io/fs"
	"math"
	"strconv"
	"strings"

	"respons/internal/agency"
	"respons/internal/table"
)

// locality is one place of the gazetteer.
type locality struct {
	name, state, district, authority string
	lat, lon                         float64
}

// Finder knows the places. It does not change, so any number of goroutines may use it.
type Finder struct {
	places    []locality
	cells     map[[2]int][]int32 // by tenths of a degree
	names     map[string][]int32 // by normalised name
	postcodes map[string][]int32
	districts map[string][]int32 // by normalised district
	states    map[string]string  // name of a state to its code
	ordinary  map[string]bool    // names that are ordinary words as well
	short     map[string]string  // jln to jalan
	longest   int                // words in the longest name
	borders   []border
}

// Load reads localities.csv and placeforms.csv, and boundaries.geojson where there is one, and notes every mistake.
func Load(fsys fs.FS, register *agency.Register, ms *table.Mistakes) *Finder {
	f := &Finder{cells: map[[2]int][]int32{}, names: map[string][]int32{}, postcodes: map[string][]int32{}, districts: map[string][]int32{},
		states: stateNames(), ordinary: ordinaryWords(), short: map[string]string{}, longest: 1}
	for _, r := range table.Read(fsys, "placeforms.csv", []string{"form", "meaning", "state", "ambiguous_with"}, ms) {
		if r.Get("state") == "" && r.Get("ambiguous_with") == "" {
			f.short[r.Need("form")] = strings.ToLower(r.Need("meaning"))
		}
	}
	for _, r := range table.Read(fsys, "localities.csv", []string{"name", "aliases", "state", "district", "authority", "postcodes", "lat", "lon"}, ms) {
		l := locality{name: r.Need("name"), state: r.Need("state"), district: r.Need("district"), authority: r.Need("authority"),
			lat: degrees(r, "lat", 0.8, 7.6), lon: degrees(r, "lon", 99.5, 119.5)}
		if _, ok := register.Get(l.authority); !ok {
			r.Wrong("authority", "there is no agency %q", l.authority)
		}
		if !strings.HasPrefix(l.state, "MY-") || len(l.state) != 5 {
			r.Wrong("state", "%q is none of MY-01 to MY-16", l.state)
		}
		i := int32(len(f.places))
		f.places = append(f.places, l)
		cell := cellOf(l.lat, l.lon)
		f.cells[cell] = append(f.cells[cell], i)
		for _, name := range append(r.List("aliases"), l.name) {
			f.name(name, i)
		}
		for _, p := range r.List("postcodes") {
			if len(p) != 5 || strings.Trim(p, "0123456789") != "" {
				r.Wrong("postcodes", "%q is not five digits", p)
			}
			f.postcodes[p] = append(f.postcodes[p], i)
		}
		key := strings.Join(f.tokens(l.district), " ")
		f.districts[key] = append(f.districts[key], i)
	}
	f.loadForms(fsys, ms)
	f.loadBorders(fsys, register, ms)
	return f
}

// loadForms adds the short forms of place names to the places they mean.
func (f *Finder) loadForms(fsys fs.FS, ms *table.Mistakes) {
	for _, r := range table.Read(fsys, "placeforms.csv", []string{"form", "meaning", "state", "ambiguous_with"}, ms) {
		if r.Get("state") == "" {
			continue
		}
		key := strings.Join(f.tokens(r.Get("meaning")), " ")
		for _, i := range append(append([]int32{}, f.names[key]...), f.districts[key]...) {
			if f.places[i].state == r.Get("state") {
				f.name(r.Get("form"), i)
				break // one is enough to name the council
			}
		}
	}
}

func (f *Finder) name(name string, i int32) {
	words := f.tokens(name)
	key := strings.Join(words, " ")
	if key == "" {
		return
	}
	for _, had := range f.names[key] {
		if had == i {
			return
		}
	}
	f.names[key] = append(f.names[key], i)
	f.longest = max(f.longest, len(words))
}

func degrees(r table.Row, column string, low, high float64) float64 {
	v, err := strconv.ParseFloat(r.Need(column), 64)
	if err != nil || !(v >= low && v <= high) {
		r.Wrong(column, "%q is no degree in Malaysia, %.1f to %.1f", r.Get(column), low, high)
	}
	return v
}

func cellOf(lat, lon float64) [2]int {
	return [2]int{int(math.Floor(lat * 10)), int(math.Floor(lon * 10))}
}

// kilometres is the distance of two positions, exact enough below 100 km.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const perDegree = 111.2
	x := (lon1 - lon2) * math.Cos((lat1+lat2)/2*math.Pi/180)
	y := lat1 - lat2
	return perDegree * math.Sqrt(x*x+y*y)
}

func stateNames() map[string]string {
	out := map[string]string{}
	for code, names := range map[string]string{"MY-01": "johor;johore", "MY-02": "kedah", "MY-03": "kelantan;kelate;klate", "MY-04": "melaka;malacca", "MY-05": "negeri sembilan;n sembilan;nogori",
		"MY-06": "pahang", "MY-07": "pulau pinang;penang;p pinang;槟城", "MY-08": "perak;霹雳", "MY-09": "perlis", "MY-10": "selangor;雪兰莪", "MY-11": "terengganu;ganu;tganu",
		"MY-12": "sabah;沙巴", "MY-13": "sarawak;砂拉越", "MY-14": "kuala lumpur;kl;吉隆坡", "MY-15": "labuan", "MY-16": "putrajaya"} {
		for name := range strings.SplitSeq(names, ";") {
			out[name] = code
		}
	}
	return out
}

// ordinaryWords are names of places that are everyday words; they count only beside another source.
func ordinaryWords() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq("lama baru bukit air merah batu jalan taman pasar kampung sungai sekolah masjid surau hospital pantai ladang simpang bandar pekan raja sri seri indah jaya utama damai setia mutiara melati mawar permai bahagia sentosa aman impian perdana desa kota pulau parit tanjung lembah teluk padang changkat hulu hilir ulu tengah tinggi besar kecil panjang pandan kuala beringin ampang2 cahaya suria bayu") {
		out[w] = true
	}
	return out
}
