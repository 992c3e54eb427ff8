// Package mask hides what points to a person in free text: telephone numbers, identity card numbers, e-mail addresses and
// vehicle plates. It errs on the side of hiding; names of people are not found by it.
package mask

import (
	"regexp"
	"strings"
)

// Sign stands where something was hidden. It has no letter or digit, so that whoever reads words reads nothing there.
const Sign = "•••"

var email = regexp.MustCompile(`(?i)[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)

// numbers, each tried on what the ones before left. Digits may be grouped by single spaces, dots or hyphens, as people
// type them; none has fewer than leastDigits.
var numbers = []*regexp.Regexp{
	// MyKad and its likes: six digits of a birthday, two of a place, four.
	regexp.MustCompile(`\b\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{2}[ -]?\d{4}\b`),
	// Malaysian numbers at home and with the country's code: +60 12-345 6789, 03-1234 5678, 082 123456. Short numbers that
	// everybody may call (999, 15999, 1-300-...) stay.
	regexp.MustCompile(`(?:\+?6[ -]?)?\b0\d{1,2}(?:[ .-]?\d){6,8}\b`),
	regexp.MustCompile(`\+\d{1,3}(?:[ .-]?\d){7,12}\b`),
	// Other long runs: bank accounts, cards, foreign identity numbers.
	regexp.MustCompile(`\b\d(?:[ -]?\d){9,18}\b`),
}

// plate is a vehicle's: one to three capitals, then up to four digits and perhaps one more capital, or a number of a
// special series. Road numbers look alike and are no secret.
var (
	plate = regexp.MustCompile(`\b([A-Z]{1,3})[ ]?(\d{1,4})(?: ?([A-Z]))?\b`)
	small = regexp.MustCompile(`\b([a-z]{3}) ?(\d{3,4})\b`)
)

// notPlates begin what looks like a plate and is none: roads (FT5, B66, E1, AH2), quarters (SS2, USJ 4, PJU 1, BU3, TTDI),
// precincts, sections, money, buses and lines.
var notPlates = map[string]bool{"FT": true, "AH": true, "E": true, "SS": true, "USJ": true, "PJU": true, "PJS": true, "PJ": true, "BU": true,
	"RM": true, "PPR": true, "KM": true, "LRT": true, "MRT": true, "KTM": true, "PT": true, "LOT": true, "NO": true, "BLK": true, "TNB": true,
	"SK": true, "SMK": true, "BT": true, "JLN": true, "LRG": true, "KG": true, "TMN": true, "UEP": true, "IOI": true, "ATM": true,
	"AM": true, "PM": true, "SJ": true, "TD": true, "BK": true, "KJ": true, "MYR": true, "MRR": true, "LPT": true, "RTM": true, "SPM": true, "TTDI": true}

// small words that stand before a number in ordinary sentences.
var ordinary = map[string]bool{"dah": true, "dkt": true, "dpn": true, "kat": true, "lot": true, "jam": true, "hab": true, "bil": true, "blk": true,
	"bas": true, "bus": true, "the": true, "and": true, "for": true, "usj": true, "pju": true, "pjs": true, "jln": true, "lrg": true, "tmn": true,
	"sdh": true, "ada": true, "dan": true, "had": true, "ke": true, "km": true, "rm": true, "no": true, "thn": true, "sem": true, "dlm": true, "dgn": true,
	"pkl": true, "pukul": true, "was": true, "are": true, "per": true, "ppr": true, "all": true, "got": true, "via": true, "lrt": true, "mrt": true, "hqs": true,
	"utk": true, "byr": true, "jpj": true, "tgk": true, "dpt": true}

// Text gives text with everything of that kind replaced by Sign.
func Text(text string) string { return hide(text, look(text)) }

// hide tries the patterns that what was seen in the text allows.
func hide(text string, s seen) string {
	if s.at {
		text = email.ReplaceAllString(text, Sign)
	}
	if s.digits >= leastDigits {
		for _, p := range numbers {
			text = p.ReplaceAllString(text, Sign)
		}
	}
	if s.plate {
		text = plate.ReplaceAllStringFunc(text, func(found string) string {
			m := plate.FindStringSubmatch(found)
			if notPlates[m[1]] || len(m[2]) < 3 && m[3] == "" && len(m[1]) < 3 { // B66, Q2, BU3: roads and quarters
				return found
			}
			return Sign
		})
	}
	if s.small {
		text = small.ReplaceAllStringFunc(text, func(found string) string {
			if ordinary[strings.TrimSpace(found[:3])] {
				return found
			}
			return Sign
		})
	}
	return text
}
