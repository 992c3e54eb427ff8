package sla

import (
	"errors"
	"testing"
	"time"

	"respons/internal/fault"
)

func TestTargetsThatAreNoneAreRefused(t *testing.T) {
	for _, c := range [][2]string{{"working_days", "0"}, {"working_days", "-1"}, {"working_days", "1.5"}, {"working_days", ""}, {"working_days", "99999"},
		{"working_days", "P3D"}, {"wall", ""}, {"wall", "P"}, {"wall", "PT"}, {"wall", "P1DT"}, {"wall", "24H"}, {"wall", "PT-1H"}, {"wall", "P1M"},
		{"wall", "P1Y"}, {"wall", "pt1h"}, {"wall", "PT1M1H"}, {"wall", "P99999D"}, {"wall", "3"}, {"days", "3"}, {"", ""}} {
		if got, err := ParseTarget(c[0], c[1]); !errors.Is(err, fault.Invalid) {
			t.Errorf("%v was read as %+v, %v", c, got, err)
		}
	}
}

func TestWallTargetsAreDurations(t *testing.T) {
	for value, want := range map[string]time.Duration{"PT24H": 24 * time.Hour, "P2D": 48 * time.Hour, "P1DT2H": 26 * time.Hour, "PT30M": 30 * time.Minute,
		"P1W": 168 * time.Hour, "PT1H30M5S": 5405 * time.Second, "PT0S": 0, "PT36H": 36 * time.Hour} {
		if got, err := ParseTarget("wall", value); err != nil || got != (Target{Kind: Wall, Wall: want}) {
			t.Errorf("%s: %+v, %v", value, got, err)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, seed := range [][2]string{{"wall", "PT24H"}, {"wall", "P1DT2H"}, {"wall", "P1W2DT3H4M5S"}, {"working_days", "15"}, {"", "PT"}, {"wall", "P٣D"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		got, err := ParseTarget(kind, value)
		switch {
		case err != nil && (got != Target{} || !errors.Is(err, fault.Invalid)):
			t.Errorf("refused with %+v, %v", got, err)
		case err == nil && string(got.Kind) != kind:
			t.Errorf("%q became %q", kind, got.Kind)
		case got.Kind == Wall && (got.Days != 0 || got.Wall < 0 || got.Wall > maxWall || got.Wall%time.Second != 0):
			t.Errorf("%q is %+v", value, got)
		case got.Kind == WorkingDays && (got.Wall != 0 || got.Days < 1 || got.Days > maxDays):
			t.Errorf("%q is %+v", value, got)
		}
	})
}
