package mobileapi

import (
	"slices"
	"testing"

	"respons/internal/complaint"
)

// Whatever a browser prefers, it is answered in a language that there is.
func FuzzLanguage(f *testing.F) {
	for _, header := range []string{"", "ms", "en-GB,en;q=0.9", "zh-Hant-TW", "ta;q=0", "*", "x-klingon", "en;q=nonsense", ",,,;;;", "\xff"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if l := Language(header, "ta"); !slices.Contains([]string{"ms", "en", "zh", "ta"}, l) {
			t.Errorf("%q is answered in %q", header, l)
		}
	})
}

// Whatever a phone says how far it has read, it is refused or read as it is written.
func FuzzSince(f *testing.F) {
	for _, word := range []string{"", "0.", "m3x9k2.", "zzzzzzzzzzzz.", "-1.", "0.WzFd", "1", ".", "0", "9223372036854775808.x"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		s, err := readSince(word)
		if err != nil {
			return
		}
		if again, err := readSince(writeSince(s)); err != nil || again != s {
			t.Errorf("%q is read as %+v and again as %+v, %v", word, s, again, err)
		}
		if s == (complaint.Since{}) != (s.From.IsZero() && s.After == "") {
			t.Errorf("%q: %+v", word, s)
		}
	})
}
