package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"respons/internal/agency"
	"respons/internal/routing"
)

// Precision is what must be right of the cases that are decided without a person.
const Precision = 0.98

// Report is how well a router did. Shares run from 0 to 1.
type Report struct {
	Cases            int              `json:"cases"`
	Top1             float64          `json:"top1"`
	Top3             float64          `json:"top3"`
	Top5             float64          `json:"top5"`
	Category         float64          `json:"category"`          // right category
	Alone            float64          `json:"alone"`             // decided without a person
	AlonePrecision   float64          `json:"alone_precision"`   // right among those; 1 where there is none
	AloneAt98        float64          `json:"alone_at_98"`       // share that one best threshold could decide alone at Precision
	ThresholdAt98    float64          `json:"threshold_at_98"`   // that threshold
	CalibrationError float64          `json:"calibration_error"` // expected calibration error over 10 bins
	Council          float64          `json:"council"`           // right place where the answer is a local authority
	CouncilCases     int              `json:"council_cases"`
	EmergencyRecall  float64          `json:"emergency_recall"` // any number shown where one is due
	EmergencyCases   int              `json:"emergency_cases"`
	FalseAlarms      float64          `json:"false_alarms"` // share of the other cases that show one
	ByLang           map[string]Group `json:"by_lang"`
	ByRegion         map[string]Group `json:"by_region"` // north, central, south, east coast, Sabah, Sarawak; unknown: nothing tells
	ByKind           map[string]Group `json:"by_kind"`
	Confusions       []Confusion      `json:"confusions"` // most frequent first, at most 15
	Wrong            []Wrong          `json:"wrong"`
}

// Group is a part of the cases.
type Group struct {
	Cases int     `json:"cases"`
	Top1  float64 `json:"top1"`
	Top3  float64 `json:"top3"`
}

// Confusion counts how often the cases of one agency went to another.
type Confusion struct {
	Right string `json:"right"`
	Got   string `json:"got"`
	Cases int    `json:"cases"`
}

// Wrong is a case that went wrong, without its text.
type Wrong struct {
	ID            string  `json:"id"`
	Right         string  `json:"right"`
	Got           string  `json:"got"`
	RightCategory string  `json:"right_category"`
	GotCategory   string  `json:"got_category"`
	Place         string  `json:"place"` // the local authority that was found
	Confidence    float64 `json:"confidence"`
	Auto          bool    `json:"auto"`
}

// router is what is measured.
type router interface {
	Route(routing.Question) routing.Decision
}

// register knows the kinds of agencies.
type register interface {
	Get(code string) (agency.Agency, bool)
}

// Run routes every case and counts.
func Run(r router, reg register, cases []Case) Report {
	out := Report{Cases: len(cases), ByLang: map[string]Group{}, ByRegion: map[string]Group{}, ByKind: map[string]Group{}}
	confusions := map[Confusion]int{}
	var answers []answer
	var alone, aloneRight, category, council, alarms, called, quiet int
	var tops [alternativesMeasured]int
	for _, c := range cases {
		d := r.Route(c.Question)
		rank := slices.IndexFunc(d.Alternatives, func(a routing.Alternative) bool { return c.right(a.Agency) })
		right := c.right(d.Agency)
		for i := range tops {
			if rank >= 0 && rank <= i {
				tops[i]++
			}
		}
		kind, state := "unknown", d.Place.State
		if a, ok := reg.Get(c.Agency); ok {
			kind = string(a.Kind)
			if len(a.States) == 1 {
				state = a.States[0]
			}
			if a.Kind == agency.LocalAuthority {
				out.CouncilCases++
				council += count(c.right(d.Place.Authority))
			}
		}
		tally(out.ByLang, c.Lang, rank)
		tally(out.ByRegion, regionOf(state), rank)
		tally(out.ByKind, kind, rank)
		category += count(d.Category == c.Category)
		alone += count(d.Auto)
		aloneRight += count(d.Auto && right)
		if c.Emergency != "" {
			out.EmergencyCases++
			called += count(d.Emergency != "")
		} else {
			quiet++
			alarms += count(d.Emergency != "")
		}
		answers = append(answers, answer{d.Confidence, right})
		if !right {
			confusions[Confusion{Right: c.Agency, Got: d.Agency}]++
			out.Wrong = append(out.Wrong, Wrong{c.ID, c.Agency, d.Agency, c.Category, d.Category, d.Place.Authority, d.Confidence, d.Auto})
		}
	}
	n := len(cases)
	out.Top1, out.Top3, out.Top5 = share(tops[0], n), share(tops[2], n), share(tops[4], n)
	out.Category, out.Council = share(category, n), share(council, out.CouncilCases)
	out.Alone, out.AlonePrecision = share(alone, n), share(aloneRight, alone)
	if alone == 0 {
		out.AlonePrecision = 1
	}
	out.EmergencyRecall, out.FalseAlarms = share(called, out.EmergencyCases), share(alarms, quiet)
	out.ThresholdAt98, out.AloneAt98 = threshold(answers, Precision)
	out.CalibrationError = calibrationError(answers)
	for _, groups := range []map[string]Group{out.ByLang, out.ByRegion, out.ByKind} {
		for k, g := range groups {
			g.Top1, g.Top3 = g.Top1/float64(g.Cases), g.Top3/float64(g.Cases)
			groups[k] = g
		}
	}
	for c, n := range confusions {
		c.Cases = n
		out.Confusions = append(out.Confusions, c)
	}
	slices.SortFunc(out.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Right, b.Right), cmp.Compare(a.Got, b.Got))
	})
	out.Confusions = out.Confusions[:min(15, len(out.Confusions))]
	return out
}

const alternativesMeasured = 5

// regions are the parts of the country by their ISO 3166-2 codes without MY-.
var regions = map[string]string{"02": "north", "07": "north", "08": "north", "09": "north", "10": "central", "14": "central", "16": "central",
	"01": "south", "04": "south", "05": "south", "03": "east coast", "06": "east coast", "11": "east coast", "12": "sabah", "15": "sabah", "13": "sarawak"}

// regionOf gives the region of a state; Labuan goes with Sabah.
func regionOf(state string) string {
	if r, ok := regions[strings.TrimPrefix(state, "MY-")]; ok {
		return r
	}
	return "unknown"
}

func tally(groups map[string]Group, key string, rank int) {
	g := groups[key]
	g.Cases++
	g.Top1 += float64(count(rank == 0))
	g.Top3 += float64(count(rank >= 0 && rank < 3))
	groups[key] = g
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
