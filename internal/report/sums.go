// Package report keeps figures as running counts: who received what, what is open, late, foreseen to be late or mended,
// where and how fast. What was counted of each complaint stands in the store beside the sums, so that a change is the
// difference to it, counting twice counts once, and a recount gives the same.
package report

import "maps"

// Sums are named counts. A count of nothing is left out.
type Sums map[string]int64

func (s Sums) count(name string, n int64) {
	if s[name] += n; s[name] == 0 {
		delete(s, name)
	}
}

func (s Sums) add(o Sums) {
	for name, n := range o {
		s.count(name, n)
	}
}

func (s Sums) less(o Sums) {
	for name, n := range o {
		s.count(name, -n)
	}
}

// equal says whether both count the same.
func (s Sums) equal(o Sums) bool { return maps.Equal(s, o) }
