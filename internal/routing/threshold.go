package routing

import (
	"errors"
	"io/fs"
	"strconv"

	"respons/internal/table"
)

// Thresholds say from which confidence on a case is sent without a person.
type Thresholds struct {
	byCategory  map[string]float64
	other       float64
	calibration Calibration
}

const thresholdsFile = "thresholds.csv"

// LoadThresholds reads thresholds.csv and, where there is one, calibration.csv. The category * stands for all that have
// no line of their own and must be there; a threshold of 1 sends nothing alone.
func LoadThresholds(fsys fs.FS, catalogue catalogue, ms *table.Mistakes) *Thresholds {
	t := &Thresholds{byCategory: map[string]float64{}, other: 1}
	all := false
	for _, line := range table.Read(fsys, thresholdsFile, []string{"category", "threshold", "note"}, ms) {
		code := line.Need("category")
		v, err := strconv.ParseFloat(line.Get("threshold"), 64)
		switch _, known := catalogue.Get(code); {
		case err != nil || !(v >= 0 && v <= 1):
			line.Wrong("threshold", "%q is not from 0 to 1", line.Get("threshold"))
		case code == "*":
			t.other, all = v, true
		case !known:
			line.Wrong("category", "no category %q", code)
		default:
			if _, twice := t.byCategory[code]; twice {
				line.Wrong("category", "%s has an earlier line", code)
			}
			t.byCategory[code] = v
		}
	}
	if !all {
		ms.Add(thresholdsFile, "has no valid line for category *")
	}
	if _, err := fs.Stat(fsys, CalibrationFile); errors.Is(err, fs.ErrNotExist) {
		t.calibration = Uncalibrated
	} else {
		t.calibration = loadCalibration(fsys, catalogue, ms)
	}
	return t
}

func (t *Thresholds) of(category string) float64 {
	if v, ok := t.byCategory[category]; ok {
		return v
	}
	return t.other
}
