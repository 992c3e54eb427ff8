package complaint

import (
	"crypto/rand"
	"strings"

	"respons/internal/fault"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that a number survives being read out over a bad line.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// weight of a character at position i in the check sum. Odd weights are invertible modulo 32, so every single wrong
// character is found; neighbouring weights differ by 2, so swapped neighbours are found unless they differ by 16.
func weight(i int) int { return 2*i + 1 }

// NewNumber draws a number: seven random characters (35 bits) and a check character. The caller stores it under a
// unique index and draws again should it be taken.
func NewNumber() string {
	var raw [7]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the process where the system has no randomness
	s := make([]byte, 7)
	for i, b := range raw {
		s[i] = alphabet[b&31]
	}
	return format(string(s) + string(check(string(s))))
}

func check(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += weight(i) * strings.IndexByte(alphabet, s[i])
	}
	return alphabet[sum&31]
}

func format(s string) string { return "RR-" + s[:4] + "-" + s[4:] }

// ParseNumber reads a number as people type it: any case, with or without RR, hyphens and spaces, O for 0 and I or L for
// 1. fault.Invalid where a character is wrong or missing.
func ParseNumber(typed string) (string, error) {
	s := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\u2010' || r == '\u2013':
			return -1
		case r == 'O' || r == 'o':
			return '0'
		case r == 'I' || r == 'i' || r == 'L' || r == 'l':
			return '1'
		case r >= 'a' && r <= 'z':
			return r - 32
		}
		return r
	}, typed)
	if len(s) == 10 {
		s = strings.TrimPrefix(s, "RR")
	}
	if len(s) != 8 || strings.Trim(s, alphabet) != "" {
		return "", fault.New(fault.Invalid, "a complaint number looks like RR-7K3M-Q2XA")
	}
	if check(s[:7]) != s[7] {
		return "", fault.New(fault.Invalid, "one character of the complaint number is wrong; please compare it with your receipt")
	}
	return format(s), nil
}
