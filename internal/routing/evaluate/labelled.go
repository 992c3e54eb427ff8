// Package evaluate measures a router against complaints whose right agency is known.
package evaluate

import (
	"io/fs"
	"strconv"
	"time"

	"respons/internal/place"
	"respons/internal/routing"
	"respons/internal/table"
)

// Case is a complaint with its right answer.
type Case struct {
	ID        string
	Question  routing.Question
	Lang      string
	Agency    string   // that must act
	AlsoOK    []string // others a reasonable dispatcher would accept
	Category  string
	Emergency string // number to call now; empty: none
}

// right reports whether an agency is a right answer.
func (c Case) right(agency string) bool {
	if agency == c.Agency {
		return true
	}
	for _, a := range c.AlsoOK {
		if a == agency {
			return true
		}
	}
	return false
}

// Read gives the cases of a CSV file with the columns id, text, lat, lon, address, postcode, lang, agency, also_ok,
// category and emergency. All are taken to be received at the given time. What is wrong with the file is noted in ms.
func Read(fsys fs.FS, file string, at time.Time, ms *table.Mistakes) []Case {
	columns := []string{"id", "text", "lat", "lon", "address", "postcode", "lang", "agency", "also_ok", "category", "emergency"}
	var out []Case
	for _, r := range table.Read(fsys, file, columns, ms) {
		c := Case{ID: r.Get("id"), Lang: r.Get("lang"), Agency: r.Need("agency"), AlsoOK: r.List("also_ok"),
			Category: r.Get("category"), Emergency: r.Get("emergency")}
		c.Question = routing.Question{Text: r.Need("text"), At: at,
			Where: place.Query{Address: r.Get("address"), Postcode: r.Get("postcode")}}
		if lat, lon := r.Get("lat"), r.Get("lon"); lat != "" || lon != "" {
			var err, err2 error
			c.Question.Where.Lat, err = strconv.ParseFloat(lat, 64)
			c.Question.Where.Lon, err2 = strconv.ParseFloat(lon, 64)
			if err != nil || err2 != nil {
				r.Wrong("lat", "%q, %q is no position in degrees", lat, lon)
				continue
			}
			c.Question.Where.HasPoint = true
		}
		out = append(out, c)
	}
	return out
}
