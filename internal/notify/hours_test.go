package notify

import (
	"errors"
	"testing"
	"time"

	"respons/internal/fault"
)

func TestQuietHoursEndInTheMorning(t *testing.T) {
	zone := time.FixedZone("MYT", 8*60*60)
	night, noon := Hours{22 * 60, 7 * 60}, Hours{12 * 60, 14*60 + 30}
	for _, c := range []struct {
		name  string
		hours Hours
		at    string
		end   string // empty: not quiet
	}{
		{"a minute before", night, "2026-01-08 21:59", ""},
		{"they begin", night, "2026-01-08 22:00", "2026-01-09 07:00"},
		{"after midnight", night, "2026-01-09 00:30", "2026-01-09 07:00"},
		{"a minute before the end", night, "2026-01-09 06:59", "2026-01-09 07:00"},
		{"they end", night, "2026-01-09 07:00", ""},
		{"the end of the year", night, "2026-12-31 23:00", "2027-01-01 07:00"},
		{"within a day, before", noon, "2026-01-08 11:59", ""},
		{"within a day", noon, "2026-01-08 12:00", "2026-01-08 14:30"},
		{"within a day, after", noon, "2026-01-08 14:30", ""},
		{"none", Hours{60, 60}, "2026-01-08 01:00", ""},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		end, in := c.hours.Ends(at.UTC(), zone)
		if got := end.In(zone).Format("2006-01-02 15:04"); in != (c.end != "") || in && got != c.end {
			t.Errorf("%s: %v until %s, want %q", c.name, in, got, c.end)
		}
	}
}

func TestATimeOfDayIsReadAndWritten(t *testing.T) {
	for _, s := range []string{"00:00", "07:30", "23:59"} {
		if n, err := ParseClock(s); err != nil || Clock(n) != s {
			t.Errorf("%s: %d, %v", s, n, err)
		}
	}
	for _, s := range []string{"", "7:30", "24:00", "12:60", "noon"} {
		if _, err := ParseClock(s); !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
