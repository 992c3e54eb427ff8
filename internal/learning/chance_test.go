package learning

import (
	"math"
	"testing"
)

func TestProbabilitiesAgreeWithTheBooks(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"ten of ten fair coins", atLeast(10, 10, 0.5), 1.0 / 1024},
		{"eight or more of ten fair coins", atLeast(8, 10, 0.5), 56.0 / 1024},
		{"nothing or more is certain", atLeast(0, 10, 0.2), 1},
		{"more than there are is impossible", atLeast(11, 10, 0.9), 0},
		{"of what never happens", atLeast(1, 10, 0), 0},
		{"of what always happens", atLeast(10, 10, 1), 1},
		{"nine of nine at seven tenths", atLeast(9, 9, 0.7), math.Pow(0.7, 9)},
		{"McNemar, seven to none", better(7, 0), 1.0 / 128},
		{"McNemar without a difference", better(0, 0), 1},
		{"Fisher's tea", morePerhapsByChance(3, 4, 1, 4), 17.0 / 70},
		{"Fisher, none wrong", morePerhapsByChance(0, 4, 1, 4), 1},
		{"no case, no fall", worstDrop(0, 0, 0), 0},
		{"no difference, no fall", worstDrop(0, 0, 500), 0},
		{"five lost of 500", worstDrop(0, 5, 500), 0.01 + 1.645*math.Sqrt(5-0.05)/500},
		{"gains and losses alike", worstDrop(10, 10, 500), 1.645 * math.Sqrt(20) / 500},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %g, want %g", c.name, c.got, c.want)
		}
	}
}

func TestLargeCountsNeitherOverflowNorVanish(t *testing.T) {
	if p := atLeast(50_500, 100_000, 0.5); p < 0.0007 || p > 0.0009 { // 3.16 standard deviations
		t.Errorf("%g", p)
	}
	if p := morePerhapsByChance(600, 10_000, 4_000, 80_000); p > 1e-4 || p <= 0 {
		t.Errorf("6 %% beside 5 %%: %g", p)
	}
}
