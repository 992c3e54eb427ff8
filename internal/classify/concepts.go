package classify

import (
	"io/fs"
	"slices"
	"strings"

	"respons/internal/table"
)

// concepts knows which words of Malay and its dialects, English, Chinese and Tamil mean the same thing. What the model
// learns of sampah then serves rubbish, 垃圾 and குப்பை.
type concepts struct {
	of      map[string][]uint32 // a word or phrase, as written or as read, to what it means
	longest map[string]int      // words in the longest phrase, by its first word
}

// loadConcepts reads concepts.csv and notes every mistake: the concept's name, and the words for it by language. A word
// may stand for several concepts. A folder without the file has none.
func loadConcepts(fsys fs.FS, n *Normaliser, ms *table.Mistakes) *concepts {
	k := &concepts{of: map[string][]uint32{}, longest: map[string]int{}}
	if _, err := fs.Stat(fsys, "concepts.csv"); err != nil {
		return k
	}
	seen := map[string]bool{}
	for i, r := range table.Read(fsys, "concepts.csv", append([]string{"concept"}, languages...), ms) {
		name := r.Need("concept")
		if seen[name] {
			r.Wrong("concept", "%q stands in an earlier row already", name)
		}
		if i >= conceptFeatures {
			r.Wrong("concept", "there may be %d concepts, not more", conceptFeatures)
			break
		}
		seen[name] = true
		for _, lang := range languages {
			for _, w := range r.List(lang) {
				raw, read, _ := n.Normalise(w)
				for _, form := range [][]string{raw, read} {
					k.add(form, uint32(i))
				}
			}
		}
	}
	return k
}

func (k *concepts) add(form []string, meaning uint32) {
	if len(form) == 0 {
		return
	}
	key := strings.Join(form, " ")
	if !slices.Contains(k.of[key], meaning) {
		k.of[key] = append(k.of[key], meaning)
	}
	k.longest[form[0]] = max(k.longest[form[0]], len(form))
}

// find adds what the words of a text mean: at each place the longest phrase that is known, and a single word besides.
func (k *concepts) find(text sentence, out []uint32) []uint32 {
	for i, first := range text.words {
		found := false
		for size := min(k.longest[first], len(text.words)-i); size > 1 && !found; size-- {
			if means, ok := k.of[text.run(i, size)]; ok {
				out, found = append(out, means...), true
			}
		}
		if found {
			continue
		}
		if means, ok := k.of[first]; ok {
			out = append(out, means...)
		} else {
			out = k.stem(first, out)
		}
	}
	return out
}

const (
	leastStem  = 3 // letters that must be left of a word
	tamilStem  = 9 // the same in bytes of Tamil: three signs
	tamilBytes = 3 // of each sign
)

var (
	suffixes = [...]string{"nya", "lah", "kan", "an", "i", "s", "es", "ed", "ing", "ly"}
	prefixes = [...]struct{ cut, lost string }{ // and the letter that the prefix swallowed, if any
		{"meny", "s"}, {"meng", "k"}, {"mem", "p"}, {"men", "t"}, {"me", ""}, {"peny", "s"}, {"peng", "k"}, {"pem", "p"}, {"pen", "t"}, {"pe", ""},
		{"ber", ""}, {"ter", ""}, {"di", ""}, {"se", ""}, {"ke", ""}}
)

// stem looks a word up without its affixes: Malay and English ones, and in Tamil, where endings pile up, the longest
// beginning that is known.
func (k *concepts) stem(w string, out []uint32) []uint32 {
	if len(w) <= leastStem {
		return out
	}
	if w[0] >= 0x80 {
		for i := len(w) - tamilBytes; i >= tamilStem; i -= tamilBytes {
			if means, ok := k.of[w[:i]]; ok {
				return append(out, means...)
			}
		}
		return out
	}
	if means := k.unprefixed(w); means != nil {
		return append(out, means...)
	}
	for _, s := range suffixes {
		base, ok := strings.CutSuffix(w, s)
		if !ok || len(base) < leastStem {
			continue
		}
		means := k.of[base]
		if means == nil && (s == "ing" || s == "ed") {
			means = k.of[base+"e"]
		}
		if means == nil {
			means = k.unprefixed(base)
		}
		if means != nil {
			return append(out, means...)
		}
	}
	for _, e := range spokenEndings {
		if base, ok := strings.CutSuffix(w, e.heard); ok && len(base) >= leastStem-1 {
			if means := k.of[base+e.written]; means != nil {
				return append(out, means...)
			}
		}
	}
	return out
}

// spokenEndings are how dialects end the words of the standard language: keto and
// tanyo in Negeri Sembilan, jale and lampey in Kelantan and Terengganu, hampiaq and habih in the north.
var spokenEndings = [...]struct{ heard, written string }{{"iaq", "ir"}, {"uaq", "ur"}, {"aq", "ar"}, {"aq", "al"}, {"oq", "or"}, {"oq", "ur"}, {"eq", "ir"},
	{"aih", "as"}, {"ih", "is"}, {"ah", "as"}, {"uh", "us"}, {"oh", "us"}, {"ey", "ang"}, {"ey", "an"}, {"e", "an"}, {"e", "ang"}, {"e", "am"},
	{"o", "a"}, {"o", "ar"}, {"k", "t"}, {"ing", "in"}}

func (k *concepts) unprefixed(w string) []uint32 {
	for _, p := range prefixes {
		base, ok := strings.CutPrefix(w, p.cut)
		if !ok || len(base) < leastStem {
			continue
		}
		if means := k.of[base]; means != nil {
			return means
		}
		if p.lost != "" {
			if means := k.of[p.lost+base]; means != nil {
				return means
			}
		}
	}
	return nil
}
