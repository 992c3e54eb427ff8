package classify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestWhatPeopleShortenIsWrittenOut(t *testing.T) {
	n := shipped(t).normaliser
	for _, c := range []struct{ name, in, want string }{
		{"negation glued to a short form", "xde air", "tiada air"},
		{"negation glued to a verb", "lampu xnyala", "lampu tidak menyala"},
		{"negation apart", "sampah x kutip", "sampah tidak kutip"},
		{"negation before a longer word", "x berfungsi", "tidak berfungsi"},
		{"negation glued to a short verb", "xleh lalu, xtau", "tak boleh lalu tidak tahu"},
		{"a word that begins with x by itself", "xray", "tidak ray"},
		{"reduplication", "lampu2 jln padam", "lampu jalan padam"},
		{"reduplication of a person", "budak2 main", "budak main"},
		{"a road number is no reduplication", "ss2", "ss2"},
		{"stretched letters", "LUBANGGGG besar!!!", "lubang besar"},
		{"stretched particle", "tolonggggg laaaa", "tolong"},
		{"two letters are spelling, not stretching", "maaf saat", "maaf saat"},
		{"digits are never stretched", "1000 15000", "1000 15000"},
		{"a number before a short form", "dh 3mggu", "sudah 3 minggu"},
		{"hours that are days", "5hr xde air", "5 hari tiada air"},
		{"pg beside a number", "8 pg dah bising", "8 pagi sudah bising"},
		{"pg between words of time", "dr pg smpai mlm", "dari pagi sampai malam"},
		{"PG as a place", "duduk kat PG", "duduk di pg"},
		{"ASAP in capitals", "ASAP tolong", "secepat mungkin tolong"},
		{"smoke", "asap tebal", "asap tebal"},
		{"SMS spelling", "dpn rmh sy, pls tlg amik tindakan sbb mcm ni", "depan rumah saya tolong tolong ambil tindakan sebab macam ini"},
		{"north", "ayaq takdak dari pagi, awat lagutu", "air tiada dari pagi kenapa begitu"},
		{"north by ending", "hantaq anak, jalan besaq", "hantar anak jalan besar"},
		{"Sarawak", "sik ada aek di rumah kamek, nang gilak", "tiada air di rumah saya memang sangat"},
		{"Sabah", "sia nda tau bah, air teda", "saya tidak tau air tiada"},
		{"Negeri Sembilan", "den nak tanyo, apo kono ayer tak ado", "saya hendak tanyo apa kono air tiada"},
		{"Kelantan", "guano nok gi skoloh", "bagaimana nok pergi sekolah"},
		{"Manglish", "rubbish dah 4 days no people collect la", "rubbish sampah sudah 4 days no people orang collect"},
		{"English stays", "why my area no water", "why my area no water"},
		{"Chinese stands sign by sign", "水沟塞了", "水 沟 塞 了"},
		{"letters around a Chinese sign are not stretched", "aa水aa aaa水", "aa 水 aa a 水"},
		{"Tamil keeps its vowel signs", "தெருவிளக்கு எரியவில்லை", "தெருவிளக்கு எரியவில்லை"},
		{"nothing", "", ""},
		{"no text at all", "\x00\xff\xfe invalid 😀", "invalid"},
	} {
		if _, read, _ := n.Normalise(c.in); strings.Join(read, " ") != c.want {
			t.Errorf("%s: %q is read as %q, want %q", c.name, c.in, strings.Join(read, " "), c.want)
		}
	}
}

func TestDialectAndLanguageAreSeen(t *testing.T) {
	c := shipped(t)
	for text, want := range map[string]string{
		"ambo tok leh tido api tok mari lagi":                               "ms kelantan",
		"ayaq takdak dari pagi awat lagutu":                                 "ms utara",
		"sik ada aek di rumah kamek":                                        "ms sarawak",
		"sia nda tau bah air teda":                                          "ms sabah",
		"lampu jalan depan rumah saya padam":                                "ms ",
		"the street light in front of my house is out":                      "en ",
		"lampu depan rumah I is not working since last week, tolong repair": "mix ",
		"我家门前的路灯坏了":                                                         "zh ",
		"தெருவிளக்கு எரியவில்லை":                                            "ta ",
	} {
		if r := c.Classify(text); r.Lang+" "+r.Dialect != want {
			t.Errorf("%q: %q, want %q", text, r.Lang+" "+r.Dialect, want)
		}
	}
}

func TestWordsOfOneMeaningShareAConcept(t *testing.T) {
	k := shipped(t).normaliser.means
	for _, group := range [][]string{
		{"sampah", "rubbish", "smph", "垃", "குப்பையை"}, // the first sign of 垃圾 alone means nothing
		{"longkang", "drain", "parit", "drains"},
		{"anjing", "dogs", "asuk"},
		{"tersumbat", "clogged", "menyumbat"},
	} {
		first := k.find(sentenceOf([]string{group[0]}), nil)
		for _, w := range group[1:] {
			shared := false
			for _, x := range k.find(sentenceOf([]string{w}), nil) {
				for _, y := range first {
					shared = shared || x == y
				}
			}
			if want := w != "垃"; shared != want {
				t.Errorf("%s and %s share a concept: %v, want %v", group[0], w, shared, want)
			}
		}
	}
	if len(k.find(sentenceOf([]string{"垃", "圾"}), nil)) == 0 {
		t.Error("垃圾 means nothing")
	}
}

// FuzzNormalise: any text gives words of letters and digits, in time that grows with its length. The bound is a hundred
// times what a quiet machine needs.
func FuzzNormalise(f *testing.F) {
	n := shipped(f).normaliser
	for _, seed := range []string{"", "x", "2", "xx2", "lampu2 xnyala 8 pg", "3mggu", "aaaaaaaa", "\xff\x00ＡＢＣ", "水水水", "é́́́", strings.Repeat("x ", 9000), strings.Repeat("க", 6000), strings.Repeat("pg 1 ", 4000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		raw, read, _ := n.Normalise(text)
		if took := time.Since(start); len(text) <= 20000 && took > 2*time.Second {
			t.Errorf("%d bytes took %s", len(text), took)
		}
		for _, w := range append(raw, read...) {
			if w == "" || strings.ContainsAny(w, " \t\n") || utf8.ValidString(text) && !utf8.ValidString(w) {
				t.Errorf("%q gives the word %q", text, w)
			}
		}
	})
}
