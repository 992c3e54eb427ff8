package routing

import (
	"io/fs"
	"math"
	"strconv"

	"respons/internal/table"
)

// CalibrationFile is the name of the file that package evaluate computes.
const CalibrationFile = "calibration.csv"

// Calibration turns the weight of an agency into the probability that it is right: the logarithm of the odds is Shift
// plus Slope times that of the weight, plus what is the category's own, for some matters are confused more easily.
type Calibration struct {
	Shift, Slope float64
	Own          map[string]float64 // by category
}

// Uncalibrated takes weights for probabilities.
var Uncalibrated = Calibration{Slope: 1}

// loadCalibration reads calibration.csv: the line * has shift and slope, the line of a category only its own shift.
func loadCalibration(fsys fs.FS, catalogue catalogue, ms *table.Mistakes) Calibration {
	c := Calibration{Own: map[string]float64{}}
	for _, line := range table.Read(fsys, CalibrationFile, []string{"category", "shift", "slope"}, ms) {
		code, shift := line.Need("category"), finite(line, "shift")
		if code == "*" {
			c.Shift, c.Slope = shift, finite(line, "slope")
			continue
		}
		if _, ok := catalogue.Get(code); !ok {
			line.Wrong("category", "no category %q", code)
		}
		c.Own[code] = shift
	}
	if c.Slope <= 0 {
		ms.Add(CalibrationFile, "has no line * with a slope above 0")
	}
	return c
}

func finite(line table.Row, column string) float64 {
	v, err := strconv.ParseFloat(line.Get(column), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		line.Wrong(column, "%q is no number", line.Get(column))
		return 0
	}
	return v
}

// Of gives the probability, from 0 to 1, that an agency of this weight is right about a matter of this category.
func (c Calibration) Of(weight float64, category string) float64 {
	return 1 / (1 + math.Exp(-(c.Shift + c.Own[category] + c.Slope*LogOdds(weight))))
}

// LogOdds is the logarithm of the odds of a probability, kept away from both ends.
func LogOdds(p float64) float64 {
	p = min(max(p, 1e-4), 1-1e-4)
	return math.Log(p / (1 - p))
}

// alternatives gives the best few with their probabilities. Those after the first share what it leaves in proportion to
// their weights, and none is likelier than it.
func (c Calibration) alternatives(found shares) []Alternative {
	out := make([]Alternative, 0, alternatives)
	first := c.Of(found[0].p, found[0].category)
	scale := (1 - first) / max(1-found[0].p, 1e-4)
	for i, s := range found[:min(alternatives, len(found))] {
		p := first
		if i > 0 {
			p = min(first, 1-first, s.p*scale)
		}
		out = append(out, Alternative{s.agency, s.category, p})
	}
	return out
}
