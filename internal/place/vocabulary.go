package place

import (
	"hash/maphash"
	"slices"
)

// vocabulary is every word that stands in a name, with the short forms and spellings that stand for it.
type vocabulary struct {
	words    map[string]int32
	spelt    []string   // by id
	readings [][3]int32 // by id: what a short form may stand for; zero: itself. Ids are stored plus one
	contexts []context  // by id
	address  []bool     // by id: an address word such as Jalan or Taman
	ordinary []bool     // by id: also a word of everyday speech
	misspelt []cutOut   // in order of sum
	seed     maphash.Seed
}

// cutOut is a word of a name with one letter left out, or the word itself.
type cutOut struct {
	sum  uint32
	word int32
}

func newVocabulary() *vocabulary {
	return &vocabulary{words: map[string]int32{}, seed: maphash.MakeSeed()}
}

// id gives the number of a word, a new one where there is none yet.
func (v *vocabulary) id(word string) int32 {
	if id, ok := v.words[word]; ok {
		return id
	}
	id := int32(len(v.spelt))
	v.words[word] = id
	v.spelt = append(v.spelt, word)
	v.readings = append(v.readings, [3]int32{})
	v.contexts = append(v.contexts, 0)
	v.address = append(v.address, false)
	v.ordinary = append(v.ordinary, false)
	return id
}

// means notes that form stands for word, beside what it may stand for already; at most three readings are kept.
func (v *vocabulary) means(form, word string) {
	f, w := v.id(form), v.id(word)
	for i, r := range v.readings[f] {
		if r == w+1 {
			return
		}
		if r == 0 {
			v.readings[f][i] = w + 1
			return
		}
	}
}

// read fills t with the readings of a word in lower case and says whether the word is known.
func (v *vocabulary) read(word []byte, t *token) bool {
	id, ok := v.words[string(word)]
	if !ok {
		return false
	}
	t.context = v.contexts[id]
	for _, r := range v.readings[id] {
		if r == 0 {
			break
		}
		t.ids[t.n] = r - 1
		t.n++
	}
	if t.n == 0 {
		t.ids[0], t.n = id, 1
	}
	if v.address[t.ids[0]] {
		t.flags |= addressed
	}
	return true
}

// minGuess is the least number of letters that a word must have to be taken for a misspelt one.
const minGuess = 6

// learn prepares guessing: for each long word that only names hold, the word and its shapes with one letter left out.
func (v *vocabulary) learn(inNames []bool) {
	var buf []byte
	for id, word := range v.spelt {
		if len(word) < minGuess || !inNames[id] || v.ordinary[id] || v.readings[id][0] != 0 {
			continue
		}
		for skip := -1; skip < len(word); skip++ {
			buf = without(buf[:0], word, skip)
			v.misspelt = append(v.misspelt, cutOut{v.sum(buf), int32(id)})
		}
	}
	slices.SortFunc(v.misspelt, func(a, b cutOut) int {
		if a.sum != b.sum {
			return int(int64(a.sum) - int64(b.sum))
		}
		return int(a.word - b.word)
	})
	v.misspelt = slices.Clip(slices.Compact(v.misspelt))
}

// guess fills t with words that are one letter away: one too many, too few, another, or two changed about.
func (v *vocabulary) guess(word []byte, t *token) {
	if len(word) < minGuess || len(word) > 24 || t.flags&number != 0 {
		return
	}
	var store [24]byte
	for skip := -1; skip < len(word); skip++ {
		v.look(without(store[:0], string(word), skip), word, t)
		if int(t.n) == len(t.ids) {
			break
		}
	}
	if t.n > 0 {
		t.flags |= guessed
	}
}

func (v *vocabulary) look(shape, word []byte, t *token) {
	sum := v.sum(shape)
	i, _ := slices.BinarySearchFunc(v.misspelt, sum, func(c cutOut, s uint32) int { return int(int64(c.sum) - int64(s)) })
	for ; i < len(v.misspelt) && v.misspelt[i].sum == sum && int(t.n) < len(t.ids); i++ {
		id := v.misspelt[i].word
		if !slices.Contains(t.ids[:t.n], id) && oneAway(word, v.spelt[id]) {
			t.ids[t.n] = id
			t.n++
		}
	}
}

func (v *vocabulary) sum(b []byte) uint32 { return uint32(maphash.Bytes(v.seed, b)) }

// without appends word with the byte at skip left out.
func without(buf []byte, word string, skip int) []byte {
	if skip < 0 {
		return append(buf, word...)
	}
	return append(append(buf, word[:skip]...), word[skip+1:]...)
}

// oneAway says whether a and b differ by one letter added, left out or changed, or by two neighbours changed about. The
// first letter must be the same: people rarely miss it, and ordinary words would match otherwise.
func oneAway(a []byte, b string) bool {
	if len(a) == 0 || len(b) == 0 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && j < len(b)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	restA, restB := len(a)-i-j, len(b)-i-j
	switch {
	case restA <= 1 && restB <= 1:
		return true
	case restA == 2 && restB == 2:
		return a[i] == b[i+1] && a[i+1] == b[i]
	}
	return false
}
