package evaluate

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "compute configs/thresholds.csv and configs/calibration.csv anew from the examples")

// answersOf makes n held-back answers about a category at one weight of which the given number is right.
func answersOf(category string, weight float64, n, right int) []heldAnswer {
	var out []heldAnswer
	for i := range n {
		out = append(out, heldAnswer{answer{weight, i < right}, category})
	}
	return out
}

func TestWeightsBecomeTheShareOfRightAnswersAndNeverFall(t *testing.T) {
	var held []heldAnswer
	held = append(held, answersOf("A", 0.2, 100, 40)...)
	held = append(held, answersOf("A", 0.4, 100, 30)...) // falls: pooled with the block before
	held = append(held, answersOf("A", 0.9, 100, 100)...)
	got := rising(held)
	if len(got) != 2 || !near(got[0][0], 0.3) || !near(got[0][1], 0.35-doubt) || !near(got[1][1], 1-doubt) {
		t.Errorf("points %v", got)
	}
}

func TestACategoryThatGoesWrongMoreOftenHasItsOwnThreshold(t *testing.T) {
	var held []heldAnswer
	for _, w := range []float64{0.3, 0.6, 0.9} {
		held = append(held, answersOf("GOOD", w, 400, 400)...)
	}
	held = append(held, answersOf("BAD", 0.95, 30, 24)...)
	held = append(held, answersOf("RARE", 0.97, 5, 0)...)
	tuning := tune(held)
	if tuning.ByCategory["BAD"] != 1 {
		t.Errorf("threshold of a category that is wrong at its surest: %v", tuning.ByCategory)
	}
	if _, ok := tuning.ByCategory["RARE"]; ok || len(tuning.ByCategory) != 1 {
		t.Errorf("thresholds %v", tuning.ByCategory)
	}
	var c, th bytes.Buffer
	if err := tuning.WriteCalibration(&c); err != nil {
		t.Fatal(err)
	}
	if err := tuning.WriteThresholds(&th); err != nil {
		t.Fatal(err)
	}
	if want := "category,threshold,note\n*,0.800,"; !bytes.HasPrefix(th.Bytes(), []byte(want)) {
		t.Errorf("thresholds written as\n%s", th.String())
	}
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }

func TestTuneAgain(t *testing.T) {
	if !*update {
		t.Skip("run with -update to compute thresholds and calibration; it trains three models and takes a minute")
	}
	configs := filepath.Join("..", "..", "..", "configs")
	tuning, err := Tune(os.DirFS(configs), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var c, th bytes.Buffer
	if err := tuning.WriteCalibration(&c); err != nil {
		t.Fatal(err)
	}
	if err := tuning.WriteThresholds(&th); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"calibration.csv": c.Bytes(), "thresholds.csv": th.Bytes()} {
		if err := os.WriteFile(filepath.Join(configs, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d examples, %.1f %% to the right agency, alone from %.3f", tuning.Examples, 100*tuning.RightShares, tuning.Threshold)
}
