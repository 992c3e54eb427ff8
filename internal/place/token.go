package place

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word or number of a field, with what the gazetteer's vocabulary takes it for.
type token struct {
	from, to int32    // byte offsets in the field
	ids      [3]int32 // readings in the vocabulary, the likeliest first
	n        uint8    // how many readings; 0: a word that stands in no name
	flags    flag
	context  context
}

// flag tells how a token is written.
type flag uint8

const (
	capital   flag = 1 << iota // begins with a capital letter
	capitals                   // has capital letters only
	first                      // begins the field or a sentence, where capitals say nothing
	separated                  // a comma, full stop, bracket or line end stands before it
	guessed                    // its reading is one letter away from what is written
	number                     // digits only
	addressed                  // an address word such as Jalan or Taman
	joined                     // nothing stands between it and the token before: SS2, U13
)

// words is a field cut into tokens. Letters and digits are cut apart, so that SS2, SS 2 and ss2 read the same.
type words struct {
	text   string
	tokens []token
	buf    []byte

	learning bool // words not known become known
}

// cut fills w with the tokens of text. Characters outside the Latin script part words and are read elsewhere.
func (w *words) cut(text string, v *vocabulary) {
	w.text, w.tokens = text, w.tokens[:0]
	next := first
	end, guesses := -1, 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if !latin(r) {
			switch r {
			case '.', '!', '?', '\n', ';':
				if size == 1 && !(r == '.' && i+1 < len(text) && latin(rune(text[i+1]))) {
					next |= first | separated
				}
			case ',', '(', ')', ':', '"', '/', '，', '。', '、':
				next |= separated
			}
			i += size
			continue
		}
		start, digits := i, isDigit(r)
		w.buf = w.buf[:0]
		t := token{from: int32(start), flags: next}
		if unicode.IsUpper(r) {
			t.flags |= capital | capitals
		}
		for i < len(text) {
			r, size = rune(text[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			if r == '\'' || r == '’' || r == '`' {
				i += size // s'ban, Ba'kelalan
				continue
			}
			if !latin(r) || isDigit(r) != digits {
				break
			}
			if !unicode.IsUpper(r) {
				t.flags &^= capitals
			}
			w.buf = utf8.AppendRune(w.buf, unicode.ToLower(r))
			i += size
		}
		t.to = int32(i)
		if start == end {
			t.flags |= joined
		}
		end, next = i, 0
		if digits {
			t.flags |= number
			if t.flags&joined != 0 && len(w.buf) == 1 && w.buf[0] == '2' && w.doubles(t) {
				continue
			}
		}
		if w.learning {
			v.id(string(w.buf))
		}
		if known := v.read(w.buf, &t); !known && guesses < maxGuesses {
			guesses++
			v.guess(w.buf, &t)
		}
		w.tokens = append(w.tokens, t)
	}
}

// maxGuesses bounds the search for misspelt words in one field, for a text may be very long.
const maxGuesses = 150

// doubles repeats the last token where a 2 is glued to a word of four letters or more: rancha2 is Rancha-Rancha.
func (w *words) doubles(two token) bool {
	last := w.tokens[len(w.tokens)-1]
	if last.to-last.from < 4 || last.flags&number != 0 {
		return false
	}
	last.from, last.to, last.flags = two.from, two.to, joined
	w.tokens = append(w.tokens, last)
	return true
}

// written gives the words between two tokens, both included, as they stand in the field.
func (w *words) written(from, to int) string {
	return w.text[w.tokens[from].from:w.tokens[to].to]
}

func latin(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r)
	}
	return r < 0x250 && unicode.IsLetter(r)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// plain takes the part in brackets from a name: "Bagan (Batu Pahat)" is called Bagan. rest is what stood in them.
func plain(name string) (base, rest string) {
	open := strings.IndexByte(name, '(')
	if open <= 0 {
		return name, ""
	}
	rest = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(name[open+1:]), ")"))
	return strings.TrimSpace(name[:open]), rest
}
