// Package report keeps figures as running counts: who received what, what is open, late or mended, and where. Each
// complaint's part of them stands in the store beside the sums, so that counting a change twice counts it once, and a
// recount gives the same.
package report

import "maps"

// Sums are named counts. A count of nothing is left out.
type Sums map[string]int64

func (s Sums) add(o Sums) {
	for k, v := range o {
		if s[k] += v; s[k] == 0 {
			delete(s, k)
		}
	}
}

func (s Sums) less(o Sums) {
	for k, v := range o {
		if s[k] -= v; s[k] == 0 {
			delete(s, k)
		}
	}
}

// equal says whether both count the same.
func (s Sums) equal(o Sums) bool { return maps.Equal(s, o) }
