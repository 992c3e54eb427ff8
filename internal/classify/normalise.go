package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"respons/internal/table"
)

// Normaliser writes out what people shorten: short forms, glued negation, doubled words, stretched letters, dialect.
type Normaliser struct {
	plain   map[string]string            // form to its standard words; "" drops it
	added   map[string]string            // kept, with the standard word beside it
	dialect map[string]map[string]string // by dialect
	spoken  map[string][]int             // a form's dialects, as places in dialects
	longest map[string]int               // words in the longest form, by its first word
	means   *concepts
	key     string // of the files it was read from
}

// dialectForms is how many words of a dialect a text must have before its forms are read that way.
const dialectForms = 2

// LoadNormaliser reads shortforms.csv and concepts.csv and notes every mistake.
func LoadNormaliser(fsys fs.FS, ms *table.Mistakes) *Normaliser {
	n := &Normaliser{plain: map[string]string{}, added: map[string]string{}, dialect: map[string]map[string]string{}, spoken: map[string][]int{}, longest: map[string]int{}}
	for _, r := range table.Read(fsys, "shortforms.csv", []string{"form", "normal", "context", "dialect", "lang"}, ms) {
		form, normal, context, dialect := r.Need("form"), r.Get("normal"), r.Get("context"), r.Get("dialect")
		if f := strings.Fields(form); len(f) > 0 {
			n.longest[f[0]] = max(n.longest[f[0]], len(f))
		}
		switch {
		case context == "prefix" || context == "suffix":
			// the two glued forms, x and 2, are rules of their own: see word
		case dialect != "" && (context == "" || context == "synonym"):
			if n.dialect[dialect] == nil {
				n.dialect[dialect] = map[string]string{}
			}
			n.dialect[dialect][form] = normal
			if d := slices.Index(dialects[:], dialect); d < 0 {
				r.Wrong("dialect", "%q is none of %v", dialect, dialects)
			} else {
				n.spoken[form] = append(n.spoken[form], d)
			}
		case context == "synonym":
			n.added[form] = normal
		case context == "" || context == "particle":
			if _, had := n.plain[form]; !had {
				n.plain[form] = normal
			}
		case context == "electricity":
			n.added[form] = normal
		}
	}
	n.means = loadConcepts(fsys, n, ms)
	n.key = keyOf(fsys, "shortforms.csv", "concepts.csv")
	return n
}

// keyOf is what files hold, in short; one that is not there counts as empty.
func keyOf(fsys fs.FS, files ...string) string {
	h := sha256.New()
	for _, file := range files {
		content, _ := fs.ReadFile(fsys, file) // a mistake is told by whom reads it
		fmt.Fprintf(h, "%d:", len(content))
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// words splits a text into lower-case words, NFC, with letters repeated more than twice cut to two. Chinese characters
// stand each for itself.
func words(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	var last rune
	run := 0
	for _, r := range norm.NFC.String(text) {
		inWord := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' // most of what is written
		if !inWord {
			r = unicode.ToLower(r)
			inWord = unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		}
		switch {
		case r >= 0x2E80 && unicode.Is(unicode.Han, r):
			flush()
			out = append(out, string(r))
		case inWord:
			if r == last {
				run++
			} else {
				last, run = r, 1
			}
			if run <= 2 || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		default:
			last = 0
			flush()
		}
	}
	flush()
	return out
}

// Normalise gives the words as written and as they are read, and the dialect that was seen.
func (n *Normaliser) Normalise(text string) (raw, read []string, dialect string) {
	raw = words(text)
	dialect = n.speaks(raw)
	forms := n.dialect[dialect]
	for i := 0; i < len(raw); {
		used := 0
		for size := min(n.longest[raw[i]], len(raw)-i); size > 0 && used == 0; size-- { // the longest form first
			form := raw[i]
			if size > 1 {
				form = strings.Join(raw[i:i+size], " ")
			}
			if normal, ok := forms[form]; ok {
				read, used = append(read, strings.Fields(normal)...), size
			} else if normal, ok := n.plain[form]; ok {
				read, used = append(read, strings.Fields(normal)...), size
			} else if normal, ok := n.added[form]; ok {
				read, used = append(append(read, raw[i:i+size]...), strings.Fields(normal)...), size
			}
		}
		if used == 0 {
			read, used = append(read, n.word(raw[i])...), 1
		}
		i += used
	}
	return raw, read, dialect
}

// word writes out the glued forms: x before a word is tidak, 2 after a word doubles it.
func (n *Normaliser) word(w string) []string {
	if rest, ok := strings.CutPrefix(w, "x"); ok && len(rest) >= 3 && !strings.ContainsFunc(rest, unicode.IsDigit) {
		if normal, ok := n.plain[rest]; ok {
			rest = normal
		}
		return append([]string{"tidak"}, strings.Fields(rest)...)
	}
	if stem, ok := strings.CutSuffix(w, "2"); ok && len(stem) >= 3 && !strings.ContainsFunc(stem, unicode.IsDigit) {
		if normal, ok := n.plain[stem]; ok {
			stem = normal
		}
		return strings.Fields(stem)
	}
	if stem, ok := strings.CutSuffix(w, "aq"); ok && len(stem) >= 3 { // northern: wayaq, hantaq, keluaq
		return []string{stem + "ar"}
	}
	return []string{w}
}

// dialects in the order in which they are preferred where as many words speak for two.
var dialects = [...]string{"kelantan", "terengganu", "utara", "sarawak", "sabah", "n9", "perak", "pahang"}

// speaks finds the dialect most of whose own words stand in the text.
func (n *Normaliser) speaks(raw []string) string {
	var count [len(dialects)]int
	for _, w := range raw {
		for _, d := range n.spoken[w] {
			count[d]++
		}
	}
	best, most := "", dialectForms-1
	for d, c := range count {
		if c > most {
			best, most = dialects[d], c
		}
	}
	return best
}
