package classify

import (
	"unicode"
	"unicode/utf8"
)

// Words are those by which a text is found: as written and as they are read (short forms and dialect written out), each
// once in the order of the text, without words that stand in nearly every text.
func (c *Classifier) Words(text string) []string {
	raw, read, _ := c.normaliser.Normalise(text)
	return searched(read, raw)
}

// ReadWords are the words of what somebody looks for, as they are read; each must be among a text's Words.
func (c *Classifier) ReadWords(text string) []string {
	_, read, _ := c.normaliser.Normalise(text)
	return searched(read)
}

// searched joins lists of words without repeats and without those that tell nothing.
func searched(lists ...[]string) (out []string) {
	had := map[string]bool{}
	for _, list := range lists {
		for _, w := range list {
			r, size := utf8.DecodeRuneInString(w)
			letter := size == len(w) && r < 0x2E80 && !unicode.IsDigit(r) // a Chinese sign is a word
			if w == "" || letter || len(w) > mostLetters || had[w] || untelling[w] {
				continue
			}
			had[w] = true
			out = append(out, w)
		}
	}
	return out
}

// mostLetters bounds a word that can be looked for, in bytes; longer ones are links and the like.
const mostLetters = 40

var untelling = wordSet("yang di ke dan dari pada dengan untuk ini itu ada saya kami dah sudah telah tidak la lah je the of and to in on at is are for from my our it this that with")
