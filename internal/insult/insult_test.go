package insult

import (
	"strings"
	"testing"
	"testing/fstest"

	"respons/configs"
	"respons/internal/table"
)

func shipped(t *testing.T) *List {
	t.Helper()
	var ms table.Mistakes
	l := Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryMistakeInTheListIsNamed(t *testing.T) {
	var ms table.Mistakes
	Load(fstest.MapFS{"insults.csv": {Data: []byte("word,lang\nbodoh,ms\nBODOH,ms\n??,en\nab,en\nstupid,fr\n,ms\n")}}, &ms)
	want := strings.Join([]string{
		`insults.csv:3:1: word: "BODOH" has a row already`,
		`insults.csv:4:1: word: "??" has no letter`,
		`insults.csv:5:1: word: "ab" is too short: it would be found in ordinary texts`,
		`insults.csv:6:8: lang: "fr" is none of ms, en, zh, ta, kelantan, terengganu, utara, sarawak, sabah, n9, perak, pahang`,
		`insults.csv:7:1: word: must not be empty`,
	}, "\n")
	if err := ms.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestInsultsAreHiddenInEveryLanguage(t *testing.T) {
	l := shipped(t)
	for _, c := range []struct{ name, text, want string }{
		{"Malay", "Pegawai bodoh, jalan berlubang!", "Pegawai b***h, jalan berlubang!"},
		{"capitals", "BODOH betul", "B***H betul"},
		{"stretched", "bodohhhh la", "b******h la"},
		{"digits for letters", "b0d0h", "b***h"},
		{"an ending in one with it", "bodohnya kerja", "b******a kerja"},
		{"a phrase", "perangai macam babi", "perangai m***m b**i"},
		{"English", "this bitch never fixes the fucking lamp", "this b***h never fixes the f*****g lamp"},
		{"Chinese", "你们傻逼修路修三年", "你们傻*修路修三年"},
		{"a longer one in Chinese", "他妈的垃圾没人收", "他**垃圾没人收"},
		{"Tamil", "முட்டாள் அதிகாரி", "மு**ள் அதிகாரி"},
		{"Tamil in Latin letters", "pundek lah", "p****k lah"},
		{"Kelantan", "palo bapok mung", "p**o b***k mung"},
		{"Sarawak", "nang buyan sidak ya", "nang b***n sidak ya"},
	} {
		got, hidden := l.Mask(c.text)
		if got != c.want || !hidden {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOrdinaryWordsStay(t *testing.T) {
	l := shipped(t)
	for _, text := range []string{"", "anjing liar dan babi hutan masuk taman", "assess the class at Scunthorpe", "妈妈的包包被抢", "kandang babi berbau",
		"bodohan", "Jalan Tok Keling gelap", "\xff\xfe", "12345"} {
		if got, hidden := l.Mask(text); got != text || hidden {
			t.Errorf("%q became %q", text, got)
		}
	}
	var none *List
	if got, hidden := none.Mask("bodoh"); got != "bodoh" || hidden {
		t.Errorf("without a list: %q", got)
	}
}

// Names of places, agencies and categories stand in many complaints; none of them may look like an insult.
func TestNoNameIsHidden(t *testing.T) {
	l := shipped(t)
	var ms table.Mistakes
	for file, columns := range map[string][]string{"localities.csv": {"name", "aliases"}, "agencies.csv": {"name_ms", "name_en"},
		"categories.csv": {"name_ms", "name_en", "keywords_ms", "keywords_en", "keywords_zh", "keywords_ta"}, "agencynames.csv": {"names"}} {
		for _, r := range table.Read(configs.FS, file, columns, &ms) {
			for _, column := range columns {
				if masked, hidden := l.Mask(r.Get(column)); hidden {
					t.Errorf("%s: %s", file, masked)
				}
			}
		}
	}
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
}

func FuzzMask(f *testing.F) {
	var ms table.Mistakes
	l := Load(configs.FS, &ms)
	for _, seed := range []string{"bodoh", "傻逼", "முட்டாள்", "b0d0hhh nya", "\xffbodoh\xff", "macam macam babi"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked, hidden := l.Mask(text)
		if hidden == (masked == text) {
			t.Errorf("%q became %q, hidden %v", text, masked, hidden)
		}
	})
}
