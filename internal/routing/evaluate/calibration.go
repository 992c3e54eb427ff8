package evaluate

import (
	"cmp"
	"math"
	"slices"
)

// answer is a confidence and whether it was deserved.
type answer struct {
	confidence float64
	right      bool
}

// threshold gives the lowest confidence from which on at least the given share is right, and the share of all answers
// that lie there; 1 and 0 where there is none.
func threshold(answers []answer, precision float64) (from, alone float64) {
	sorted := slices.Clone(answers)
	slices.SortFunc(sorted, func(a, b answer) int { return cmp.Compare(b.confidence, a.confidence) })
	from = 1
	right := 0
	for i, a := range sorted {
		right += count(a.right)
		if i+1 < len(sorted) && sorted[i+1].confidence == a.confidence {
			continue // answers of equal confidence stand or fall together
		}
		if share(right, i+1) >= precision {
			from, alone = a.confidence, share(i+1, len(sorted))
		}
	}
	return from, alone
}

// calibrationError is the expected calibration error: over ten equal bins of confidence, the mean distance between
// confidence and share of right answers, weighted by the answers in each bin.
func calibrationError(answers []answer) float64 {
	const bins = 10
	var n, right [bins]int
	var sum [bins]float64
	for _, a := range answers {
		b := min(int(a.confidence*bins), bins-1)
		n[b]++
		right[b] += count(a.right)
		sum[b] += a.confidence
	}
	total := 0.0
	for b := range bins {
		total += math.Abs(sum[b] - float64(right[b]))
	}
	if len(answers) == 0 {
		return 0
	}
	return total / float64(len(answers))
}
