// Package sla computes deadlines: calendars by state, targets, pauses, thresholds, the ladder of escalation, and why a
// deadline is what it is. It is pure: every instant is given to it. Times are UTC; days are those of Malaysia, which has
// been at UTC+8 without summer time since 1982.
package sla

import (
	"regexp"
	"strconv"
	"time"

	"respons/internal/fault"
)

// ClockName is one of the clocks of a complaint.
type ClockName string

// The clocks. Accept is the agency's and begins with each assignment; the others begin when the complaint is received.
const (
	Accept        ClockName = "accept"
	FirstResponse ClockName = "first_response"
	MakeSafe      ClockName = "make_safe"
	Resolve       ClockName = "resolve"
)

// ClockNames lists the clocks in the order in which they usually stop.
var ClockNames = []ClockName{Accept, FirstResponse, MakeSafe, Resolve}

// Kind is how a target counts.
type Kind string

// The kinds of target. The zero Kind is no target.
const (
	Wall        Kind = "wall"         // day and night, seven days a week
	WorkingDays Kind = "working_days" // closes of business of the office's state
)

// Target is how long a clock may run.
type Target struct {
	Kind Kind          `json:"kind"`
	Wall time.Duration `json:"wall,omitempty"` // of Wall, nanoseconds; 0: at once
	Days int           `json:"days,omitempty"` // of WorkingDays, at least 1
}

// maxDays and maxWall bound a target to ten years: longer ones are slips of the keyboard.
const (
	maxDays = 2600
	maxWall = 10 * 366 * 24 * time.Hour
)

var duration = regexp.MustCompile(`^P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)

// ParseTarget reads a kind with its value: wall with an ISO 8601 duration of weeks, days, hours, minutes and seconds
// (PT24H, P1DT2H; a day is 24 hours), working_days with a whole number. fault.Invalid.
func ParseTarget(kind, value string) (Target, error) {
	switch Kind(kind) {
	case WorkingDays:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxDays {
			return Target{}, fault.New(fault.Invalid, "a working_days target is a whole number from 1 to %d, not %q", maxDays, value)
		}
		return Target{Kind: WorkingDays, Days: n}, nil
	case Wall:
		d, ok := parseDuration(value)
		if !ok {
			return Target{}, fault.New(fault.Invalid, "a wall target is an ISO 8601 duration of at most ten years, such as PT24H, not %q", value)
		}
		return Target{Kind: Wall, Wall: d}, nil
	}
	return Target{}, fault.New(fault.Invalid, "a clock is wall or working_days, not %q", kind)
}

// Value writes a target as ParseTarget reads it: PT24H, or a number of days.
func (t Target) Value() string {
	switch {
	case t.Kind == WorkingDays:
		return strconv.Itoa(t.Days)
	case t.Kind != Wall:
		return ""
	case t.Wall == 0:
		return "PT0S"
	}
	out := "PT"
	for _, part := range []struct {
		n    time.Duration
		unit string
	}{{t.Wall / time.Hour, "H"}, {t.Wall / time.Minute % 60, "M"}, {t.Wall / time.Second % 60, "S"}} {
		if part.n > 0 {
			out += strconv.Itoa(int(part.n)) + part.unit
		}
	}
	return out
}

func parseDuration(s string) (time.Duration, bool) {
	m := duration.FindStringSubmatch(s)
	if m == nil || s == "P" || s[len(s)-1] == 'T' {
		return 0, false
	}
	var total time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1]) // digits or nothing
		total += time.Duration(n) * unit
		if total > maxWall {
			return 0, false
		}
	}
	return total, true
}
