package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	times   map[string]string            // forms beside a number or a word of time: 8 pg
	capital map[string]string            // forms only in capitals: ASAP is no smoke
	means   *concepts
	key     string // of the files it was read from
}

// dialectForms is how many words of a dialect a text must have before its forms are read that way.
const dialectForms = 2

// LoadNormaliser reads shortforms.csv and concepts.csv and notes every mistake.
func LoadNormaliser(fsys fs.FS, ms *table.Mistakes) *Normaliser {
	n := &Normaliser{plain: map[string]string{}, added: map[string]string{}, dialect: map[string]map[string]string{}, spoken: map[string][]int{}, longest: map[string]int{},
		times: map[string]string{}, capital: map[string]string{}}
	for _, r := range table.Read(fsys, "shortforms.csv", []string{"form", "normal", "context", "dialect", "lang"}, ms) {
		form, normal, context, dialect := r.Need("form"), r.Get("normal"), r.Get("context"), r.Get("dialect")
		if f := strings.Fields(form); len(f) > 0 {
			n.longest[f[0]] = max(n.longest[f[0]], len(f))
		}
		switch {
		case context == "prefix" || context == "suffix":
			// the two glued forms, x and 2, are rules of their own: see word
		case context == "time":
			n.times[form] = normal
		case context == "upper":
			n.capital[strings.ToUpper(form)] = normal
		case dialect != "" && (context == "" || context == "synonym" || context == "pronoun"):
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

// words splits a text into lower-case words, NFC, with letters repeated more than twice cut to one: tolonggg. Chinese
// characters stand each for itself.
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
			switch {
			case run <= 2 || unicode.IsDigit(r):
				b.WriteRune(r)
			case run == 3: // the second goes as well
				kept := b.String()
				b.Reset()
				b.WriteString(kept[:len(kept)-utf8.RuneLen(r)])
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
	for form, normal := range n.capital {
		if strings.Contains(text, form) && strings.ToUpper(text) != text {
			text = strings.ReplaceAll(text, form, normal)
		}
	}
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
		if normal, ok := n.times[raw[i]]; ok && used == 0 && besideTime(raw, i) {
			read, used = append(read, normal), 1
		}
		if used == 0 {
			read, used = append(read, n.word(raw[i])...), 1
		}
		i += used
	}
	return raw, read, dialect
}

// besideTime says whether a number or a word of time stands next to a word.
func besideTime(raw []string, i int) bool {
	return i > 0 && (timely[raw[i-1]] || raw[i-1][0] >= '0' && raw[i-1][0] <= '9') ||
		i+1 < len(raw) && timely[raw[i+1]]
}

var timely = wordSet("pukul pkul pkl kol jam dari dr sejak sampai smpai tiap setiap hari ari waktu masa pagi petang ptg malam mlm tadi td esok esk semalam smlm isnin selasa rabu khamis jumaat sabtu ahad")

// word writes out the glued forms: x before a word is tidak, 2 after a word doubles it, a number may stand before a word.
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
	if i := strings.IndexFunc(w, func(r rune) bool { return r < '0' || r > '9' }); i > 0 && i < len(w) { // 3mggu, 5hr
		if normal, ok := n.plain[w[i:]]; ok && normal != "" {
			return append([]string{w[:i]}, strings.Fields(normal)...)
		}
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
