package classify

import (
	"slices"
	"testing"

	"respons/configs"
	"respons/internal/table"
)

// What somebody types finds the texts that say it, however they spell it.
func TestATextIsFoundByTheWordsItSays(t *testing.T) {
	var ms table.Mistakes
	c := &Classifier{normaliser: LoadNormaliser(configs.FS, &ms)}
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		text, typed string
		found       bool
	}{
		{"Lubang besar depan 7-Eleven Jalan SS2/24", "lubang SS2", true},
		{"Lubang besar depan 7-Eleven Jalan SS2/24", "lubang SS3", false},
		{"air xde dari semalam", "tiada air", true},
		{"air xde dari semalam", "xde", true},
		{"tiada air dari semalam", "xde air", true},
		{"LAMPU JALAN padam", "lampu", true},
		{"排水沟堵塞", "排水沟", true},
		{"排水沟堵塞", "路灯", false},
		{"மரக்கிளை உடைந்து விழுந்தது", "உடைந்து", true},
	} {
		terms, words := c.ReadWords(x.typed), c.Words(x.text)
		if len(terms) == 0 {
			t.Errorf("%q has no words", x.typed)
		}
		found := !slices.ContainsFunc(terms, func(w string) bool { return !slices.Contains(words, w) })
		if found != x.found {
			t.Errorf("%q finds %q: %v (%v in %v)", x.typed, x.text, found, terms, words)
		}
	}
	if words := c.ReadWords("yang di ke"); len(words) != 0 {
		t.Errorf("words that stand everywhere are looked for: %v", words)
	}
}
