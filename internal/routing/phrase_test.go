package routing

import (
	"slices"
	"testing"
)

func TestTextsAreSplitIntoWordsAndLettersOfOtherScripts(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"letters and digits hold together", "Jalan B11, FT1!", []string{"jalan", "b11", "ft1"}},
		{"accents are letters", "Café São", []string{"café", "são"}},
		{"every Chinese letter is a word", "国能TNB慢", []string{"国", "能", "tnb", "慢"}},
		{"Tamil letters and their marks", "நீர்", []string{"ந", "ீ", "ர", "்"}},
		{"broken bytes separate", "lubang\xffjalan", []string{"lubang", "jalan"}},
		{"nothing", " -- ", nil},
	}
	for _, c := range cases {
		var got []string
		for _, w := range wordsOf(c.text, nil) {
			got = append(got, w.text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPhrasesAreFoundInsideAndOverOneAnother(t *testing.T) {
	p := newPhrases()
	for i, s := range []string{"lampu", "lampu jalan", "jalan kampung", "国能"} {
		p.add(s, int32(i))
	}
	if p.add("--", 9) {
		t.Error("a phrase without a word was taken")
	}
	got := p.find(wordsOf("Lampu jalan kampung 请国能来", nil), nil)
	want := []hit{{0, 0, 1}, {1, 0, 2}, {2, 1, 3}, {3, 4, 6}}
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}
