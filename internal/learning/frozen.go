package learning

import (
	"io/fs"
	"strconv"

	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/routing"
	"respons/internal/table"
)

// LoadFrozen reads the complaints of demo.csv with the agencies that are right for each, and takes its part of the written
// examples. acting gives who acts for a code of the register. rest is what may be learnt from. Every mistake is noted in ms.
func LoadFrozen(fsys fs.FS, catalogue *classify.Catalogue, acting func(agency string) (string, bool), ms *table.Mistakes) (f Frozen, rest []classify.Example) {
	for _, x := range classify.Examples(fsys, catalogue, ms) {
		if frozenPart(x) {
			f.Examples = append(f.Examples, x)
		} else {
			rest = append(rest, x)
		}
	}
	for _, r := range table.Read(fsys, "demo.csv", []string{"text", "lat", "lon", "address", "postcode", "agencies"}, ms) {
		where := place.Query{Text: r.Need("text"), Address: r.Get("address"), Postcode: r.Get("postcode")}
		lat, errLat := strconv.ParseFloat(r.Get("lat"), 64)
		lon, errLon := strconv.ParseFloat(r.Get("lon"), 64)
		if errLat == nil && errLon == nil {
			where.HasPoint, where.Lat, where.Lon = true, lat, lon
		}
		right := r.List("agencies")
		for i, code := range right {
			now, ok := acting(code)
			if !ok {
				r.Wrong("agencies", "there is no agency %q", code)
			}
			right[i] = now
		}
		if len(right) > 0 {
			f.Cases = append(f.Cases, Case{routing.Question{Text: where.Text, Where: where}, right})
		}
	}
	return f, rest
}

// frozenPart says that a written example belongs to the frozen set: every tenth, by the hash of its text.
func frozenPart(x classify.Example) bool { return hash(x.Text)%10 == 0 }
