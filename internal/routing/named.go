package routing

import (
	"io/fs"
	"strings"

	"respons/internal/table"
)

// role is what part an agency plays in the text that names it.
type role int

const (
	addressed role = iota // named as such: it counts
	told                  // "dah report kat TNB": only a hint
	denied                // "bukan TNB", "TNB kata bukan dia": speaks against it
	landmark              // "depan balai polis": a place, no part in the matter
)

// mention is an agency named in the text.
type mention struct {
	agency string // code or placeholder
	words  string
	topic  bool // not the agency itself but something only it deals with: a MyKad, wang tak dituntut
	role   role
}

// Names knows what people call agencies.
type Names struct {
	phrases *phrases
	names   []name
}

type name struct {
	agency   string
	capitals bool // a name only where it is typed in capitals: LADA is a body, lada is pepper
	topic    bool
}

// LoadNames reads agencynames.csv, which stands beside the official names and codes of the register. Column names holds
// what people call an agency in any language; capitals holds names that count only in capitals, as codes of the register
// always do; topics holds what no other body deals with, such as its cards, schemes and apps. Column agency may hold a
// placeholder of the responsibility table, for "majlis" or "pejabat tanah".
func LoadNames(fsys fs.FS, register register, ms *table.Mistakes) *Names {
	n := &Names{phrases: newPhrases()}
	taken := map[string]string{}
	add := func(words string, as name) (other string) {
		key := strings.ToLower(words)
		if of, ok := taken[key]; ok {
			return of
		}
		taken[key] = as.agency
		if n.phrases.add(words, int32(len(n.names))) {
			n.names = append(n.names, as)
		}
		return ""
	}
	for _, line := range table.Read(fsys, "agencynames.csv", []string{"agency", "names", "capitals", "topics"}, ms) {
		code := line.Need("agency")
		if _, ok := register.Get(code); !ok && placeholders[code] == "" {
			line.Wrong("agency", "no agency or placeholder %q", code)
			continue
		}
		for _, column := range []string{"names", "capitals", "topics"} {
			for _, words := range line.List(column) {
				if of := add(words, name{code, column == "capitals", column == "topics"}); of != "" && of != code {
					line.Wrong(column, "%q is already a name of %s", words, of)
				}
			}
		}
	}
	for _, a := range register.All() {
		for _, official := range []string{a.NameMS, a.NameEN} {
			if strings.Contains(official, " ") {
				add(official, name{agency: a.Code}) // two bodies of the same name: the first keeps it
			}
		}
		add(a.Code, name{agency: a.Code, capitals: true})
	}
	return n
}

// tellings are words before an agency's name that make it one who was asked before; sayings are words after the name that
// make it one who answered.
var (
	tellings = wordSet(`report repot lapor laporkan melapor dilaporkan mengadu adu aduan mengadukan call called calling
		telefon tepon talipon hubungi menghubungi contact contacted told tell tanya bertanya ask asked email emel complain
		complained complaint komplen pergi pi whatsapp ws tulis surat kol`)
	sayings = wordSet(`kata cakap ckp jawab bilang madah khabar kabo says said say replied reply suruh tolak told janji
		promised blame blames salahkan tuduh oyak kecek`)
	beside    = wordSet(`depan dpn hadapan belakang blkg sebelah tepi opposite behind beside balai stesen seberang antara`)
	denials   = wordSet(`bukan not isnt bkn tak x`)
	fillwords = wordSet(`kat dekat dkt ke kepada pada to the at with dengan pihak orang org dah sudah sdh di dgn ofis pejabat`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// find gives the agencies that the text names, each with its part; of names inside one another the longest counts.
func (n *Names) find(text []word, into []mention) []mention {
	end := 0
	hits := n.phrases.find(text, nil)
	for i, h := range hits {
		if h.from < end || i+1 < len(hits) && hits[i+1].from == h.from { // a longer one from the same word follows
			continue
		}
		name := n.names[h.id]
		if name.capitals && !capitals(text[h.from:h.to]) {
			continue
		}
		end = h.to
		m := mention{agency: name.agency, words: phraseAt(text, h.from, h.to), topic: name.topic}
		if !m.topic {
			m.role = roleAt(text, h.from, h.to)
		}
		into = append(into, m)
	}
	return into
}

func capitals(words []word) bool {
	for _, w := range words {
		if !w.capitals && !allDigits(w.text) {
			return false
		}
	}
	return true
}

// roleAt reads the words around an agency's name.
func roleAt(text []word, from, to int) role {
	if from > 0 && beside[text[from-1].text] || from > 1 && beside[text[from-2].text] {
		return landmark
	}
	before := from - 1
	for before >= 0 && before >= from-3 && fillwords[text[before].text] {
		before--
	}
	if before >= 0 && denials[text[before].text] {
		return denied
	}
	for i := to; i < min(to+3, len(text)); i++ {
		if sayings[text[i].text] {
			for j := i + 1; j < min(i+4, len(text)); j++ {
				if denials[text[j].text] {
					return denied
				}
			}
			return told
		}
	}
	if before >= 0 && tellings[text[before].text] {
		return told
	}
	return addressed
}
