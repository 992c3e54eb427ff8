package mask

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestWhatPointsToAPersonIsHidden(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a mobile number", "call saya 012-345 6789 ya", "call saya ••• ya"},
		{"a mobile number run together", "0123456789", "•••"},
		{"a number of eleven digits", "wasap 011-1234 5678", "wasap •••"},
		{"with the country's code", "+60 12-345 6789.", "•••."},
		{"without the plus", "60123456789 tlg", "••• tlg"},
		{"a house telephone", "tel 03-7956 1234", "tel •••"},
		{"a telephone in Sarawak", "082 123456", "•••"},
		{"abroad", "my son +65 9123 4567", "my son •••"},
		{"a MyKad with hyphens", "IC 900101-14-5678 hilang", "IC ••• hilang"},
		{"a MyKad run together", "ic:900101145678", "ic:•••"},
		{"an e-mail", "emel aminah.b+1@contoh.com.my tak dijawab", "emel ••• tak dijawab"},
		{"a bank account", "akaun 1622 3344 5566", "akaun •••"},
		{"a plate", "kereta WXY 1234 parkir haram", "kereta ••• parkir haram"},
		{"a plate run together", "lori JQA4521 laju", "lori ••• laju"},
		{"a plate with a letter at its end", "W 1234 A", "•••"},
		{"a plate in small letters", "kereta wxy1234 halang", "kereta ••• halang"},
		{"in Chinese without spaces", "请打0123456789给我", "请打•••给我"},
	} {
		if got := Text(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhatRoutingNeedsStays(t *testing.T) {
	for _, text := range []string{"Jalan SS2/24 dan USJ 4", "federal road FT5, laluan B66, lebuh raya E1", "hubungi 999 atau 15999", "bil RM780 bulan 11",
		"poskod 47300", "dah 300 hari, pukul 1030", "SK 123 dan Lot 1024", "25 Disember 2026", "", "PJU 10 Damansara", "jam 800 lagi", "MRR2 dan LPT2 sesak",
		"utk 200 budak", "byr 2021"} {
		if got := Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestNothingIsSparedThatAPatternWouldHide tries every pattern on texts made of what patterns are made of.
func TestNothingIsSparedThatAPatternWouldHide(t *testing.T) {
	parts := []string{"0", "1", "12", "345", "2000", "6", "+", "+60", "@", ".", "-", " ", " ", "A", "WXY", "SS", "FT", "abc", "dah", "kedai", "_", "é", "水", ",", "a.b@c.my", "900101", Sign}
	random := rand.New(rand.NewPCG(1, 2))
	hidden := 0
	for range 100_000 {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		text := b.String()
		want := hide(text, seen{at: true, digits: leastDigits, plate: true, small: true})
		if got := Text(text); got != want {
			t.Fatalf("%q became %q, want %q", text, got, want)
		}
		if want != text {
			hidden++
		}
	}
	if hidden < 10_000 {
		t.Errorf("only %d texts had something to hide", hidden)
	}
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text("Lubang besar depan kedai nombor 12 Jalan SS2/24, sudah 345 hari, dua motor jatuh")
	}
}
