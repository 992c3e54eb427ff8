package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"respons/configs"
)

func TestRouteMeasuresADecisionBesideItsFloor(t *testing.T) {
	r, err := Route(t.Context(), configs.FS, 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if r.Texts < 100 || r.Decisions < 1 || r.Micros <= 0 || r.FloorMicros <= 0 || r.Ratio <= 1 {
		t.Errorf("measured %+v", r)
	}
	if r.Megabytes < 5 || r.Megabytes > 60 {
		t.Errorf("the router keeps %.1f MB, it may keep 60", r.Megabytes)
	}
	var out bytes.Buffer
	if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "one decision") {
		t.Errorf("printed %v:\n%s", err, out.String())
	}
}
