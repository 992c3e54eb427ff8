package classify

import (
	"unicode/utf8"
)

// Features are numbers: first what words mean, each concept its own; then words; then parts and pairs of words, both by
// their hash.
const (
	conceptFeatures = 1 << 10
	wordFeatures    = 1 << 17
	buckets         = 1 << 19
)

// features lists the features of a text: words, pairs of neighbouring words and runs of three and four letters, of the
// text as read; words also as written; and what the words mean in any language. One may stand there several times.
func (n *Normaliser) features(raw, read sentence, out []uint32) []uint32 {
	for i, w := range read.words {
		out = append(out, wordAt(hashOf('w', w, "")))
		if i > 0 {
			out = append(out, partAt(hashOf('p', read.words[i-1], w)))
		}
		out = letters(w, out)
	}
	for _, w := range raw.words {
		out = append(out, wordAt(hashOf('r', w, "")))
	}
	return n.means.find(raw, n.means.find(read, out))
}

func wordAt(hash uint32) uint32 { return conceptFeatures + hash%(wordFeatures-conceptFeatures) }
func partAt(hash uint32) uint32 { return wordFeatures + hash%(buckets-wordFeatures) }

// letters adds the runs of three and four characters of a word with its ends marked.
func letters(w string, out []uint32) []uint32 {
	var at [64]int // where each character begins
	n := 0
	marked := "^" + w + "$"
	for i := range marked {
		if n == len(at) {
			break
		}
		at[n] = i
		n++
	}
	end := func(i int) int {
		if i >= n {
			return len(marked)
		}
		return at[i]
	}
	for size := 3; size <= 4; size++ {
		for i := 0; i+size <= n; i++ {
			out = append(out, partAt(hashOf('c', marked[at[i]:end(i+size)], "")))
		}
	}
	return out
}

// hashOf is FNV-1a of a kind and one or two words.
func hashOf(kind byte, a, b string) uint32 {
	const prime = 16777619
	h := (uint32(2166136261) ^ uint32(kind)) * prime
	for i := range len(a) {
		h = (h ^ uint32(a[i])) * prime
	}
	if b != "" {
		h = (h ^ ' ') * prime
		for i := range len(b) {
			h = (h ^ uint32(b[i])) * prime
		}
	}
	return h ^ h>>15
}

// unique drops repeats in place; order does not matter.
func unique(f []uint32) []uint32 {
	var seen [buckets / 64]uint64
	out := f[:0]
	for _, x := range f {
		if bit := uint64(1) << (x & 63); seen[x>>6]&bit == 0 {
			seen[x>>6] |= bit
			out = append(out, x)
		}
	}
	return out
}

// clip bounds the work on a very long text: the matter stands in its first characters.
func clip(text string) string {
	const most = 4000
	if len(text) <= most {
		return text
	}
	i := most
	for i > 0 && !utf8.RuneStart(text[i]) {
		i--
	}
	return text[:i]
}
