package evaluate

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"time"

	"respons/internal/routing"
)

// Tune computes how far a router may be believed, on what its model has not seen: the labelled texts of heldback.csv,
// written as citizens write, say how sure a weight is; the training examples, each asked of a model trained without it,
// say which categories are right more or less often than the rest. The examples are written harder than citizens write,
// so they say nothing about how often it is right on the whole.
func Tune(fsys fs.FS, at time.Time) (routing.Calibration, error) {
	examples, err := heldExamples(fsys, at)
	if err != nil {
		return routing.Calibration{}, err
	}
	texts, err := heldTexts(fsys, at)
	if err != nil {
		return routing.Calibration{}, err
	}
	return tune(examples, texts), nil
}

const (
	caution   = 10.0 // answers that a category must have against it before its own shift is believed by half
	newtonRun = 50   // steps of Newton's method; it has settled long before
)

func tune(examples, texts []heldAnswer) routing.Calibration {
	whole := slope(examples, nil)
	byCategory := map[string][]heldAnswer{}
	for _, h := range examples {
		byCategory[h.category] = append(byCategory[h.category], h)
	}
	own := map[string]float64{}
	for category, answers := range byCategory {
		own[category] = ownShift(answers, whole)
	}
	return slope(texts, own)
}

// slope fits shift and slope to the answers by the greatest likelihood, given what is the categories' own.
func slope(answers []heldAnswer, own map[string]float64) routing.Calibration {
	c := routing.Calibration{Slope: 1, Own: own}
	for range newtonRun {
		var ga, gb, haa, hab, hbb float64
		for _, h := range answers {
			x, p := routing.LogOdds(h.weight), c.Of(h.weight, h.category)
			g, v := p-float64(count(h.right)), p*(1-p)+1e-9
			ga, gb, haa, hab, hbb = ga+g, gb+g*x, haa+v, hab+v*x, hbb+v*x*x
		}
		if det := haa*hbb - hab*hab; det > 1e-12 {
			c.Shift -= (hbb*ga - hab*gb) / det
			c.Slope -= (haa*gb - hab*ga) / det
		}
	}
	return c
}

// ownShift fits what a category adds to the whole, drawn to nothing where there are few answers.
func ownShift(answers []heldAnswer, whole routing.Calibration) float64 {
	shift := 0.0
	for range newtonRun {
		g, v := caution*shift, caution
		for _, h := range answers {
			p := 1 / (1 + math.Exp(-(whole.Shift + shift + whole.Slope*routing.LogOdds(h.weight))))
			g, v = g+p-float64(count(h.right)), v+p*(1-p)
		}
		shift -= g / v
	}
	return shift
}

// WriteCalibration writes calibration.csv.
func WriteCalibration(w io.Writer, c routing.Calibration) error {
	_, err := fmt.Fprintf(w, "category,shift,slope\n*,%.3f,%.3f\n", c.Shift, c.Slope)
	for _, code := range slices.Sorted(maps.Keys(c.Own)) {
		if err == nil {
			_, err = fmt.Fprintf(w, "%s,%.3f,\n", code, c.Own[code])
		}
	}
	return err
}
