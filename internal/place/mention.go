package place

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word with where it stands.
type token struct {
	word     string // lower case, short forms written out
	from, to int
	capital  bool // typed with capitals only
}

// scan splits a text into tokens. A Chinese character stands for itself.
func (f *Finder) scan(text string) []token {
	var out []token
	start := -1
	flush := func(end int) {
		if start >= 0 {
			raw := text[start:end]
			word := strings.ToLower(raw)
			if long, ok := f.short[word]; ok {
				word = long
			}
			out = append(out, token{word, start, end, raw == strings.ToUpper(raw) && raw != word})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			flush(i)
			out = append(out, token{string(r), i, i + utf8.RuneLen(r), false})
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	return out
}

// tokens are the words of a name.
func (f *Finder) tokens(name string) []string {
	var out []string
	for _, t := range f.scan(name) {
		out = append(out, strings.Fields(t.word)...)
	}
	return out
}

// found is a name with the places that bear it.
type found struct {
	Mention
	places []int32
	state  string  // of a state's name
	weight float64 // how far the words are to be believed, 0 to 1
}

// mentions finds names in a text, at each place the longest.
func (f *Finder) mentions(text, in string) []found {
	tokens := f.scan(text)
	var out []found
	for i := 0; i < len(tokens); {
		used := 1
		for size := min(f.longest, len(tokens)-i); size > 0; size-- {
			words := make([]string, size)
			for j := range words {
				words[j] = tokens[i+j].word
			}
			key := strings.Join(words, " ")
			m := found{Mention: Mention{Words: text[tokens[i].from:tokens[i+size-1].to], From: tokens[i].from, To: tokens[i+size-1].to, In: in}, weight: 1}
			if code, ok := f.states[key]; ok && (len(key) > 2 || tokens[i].capital) {
				m.Name, m.state = key, code
			} else if m.places = f.named(key); len(m.places) == 0 {
				continue
			} else {
				m.Name, m.weight = f.places[m.places[0]].name, f.believe(tokens, i, size, key, in)
			}
			if m.weight > 0 {
				out = append(out, m)
			}
			used = size
			break
		}
		i += used
	}
	return out
}

// named gives the places of a name: its own, else the district's.
func (f *Finder) named(key string) []int32 {
	if p := f.names[key]; len(p) > 0 {
		return p
	}
	return f.districts[key]
}

// before are words after which a place is named.
var before = map[string]bool{"di": true, "kat": true, "kt": true, "dekat": true, "dkt": true, "depan": true, "belakang": true, "area": true, "kawasan": true, "at": true, "in": true,
	"near": true, "sekitar": true, "arah": true, "ke": true, "dari": true, "taman": true, "kampung": true, "jalan": true, "pekan": true, "bandar": true, "pasar": true, "bah": true, "from": true, "to": true, "daerah": true}

// believe says how far a name in a text is a place: ordinary words need another source, and one or two letters count
// only in capitals or beside an address word.
func (f *Finder) believe(tokens []token, i, size int, key, in string) float64 {
	led := i > 0 && before[tokens[i-1].word]
	switch {
	case size == 1 && utf8.RuneCountInString(key) <= 2 && key[0] < 0x80 && !tokens[i].capital && in == "text":
		return 0
	case size == 1 && f.ordinary[key]:
		return 0
	case size == 1 && strings.Trim(key, "0123456789") == "":
		return 0
	case in == "text" && i > 0 && tokens[i-1].word == "jalan" && !f.road(key):
		return 0.35 // a road is often named after a place that lies elsewhere
	case led || in == "address":
		return 1
	case size == 1 && utf8.RuneCountInString(key) <= 4:
		return 0.6
	}
	return 0.9
}

// road says whether the name with "jalan" before it is itself a place; then it has been found as such.
func (f *Finder) road(key string) bool { return len(f.names["jalan "+key]) > 0 }
