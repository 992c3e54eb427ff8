package bench

import (
	"bytes"
	"strings"
	"testing"

	"respons/internal/config"
)

func TestTellMeasuresFromClickToAcceptance(t *testing.T) {
	r, err := Tell(t.Context(), config.Default, 2, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows {
		if row.Push.P99 <= 0 || row.Answer.P99 <= 0 || row.Floor.P99 <= 0 || row.Push.Max < row.Push.P50 {
			t.Errorf("measured %+v", row)
		}
	}
	var out bytes.Buffer
	if err := r.Write(&out); err != nil || len(r.Rows) == 0 || !strings.Contains(out.String(), "embedded") {
		t.Errorf("printed %v:\n%s", err, out.String())
	}
}

func TestAnnounceAccountsForEverybody(t *testing.T) {
	r, err := Announce(t.Context(), config.Default, 130, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if r.Dead != 3 || r.Laid != 130 || r.Accepted != 127 || r.Gone != 3 || r.Other != 0 || r.PerSecond <= 0 || r.Floor <= 0 {
		t.Errorf("measured %+v", r)
	}
	var out bytes.Buffer
	if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "127 pushes accepted") {
		t.Errorf("printed %v:\n%s", err, out.String())
	}
}
