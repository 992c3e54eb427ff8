package duplicate

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mmcloughlin/geohash"
	"golang.org/x/text/unicode/norm"

	"respons/internal/table"
)

// Wording is what two reports with the same words have in common, whatever their capitals, spaces and punctuation.
type Wording struct {
	Mark  string `json:"mark"`  // of words, kind, written place and town; the same for the same
	Words int    `json:"words"` // of the text; each Chinese character counts as one
}

// town makes cells of about 5 kilometres: what is read of common words is only that of the same town.
const town = 5

// WordingOf reads a text, the position it was sent from (nil: unknown) and what was written beside it, such as an address.
func WordingOf(text string, spot *Sign, beside ...string) Wording {
	words := plain(text)
	h := sha256.New()
	if spot != nil {
		h.Write([]byte(geohash.EncodeWithPrecision(spot.Lat, spot.Lon, town)))
	}
	for _, part := range append([][]string{words}, lines(beside)...) {
		h.Write([]byte(strings.Join(part, " ") + "\x00"))
	}
	return Wording{Mark: hex.EncodeToString(h.Sum(nil)[:16]), Words: len(words)}
}

func lines(texts []string) (out [][]string) {
	for _, t := range texts {
		out = append(out, plain(t))
	}
	return out
}

// plain gives the words of a text in small letters.
func plain(text string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}) {
		if !strings.ContainsFunc(w, isHan) {
			out = append(out, w)
			continue
		}
		for _, r := range w {
			out = append(out, string(r))
		}
	}
	return out
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// By says whose reports with the same words are counted together.
type By string

// The ways to count.
const (
	Person  By = "person"  // an account, or a phone without one
	Address By = "address" // a network address
	Anyone  By = "anyone"
)

// Repeated is a report as it is compared with others of the same wording. What is empty is not known.
type Repeated struct {
	Account, Phone, Network string // names that only equal one another
	Words                   int
	At                      time.Time
	Spot                    *Sign // only its position counts; nil: none was sent
}

// RepeatRule lets so many reports of the same words and place stand, and joins what follows within a time.
type RepeatRule struct {
	By     By
	Count  int
	Within time.Duration
	Words  int     // a text of fewer words is too common to say anything
	Metres float64 // between two positions that count as one place
}

// RepeatRules are the rules, each tried by itself.
type RepeatRules []RepeatRule

// Of gives which of the earlier reports, oldest first, a report repeats so often that it is to be joined to one of them;
// empty: it stands on its own.
func (rs RepeatRules) Of(x Repeated, earlier []Repeated) []int {
	for _, r := range rs {
		var same []int
		for i, e := range earlier {
			if r.counts(x, e) {
				same = append(same, i)
			}
		}
		if len(same) >= r.Count {
			return same
		}
	}
	return nil
}

func (r RepeatRule) counts(x, e Repeated) bool {
	if x.Words < r.Words || x.At.Sub(e.At) > r.Within || (x.Spot == nil) != (e.Spot == nil) || x.Spot != nil && Distance(x.Spot, e.Spot) > r.Metres {
		return false
	}
	switch r.By {
	case Person:
		return x.Account != "" && x.Account == e.Account || x.Phone != "" && x.Phone == e.Phone
	case Address:
		return x.Network != "" && x.Network == e.Network
	}
	return true
}

// Most is the largest Count.
func (rs RepeatRules) Most() (most int) {
	for _, r := range rs {
		most = max(most, r.Count)
	}
	return most
}

// Memory is how far back reports of the same words are looked for.
func (rs RepeatRules) Memory() (longest time.Duration) {
	for _, r := range rs {
		longest = max(longest, r.Within)
	}
	return longest
}

// mostCount bounds Count, and with it how many reports are read for each of a flood.
const mostCount = 100

// LoadRepeats reads repeats.csv and notes every mistake.
func LoadRepeats(fsys fs.FS, ms *table.Mistakes) (rules RepeatRules) {
	for _, r := range table.Read(fsys, "repeats.csv", []string{"by", "count", "within", "words", "metres"}, ms) {
		rule := RepeatRule{By: By(r.Need("by")), Count: whole(r, "count", mostCount), Words: whole(r, "words", 1000), Metres: number(r, "metres", 1, 5_000)}
		if !slices.Contains([]By{Person, Address, Anyone}, rule.By) {
			r.Wrong("by", "%q is none of person, address and anyone", rule.By)
		}
		if slices.ContainsFunc(rules, func(x RepeatRule) bool { return x.By == rule.By }) {
			r.Wrong("by", "%s has a row already", rule.By)
		}
		var err error
		if rule.Within, err = time.ParseDuration(r.Need("within")); err != nil || rule.Within < time.Minute || rule.Within > mostWithin {
			r.Wrong("within", "must be a time from 1m to 720h, such as 24h")
		}
		rules = append(rules, rule)
	}
	return rules
}

const mostWithin = 720 * time.Hour

func whole(r table.Row, column string, most int) int {
	n, err := strconv.Atoi(r.Need(column))
	if err != nil || n < 1 || n > most {
		r.Wrong(column, "must be a whole number from 1 to %d", most)
	}
	return n
}
