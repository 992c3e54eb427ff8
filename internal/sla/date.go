package sla

import (
	"fmt"
	"time"
)

// zone is Malaysia's time. A fixed offset is exact for every complaint there can be, and needs no zone database.
var zone = time.FixedZone("MYT", 8*60*60)

// Date is a day in Malaysia, as days since 1970-01-01.
type Date int32

// DateOf is the day in Malaysia at an instant.
func DateOf(at time.Time) Date {
	s := at.Unix() + 8*60*60
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Date(d)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no date such as 2026-01-31", s)
	}
	return Date(t.Unix() / 86400), nil
}

// at is the instant of a time of day, in minutes after midnight.
func (d Date) at(minutes int) time.Time {
	return time.Unix(int64(d)*86400-8*60*60+int64(minutes)*60, 0).UTC()
}

// Begins is the first instant of the day (UTC).
func (d Date) Begins() time.Time { return d.at(0) }

func (d Date) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) } // 1970-01-01 was a Thursday

func (d Date) year() int { return time.Unix(int64(d)*86400, 0).UTC().Year() }

// String is YYYY-MM-DD.
func (d Date) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// MarshalText is YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}
