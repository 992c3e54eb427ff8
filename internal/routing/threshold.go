package routing

import (
	"io/fs"
	"strconv"

	"respons/internal/table"
)

// Thresholds says from which confidence on a case of a category is sent without a person.
type Thresholds struct {
	byCategory map[string]float64
	other      float64
}

const thresholdsFile = "thresholds.csv"

// LoadThresholds reads thresholds.csv. The category * stands for all that have no line of their own and must be there;
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
	return t
}

func (t *Thresholds) of(category string) float64 {
	if v, ok := t.byCategory[category]; ok {
		return v
	}
	return t.other
}

// calibrate turns the weight of an agency into the probability that it is right.
func (t *Thresholds) calibrate(p float64) float64 { return min(p, 1) }
