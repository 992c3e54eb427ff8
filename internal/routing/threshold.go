package routing

import (
	"errors"
	"io/fs"
	"strconv"

	"respons/internal/table"
)

// Thresholds says from which confidence on a case of a category is sent without a person.
type Thresholds struct {
	byCategory map[string]float64
	other      float64
	points     []point // of calibration.csv
}

const thresholdsFile = "thresholds.csv"

// LoadThresholds reads thresholds.csv and, where there is one, calibration.csv; evaluate.Tune computes both. The category * stands for all that have no line of their own and must be there;
// a threshold of 1 sends nothing alone.
func LoadThresholds(fsys fs.FS, catalogue catalogue, ms *table.Mistakes) *Thresholds {
	t := &Thresholds{byCategory: map[string]float64{}, other: 1}
	all := false
	for _, line := range table.Read(fsys, thresholdsFile, []string{"category", "threshold"}, ms) {
		code := line.Need("category")
		v, err := strconv.ParseFloat(line.Get("threshold"), 64)
		if err != nil || v < 0.5 || v > 1 {
			line.Wrong("threshold", "%q is not from 0.5 to 1", line.Get("threshold"))
			continue
		}
		if code == "*" {
			t.other, all = v, true
			continue
		}
		if _, ok := catalogue.Get(code); !ok {
			line.Wrong("category", "no category %q in categories.csv", code)
		}
		if _, twice := t.byCategory[code]; twice {
			line.Wrong("category", "%s has a threshold already", code)
		}
		t.byCategory[code] = v
	}
	if !all {
		ms.Add(thresholdsFile, "has no valid line for category *")
	}
	t.loadCalibration(fsys, ms)
	return t
}

func (t *Thresholds) of(category string) float64 {
	if v, ok := t.byCategory[category]; ok {
		return v
	}
	return t.other
}

// point is a weight of an agency with the share of cases that were right at it.
type point struct{ weight, probability float64 }

const calibrationFile = "calibration.csv"

// loadCalibration reads calibration.csv: points from 0 to 1, both columns rising. A folder without the file takes weights
// for probabilities.
func (t *Thresholds) loadCalibration(fsys fs.FS, ms *table.Mistakes) {
	if _, err := fs.Stat(fsys, calibrationFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	last := point{}
	for _, line := range table.Read(fsys, calibrationFile, []string{"weight", "probability"}, ms) {
		p := point{partOfOne(line, "weight"), partOfOne(line, "probability")}
		if p.weight < last.weight || p.probability < last.probability {
			line.Wrong("weight", "is not in rising order")
			continue
		}
		t.points, last = append(t.points, p), p
	}
}

// partOfOne reads a number from 0 to 1.
func partOfOne(line table.Row, column string) float64 {
	v, err := strconv.ParseFloat(line.Get(column), 64)
	if err != nil || !(v >= 0 && v <= 1) {
		line.Wrong(column, "%q is not from 0 to 1", line.Get(column))
		return 0
	}
	return v
}

// calibrate turns the weight of an agency into the probability that it is right: straight lines between the points.
func (t *Thresholds) calibrate(p float64) float64 {
	p = min(p, 1)
	below := point{}
	for _, above := range t.points {
		if p < above.weight {
			return below.probability + (above.probability-below.probability)*(p-below.weight)/(above.weight-below.weight)
		}
		below = above
	}
	if below.weight >= 1 || p <= below.weight {
		return below.probability
	}
	return below.probability + (1-below.probability)*(p-below.weight)/(1-below.weight)
}
