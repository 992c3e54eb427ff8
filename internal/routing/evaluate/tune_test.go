package evaluate

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "compute configs/calibration.csv anew from the examples and configs/heldback.csv")

// answersOf makes n held-back answers about a category at one weight of which the given number is right.
func answersOf(category string, weight float64, n, right int) []heldAnswer {
	var out []heldAnswer
	for i := range n {
		out = append(out, heldAnswer{weight, i < right, category})
	}
	return out
}

func TestAWeightBecomesTheShareOfHeldBackTextsThatWereRight(t *testing.T) {
	texts := append(answersOf("A", 0.3, 100, 60), answersOf("A", 0.9, 100, 98)...)
	c := tune(nil, texts)
	for weight, want := range map[float64]float64{0.3: 0.6, 0.9: 0.98} {
		if got := c.Of(weight, "A"); math.Abs(got-want) > 0.002 {
			t.Errorf("weight %.1f has probability %.3f, want %.2f", weight, got, want)
		}
	}
}

func TestACategoryThatIsConfusedMoreOftenIsBelievedLess(t *testing.T) {
	examples := append(answersOf("GOOD", 0.9, 400, 380), answersOf("GOOD", 0.4, 400, 200)...)
	examples = append(examples, answersOf("BAD", 0.9, 400, 160)...)
	examples = append(examples, answersOf("RARE", 0.9, 2, 0)...)
	texts := append(answersOf("GOOD", 0.9, 100, 97), answersOf("GOOD", 0.4, 100, 60)...)
	c := tune(examples, texts)
	good, bad, rare := c.Of(0.9, "GOOD"), c.Of(0.9, "BAD"), c.Of(0.9, "RARE")
	if !(bad < 0.9 && bad < rare-0.05 && rare < good && rare > 0.85) {
		t.Errorf("good %.3f, bad %.3f, rare %.3f", good, bad, rare)
	}
	var out bytes.Buffer
	if err := WriteCalibration(&out, c); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "category,shift,slope\n*,") || strings.Count(out.String(), "\n") != 5 {
		t.Errorf("written as\n%s", out.String())
	}
}

func TestTuneAgain(t *testing.T) {
	if !*update {
		t.Skip("run with -update to compute the calibration; it trains four models and takes a minute")
	}
	configs := filepath.Join("..", "..", "..", "configs")
	c, err := Tune(os.DirFS(configs), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteCalibration(&out, c); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(configs, "calibration.csv"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
