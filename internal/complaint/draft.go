package complaint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"respons/internal/fault"
)

// Limits of what a citizen can send.
const (
	MaxText    = 10_000 // characters
	MaxAddress = 500
)

// Malaysia with its waters, in degrees: south, north, west, east.
const south, north, west, east = 0.5, 8.5, 98.5, 120.0

var fiveDigits = regexp.MustCompile(`^\d{5}$`)

// check names everything wrong with a draft at once.
func (d Draft) check() error {
	var wrong []fault.Field
	add := func(path, format string, args ...any) {
		wrong = append(wrong, fault.Field{Path: "body." + path, Text: fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Kinds, d.Kind) {
		add("kind", "must be complaint, enquiry, suggestion or appreciation")
	}
	if err := Plain(d.Text, MaxText); err != "" {
		add("text", "%s", err)
	} else if !strings.ContainsFunc(d.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		add("text", "must say what happened")
	}
	if d.Location.Address != "" {
		if err := Plain(d.Location.Address, MaxAddress); err != "" {
			add("location.address", "%s", err)
		}
	}
	if p := d.Location.Postcode; p != "" && !fiveDigits.MatchString(p) {
		add("location.postcode", "must be five digits, such as 46000")
	}
	lat, lon := d.Location.Lat, d.Location.Lon
	switch {
	case (lat == nil) != (lon == nil):
		add("location", "needs lat and lon together")
	case lat != nil && !(*lat >= south && *lat <= north && *lon >= west && *lon <= east): // NaN is outside, too
		add("location", "lies outside Malaysia; leave lat and lon out if the phone does not know where it is")
	}
	if d.Location.Accuracy < 0 {
		add("location.accuracy", "must be a radius in metres, 0 or more")
	}
	if !slices.Contains([]string{"ms", "en", "zh", "ta"}, d.Lang) {
		add("language", "must be ms, en, zh or ta")
	}
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "%s %s", strings.TrimPrefix(wrong[0].Path, "body."), wrong[0].Text)
	f.Fields = wrong
	return f
}

// Plain says what is wrong with a text that a person typed, or "": empty, longer than limit characters, or with bytes
// that no keyboard makes.
func Plain(s string, limit int) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "must not be empty"
	case utf8.RuneCountInString(s) > limit:
		return fmt.Sprintf("has %d characters; at most %d fit", utf8.RuneCountInString(s), limit)
	case !utf8.ValidString(s):
		return "is not valid UTF-8"
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }):
		return "contains control characters such as NUL; send plain text"
	}
	return ""
}
