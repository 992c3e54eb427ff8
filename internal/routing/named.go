package routing

import (
	"io/fs"
	"strings"

	"respons/internal/agency"
	"respons/internal/table"
)

// role is what part an agency plays in the text that names it.
type role int

const (
	addressed role = iota // named as such: it counts
	told                  // "dah report kat TNB": only a hint
	denied                // "bukan TNB", "TNB kata bukan dia": speaks against it
	landmark              // "depan balai polis": a place, no part in the matter
	thanked               // "terima kasih TNB": the text is meant for it
)

// mention is an agency named in the text.
type mention struct {
	agency string // code or placeholder
	words  string
	as     column
	role   role
}

// Names knows what people call agencies.
type Names struct {
	phrases *phrases
	names   []name
}

type name struct {
	agency string
	as     column
}

// column is where in agencynames.csv a name stands.
type column string

const (
	asName     column = "names"
	asCapitals column = "capitals" // a name only where it is typed in capitals: LADA is a body, lada is pepper
	asTopic    column = "topics"   // not the agency but something of its own: a MyKad, an LRT
	asMatter   column = "matters"  // words that are the matter itself, and only that body's: wang tak dituntut
)

// LoadNames reads agencynames.csv, which stands beside the official names and codes of the register. Column names holds
// what people call an agency in any language; capitals holds names that count only in capitals, as codes of the register
// always do; topics holds its cards, schemes and things; matters holds words for what only that body deals with. Column
// agency may hold a placeholder of the responsibility table, for "majlis" or "pejabat tanah".
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
	for _, line := range table.Read(fsys, "agencynames.csv", []string{"agency", "names", "capitals", "topics", "matters"}, ms) {
		code := line.Need("agency")
		if a, ok := register.Get(code); ok {
			code = a.Code
		} else if placeholders[code] == "" {
			line.Wrong("agency", "no agency or placeholder %q", code)
			continue
		}
		for _, as := range []column{asName, asCapitals, asTopic, asMatter} {
			for _, words := range line.List(string(as)) {
				if of := add(words, name{code, as}); of != "" && of != code {
					line.Wrong(string(as), "%q is already a name of %s", words, of)
				}
			}
		}
	}
	for _, a := range register.All() {
		for _, official := range []string{a.NameMS, a.NameEN} {
			if strings.Contains(official, " ") {
				add(official, name{a.Code, asName}) // two bodies of the same name: the first keeps it
			}
		}
		for _, short := range shortNames(a) {
			add(short, name{a.Code, asName})
		}
		add(a.Code, name{a.Code, asCapitals})
	}
	for _, a := range register.Former() { // people go on using its name and mean who acts now
		now, ok := register.Get(a.Code)
		if !ok {
			continue
		}
		for _, official := range append(shortNames(a), a.NameMS, a.NameEN) {
			if strings.Contains(official, " ") {
				add(official, name{now.Code, asName})
			}
		}
		add(a.Code, name{now.Code, asCapitals})
	}
	return n
}

// councilForms are the first words of councils' names with what people make of them.
var councilForms = map[string][]string{
	"Majlis Daerah ":      {"MD ", "Majlis "},
	"Majlis Perbandaran ": {"MP ", "Majlis "},
	"Majlis Bandaraya ":   {"MB ", "Majlis "},
	"Dewan Bandaraya ":    {"DB "},
}

// shortNames gives what people call a council: MD Tangkak, Majlis Tangkak.
func shortNames(a agency.Agency) (out []string) {
	for form, shorts := range councilForms {
		if town, ok := strings.CutPrefix(a.NameMS, form); ok && a.Kind == agency.LocalAuthority {
			for _, short := range shorts {
				out = append(out, short+town)
			}
		}
	}
	return out
}

// tellings are words before an agency's name that make it one who was asked before; sayings are words after the name that
// make it one who answered.
var (
	tellings = wordSet(`report repot lapor laporkan melapor dilaporkan mengadu adu aduan mengadukan call called calling
		telefon tepon talipon hubungi menghubungi contact contacted told tell tanya bertanya ask asked email emel complain
		complained complaint komplen pergi pi whatsapp ws tulis surat kol`)
	sayings = wordSet(`kata cakap ckp jawab bilang madah khabar kabo says said say replied reply suruh tolak told janji
		promised blame blames salahkan tuduh oyak kecek lulus approved datang dtg mai came balas reply tutup kabor padah report laporan`)
	beside    = wordSet(`depan dpn hadapan belakang blkg sebelah tepi opposite behind beside near dekat berhampiran seberang antara`)
	thankings = wordSet(`kasih syabas tahniah thanks thank tq trimas terimakasih 谢 感谢`)
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
		if name.as == asCapitals && !capitals(text[h.from:h.to]) {
			continue
		}
		end = h.to
		m := mention{agency: name.agency, words: phraseAt(text, h.from, h.to), as: name.as, role: roleAt(text, h.from, h.to)}
		if (m.as == asTopic || m.as == asMatter) && m.role != landmark {
			m.role = addressed
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
	before := from - 1
	for before >= 0 && before >= from-3 && fillwords[text[before].text] {
		before--
	}
	switch {
	case before >= 0 && thankings[text[before].text]:
		return thanked
	case before >= 0 && tellings[text[before].text]:
		return told
	case before >= 0 && denials[text[before].text]:
		return denied
	case from > 0 && beside[text[from-1].text], from > 1 && beside[text[from-2].text]:
		return landmark
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
	return addressed
}
