package notify

import (
	"fmt"
	"time"

	"respons/internal/fault"
)

// Hours is a part of the day in minutes after midnight, in the zone that people live in. It may pass midnight; From equal
// to To is no time at all.
type Hours struct {
	From int `json:"from"` // inclusive
	To   int `json:"to"`   // exclusive
}

// Ends says whether at lies in the hours and when they end (UTC).
func (h Hours) Ends(at time.Time, zone *time.Location) (end time.Time, in bool) {
	if h.From == h.To {
		return time.Time{}, false
	}
	local := at.In(zone)
	minute := local.Hour()*60 + local.Minute()
	day := local.Day()
	switch {
	case h.From < h.To && (minute < h.From || minute >= h.To):
		return time.Time{}, false
	case h.From > h.To && minute < h.From && minute >= h.To:
		return time.Time{}, false
	case h.From > h.To && minute >= h.From:
		day++ // they end tomorrow
	}
	return time.Date(local.Year(), local.Month(), day, h.To/60, h.To%60, 0, 0, zone).UTC(), true
}

// ParseClock reads HH:MM as minutes after midnight; fault.Invalid.
func ParseClock(s string) (int, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fault.New(fault.Invalid, "%q is no time of day such as 22:00", s)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Clock writes minutes after midnight as HH:MM.
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
