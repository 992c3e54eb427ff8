package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"respons/internal/table"
)

// Normaliser writes out what people shorten: short forms, glued negation, doubled words, stretched letters, dialect.
type Normaliser struct {
	plain   map[string][]string            // form to its standard words; none drops it
	added   map[string][]string            // kept, with the standard words beside it
	dialect map[string]map[string][]string // by dialect
	spoken  map[string][]int               // a form's dialects, as places in dialects
	longest map[string]int                 // words in the longest form, by its first word
	times   map[string]string              // forms beside a number or a word of time: 8 pg
	capital map[string]string              // forms only in capitals: ASAP is no smoke
	means   *concepts
	key     string // of the files it was read from
}

// dialectForms is how many words of a dialect a text must have before its forms are read that way.
const dialectForms = 2

// LoadNormaliser reads shortforms.csv and concepts.csv and notes every mistake.
func LoadNormaliser(fsys fs.FS, ms *table.Mistakes) *Normaliser {
	n := &Normaliser{plain: map[string][]string{}, added: map[string][]string{}, dialect: map[string]map[string][]string{}, spoken: map[string][]int{}, longest: map[string]int{},
		times: map[string]string{}, capital: map[string]string{}}
	for _, r := range table.Read(fsys, "shortforms.csv", []string{"form", "normal", "context", "dialect", "lang"}, ms) {
		form, normal, context, dialect := r.Need("form"), r.Get("normal"), r.Get("context"), r.Get("dialect")
		standard := strings.Fields(normal)
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
				n.dialect[dialect] = map[string][]string{}
			}
			n.dialect[dialect][form] = standard
			if d := slices.Index(dialects[:], dialect); d < 0 {
				r.Wrong("dialect", "%q is none of %v", dialect, dialects)
			} else {
				n.spoken[form] = append(n.spoken[form], d)
			}
		case context == "synonym":
			n.added[form] = standard
		case context == "" || context == "particle":
			if _, had := n.plain[form]; !had {
				n.plain[form] = standard
			}
		case context == "electricity":
			n.added[form] = standard
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

// Normalise gives the words as written and as they are read, and the dialect that was seen.
func (n *Normaliser) Normalise(text string) (raw, read []string, dialect string) {
	written, understood, dialect := n.normalise(text)
	return written.words, understood.words, dialect
}

func (n *Normaliser) normalise(text string) (raw, read sentence, dialect string) {
	for form, normal := range n.capital {
		if strings.Contains(text, form) && strings.ToUpper(text) != text {
			text = strings.ReplaceAll(text, form, normal)
		}
	}
	raw = words(text)
	dialect = n.speaks(raw.words)
	forms := n.dialect[dialect]
	out := make([]string, 0, len(raw.words)+8)
	for i := 0; i < len(raw.words); {
		used := 0
		for size := min(n.longest[raw.words[i]], len(raw.words)-i); size > 0 && used == 0; size-- { // the longest form first
			form := raw.run(i, size)
			if standard, ok := forms[form]; ok {
				out, used = append(out, standard...), size
			} else if standard, ok := n.plain[form]; ok {
				out, used = append(out, standard...), size
			} else if standard, ok := n.added[form]; ok {
				out, used = append(append(out, raw.words[i:i+size]...), standard...), size
			}
		}
		if used == 0 {
			if normal, ok := n.times[raw.words[i]]; ok && besideTime(raw.words, i) {
				out = append(out, normal)
			} else {
				out = n.word(raw.words[i], out)
			}
			used = 1
		}
		i += used
	}
	return raw, sentenceOf(out), dialect
}

// besideTime says whether a number or a word of time stands next to a word.
func besideTime(raw []string, i int) bool {
	return i > 0 && (timely[raw[i-1]] || raw[i-1][0] >= '0' && raw[i-1][0] <= '9') ||
		i+1 < len(raw) && timely[raw[i+1]]
}

var timely = wordSet("pukul pkul pkl kol jam dari dr sejak sampai smpai tiap setiap hari ari waktu masa pagi petang ptg malam mlm tadi td esok esk semalam smlm isnin selasa rabu khamis jumaat sabtu ahad")

// word adds a word with the glued forms written out: x before a word is tidak, 2 after a word doubles it, a number may
// stand before a word.
func (n *Normaliser) word(w string, out []string) []string {
	if rest, ok := strings.CutPrefix(w, "x"); ok && len(rest) >= 3 && !strings.ContainsFunc(rest, unicode.IsDigit) {
		return n.short(rest, append(out, "tidak"))
	}
	if stem, ok := strings.CutSuffix(w, "2"); ok && len(stem) >= 3 && !strings.ContainsFunc(stem, unicode.IsDigit) {
		return n.short(stem, out)
	}
	if i := strings.IndexFunc(w, func(r rune) bool { return r < '0' || r > '9' }); i > 0 { // 3mggu, 5hr
		if standard := n.plain[w[i:]]; len(standard) > 0 {
			return append(append(out, w[:i]), standard...)
		}
	}
	if stem, ok := strings.CutSuffix(w, "aq"); ok && len(stem) >= 3 { // northern: wayaq, hantaq, keluaq
		return append(out, stem+"ar")
	}
	return append(out, w)
}

// short adds what a short form stands for, or the word itself.
func (n *Normaliser) short(w string, out []string) []string {
	if standard, ok := n.plain[w]; ok {
		return append(out, standard...)
	}
	return append(out, w)
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
