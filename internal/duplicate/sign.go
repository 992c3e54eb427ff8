// Package duplicate tells whether two reports are of the same matter: near in place, in time and in meaning, whatever
// the languages they are written in.
package duplicate

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/mmcloughlin/geohash"

	"respons/internal/routing"
)

// Sign is what is compared of a report. It holds no sentence of it.
type Sign struct {
	Lat     float64          `json:"lat"`             // WGS 84 degrees, where the matter lies
	Lon     float64          `json:"lon"`             // WGS 84 degrees
	Radius  float64          `json:"radius"`          // metres around it; never 0
	Matters []routing.Matter `json:"matters"`         // the meaning that two languages share
	Marks   []string         `json:"marks,omitempty"` // names and numbers that every language writes alike
}

// New makes the sign of a text by what the router found out about it. nil: it is not known where, or about what, so that
// nothing can be compared.
func New(text string, d routing.Decision) *Sign {
	if d.Spot.Radius <= 0 || len(d.Matters) == 0 {
		return nil
	}
	return &Sign{Lat: d.Spot.Lat, Lon: d.Spot.Lon, Radius: d.Spot.Radius, Matters: d.Matters, Marks: marks(text)}
}

// precision makes cells of about 1.2 by 0.6 kilometres.
const precision = 6

// Cell is the square in which the report is found again, of the group of its best category.
func (s *Sign) Cell() string {
	return cellKey(geohash.EncodeWithPrecision(s.Lat, s.Lon, precision), s.Matters[0].Category)
}

func cellKey(square, category string) string { return group(category) + square }

func group(category string) string { return category[:min(3, len(category))] }

// widest is how far around its own position a report is compared, in metres.
const widest = 2_500

// Cells are the squares in which reports of the same matter may be found: of the groups of its likeliest categories, as
// far around as the matter reaches.
func (s *Sign) Cells(spans Spans) []string {
	var out []string
	for _, m := range s.Matters {
		if m.P < 0.15 && len(out) > 0 {
			continue
		}
		far := min(2*spans.of(m.Category).Reach+s.Radius, widest)
		for _, square := range s.around(far) {
			if key := cellKey(square, m.Category); !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

const metresPerDegree = 111_195

// around gives the squares within a distance in metres.
func (s *Sign) around(far float64) []string {
	dy := far / metresPerDegree
	dx := dy / math.Cos(s.Lat*math.Pi/180)
	own := geohash.BoundingBox(geohash.EncodeWithPrecision(s.Lat, s.Lon, precision))
	high, wide := own.MaxLat-own.MinLat, own.MaxLng-own.MinLng
	var out []string
	for lat := s.Lat - dy; lat < s.Lat+dy+high; lat += high {
		for lon := s.Lon - dx; lon < s.Lon+dx+wide; lon += wide {
			out = append(out, geohash.EncodeWithPrecision(min(lat, s.Lat+dy), min(lon, s.Lon+dx), precision))
		}
	}
	return out
}

// mostMarks bounds what is kept of a long text.
const mostMarks = 24

// roadWords stand before the name of a road; the words after them are marks.
var roadWords = map[string]bool{"jalan": true, "jln": true, "jl": true, "lorong": true, "lrg": true, "persiaran": true,
	"lebuh": true, "lebuhraya": true, "blok": true, "block": true, "blk": true, "jambatan": true, "simpang": true, "lrt": true, "mrt": true,
	"sk": true, "smk": true, "klinik": true, "masjid": true, "surau": true, "pasar": true, "flat": true, "ppr": true, "apartment": true, "pangsapuri": true}

// vague are words that follow a road word without naming anything.
var vague = map[string]bool{"berlubang": true, "rosak": true, "besar": true, "raya": true, "kampung": true, "ni": true, "tu": true,
	"itu": true, "ini": true, "depan": true, "dekat": true, "yang": true, "utama": true, "masuk": true, "gelap": true, "di": true,
	"dan": true, "tak": true, "ada": true, "dah": true, "sudah": true, "saya": true, "kami": true, "nak": true, "ke": true, "is": true}

// marks gives what a text writes alike in every language: names of roads and buildings, numbers of roads, poles and
// routes. Plain small numbers are no marks: three weeks and three motorcycles are nothing in common.
func marks(text string) []string {
	var out []string
	add := func(m string) {
		if len(out) < mostMarks && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '/'
	})
	for i, w := range words {
		w = strings.Trim(w, "/")
		digits := strings.ContainsFunc(w, unicode.IsDigit)
		switch {
		case digits && quantity(w) && len(w) < 5, digits && quantity(w) && strings.ContainsFunc(w, unicode.IsLetter):
		case digits && (len(w) >= 5 || strings.ContainsFunc(w, unicode.IsLetter) || strings.Contains(w, "/")):
			add(w)
		case i > 0 && roadWords[words[i-1]] && !vague[w] && !roadWords[w] && len(w) > 1:
			add(w)
		}
	}
	slices.Sort(out)
	return out
}

// quantity says whether a word is a number with a unit: 3hari, 2x, 10pm, rm50.
func quantity(w string) bool {
	w = strings.TrimPrefix(w, "rm")
	unit := strings.TrimLeft(w, "0123456789./")
	switch unit {
	case "", "x", "am", "pm", "pg", "ptg", "mlm", "hari", "minggu", "bulan", "tahun", "jam", "min", "kali", "hb", "th", "st", "nd", "rd",
		"days", "day", "weeks", "hrs", "hours", "years", "months", "k", "m", "km", "cm", "kg", "org", "orang", "bln", "thn", "mggu":
		return true
	}
	return false
}
