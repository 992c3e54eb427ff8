package evaluate

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// Tuning is what held-back examples say about how far a router may be trusted.
type Tuning struct {
	Examples    int
	Points      [][2]float64 // weight and the share of right answers at it, both rising
	Threshold   float64      // confidence from which on all categories together are right at the wanted precision
	ByCategory  map[string]float64
	RightShares float64 // share of the held-back examples that go to the right agency
}

const (
	// Officers' and citizens' texts differ from written examples: what the examples say is taken with so many failures
	// added to each point, and the wanted precision is set higher than Precision.
	doubt        = 0.012
	wanted       = 0.99
	pointCases   = 60   // at least so many answers stand behind a point
	ownCases     = 25   // a category with fewer decided examples has the threshold of all
	leastAllowed = 0.80 // no threshold is lower
)

// Tune trains on parts of the examples in a folder and asks about the rest.
func Tune(fsys fs.FS, at time.Time) (Tuning, error) {
	held, err := heldBack(fsys, at)
	if err != nil {
		return Tuning{}, err
	}
	return tune(held), nil
}

func tune(held []heldAnswer) Tuning {
	t := Tuning{Examples: len(held), ByCategory: map[string]float64{}}
	slices.SortFunc(held, func(a, b heldAnswer) int { return cmp.Compare(a.confidence, b.confidence) })
	right := 0
	for _, h := range held {
		right += count(h.right)
	}
	t.RightShares = share(right, len(held))
	t.Points = rising(held)
	byCategory := map[string][]answer{}
	var all []answer
	for _, h := range held {
		a := answer{t.calibrate(h.confidence), h.right}
		all, byCategory[h.category] = append(all, a), append(byCategory[h.category], a)
	}
	from, _ := threshold(all, wanted)
	t.Threshold = max(from, leastAllowed)
	for code, answers := range byCategory {
		if len(answers) < ownCases {
			continue
		}
		if from, _ := threshold(answers, wanted); from > t.Threshold {
			t.ByCategory[code] = from
		}
	}
	return t
}

// rising fits the share of right answers by weight so that it never falls (pool adjacent violators), in blocks of at
// least pointCases answers.
func rising(sorted []heldAnswer) [][2]float64 {
	type block struct{ n, right, weight float64 }
	var blocks []block
	for i := 0; i < len(sorted); {
		var b block
		for i < len(sorted) && (b.n < pointCases || sorted[i].confidence == sorted[i-1].confidence) {
			b.n, b.right, b.weight = b.n+1, b.right+float64(count(sorted[i].right)), b.weight+sorted[i].confidence
			i++
		}
		blocks = append(blocks, b)
		for k := len(blocks) - 1; k > 0 && blocks[k-1].right/blocks[k-1].n >= blocks[k].right/blocks[k].n; k-- {
			blocks[k-1].n += blocks[k].n
			blocks[k-1].right += blocks[k].right
			blocks[k-1].weight += blocks[k].weight
			blocks = blocks[:k]
		}
	}
	var out [][2]float64
	for _, b := range blocks {
		out = append(out, [2]float64{b.weight / b.n, max(0, b.right/b.n-doubt)})
	}
	return out
}

// calibrate is what a router does with the points.
func (t Tuning) calibrate(w float64) float64 {
	below := [2]float64{}
	for _, above := range t.Points {
		if w < above[0] {
			return below[1] + (above[1]-below[1])*(w-below[0])/(above[0]-below[0])
		}
		below = above
	}
	return below[1]
}

// WriteCalibration writes calibration.csv.
func (t Tuning) WriteCalibration(w io.Writer) error {
	_, err := fmt.Fprintln(w, "weight,probability")
	for _, p := range t.Points {
		if err == nil {
			_, err = fmt.Fprintf(w, "%.4f,%.4f\n", p[0], p[1])
		}
	}
	return err
}

// WriteThresholds writes thresholds.csv.
func (t Tuning) WriteThresholds(w io.Writer) error {
	_, err := fmt.Fprintf(w, "category,threshold,note\n*,%.3f,from %d held-back examples\n", t.Threshold, t.Examples)
	for _, code := range slices.Sorted(maps.Keys(t.ByCategory)) {
		if err == nil {
			_, err = fmt.Fprintf(w, "%s,%.3f,its own: wrong more often\n", code, t.ByCategory[code])
		}
	}
	return err
}
