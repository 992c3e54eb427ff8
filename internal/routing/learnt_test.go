package routing

import (
	"slices"
	"strings"
	"testing"

	"respons/internal/place"
	"respons/internal/reason"
)

func TestNamesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string][]string{
		"lubang di Jln Seri Wawasan, bahaya":  {"jalan seri", "jalan seri wawasan", "jalan seri wawasan bahaya"},
		"Seri Wawasan Road is broken":         {"jalan wawasan", "jalan seri wawasan"},
		"TMN INDAH JAYA":                      {"taman indah", "taman indah jaya"},
		"kaunter Urusniaga Bestari tutup":     {"urusniaga", "urusniaga bestari"},
		"pothole along the Kuala Langat road": {"jalan langat", "jalan kuala langat", "jalan the kuala langat"},
	} {
		got := NamesIn(text)
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%q has no %q: %q", text, w, got)
			}
		}
	}
	if got := NamesIn("jalan"); len(got) != 1 {
		t.Errorf("a word for a road alone: %q", got)
	}
}

func TestALearntNameDecidesInItsScope(t *testing.T) {
	row := func(phrase, group, state, district, agency string) LearntName {
		return LearntName{Phrase: phrase, Group: group, State: state, District: district, Agency: agency, Seen: 30, Right: 30, Share: 0.98}
	}
	learnt := NewLearnt([]LearntName{row("jalan wawasan", "JLN", "MY-10", "Petaling", "JKR"), row("jalan wawasan", "JLN", "MY-10", "", "LLM"),
		row("jalan lain", "JLN", "MY-14", "", "JKR"), row("jalan sampah", "SSP", "", "", "SWCORP"), row("jalan mati", "JLN", "", "", "GONE"),
		row("jalan negara", "JLN", "", "", "LLM"), row("rasuah besar", "INT", "", "", "JKR")})
	for _, c := range []struct {
		name, text, category string
		returned             []string
		want                 string
		auto                 bool
	}{
		{"in its district", "lubang di jalan wawasan", "JLN01", nil, "JKR", true},
		{"in English", "pothole on wawasan road", "JLN01", nil, "JKR", true},
		{"another road", "lubang di jalan lama", "JLN01", nil, "MBPJ", true},
		{"of another state", "lubang di jalan lain", "JLN01", nil, "MBPJ", true},
		{"of another group of categories", "lubang di jalan sampah", "JLN01", nil, "MBPJ", true},
		{"in the whole country", "lubang di jalan negara", "JLN01", nil, "LLM", true},
		{"of a body that is no more", "lubang di jalan mati", "JLN01", nil, "MBPJ", true},
		{"the body sent it back", "lubang di jalan wawasan", "JLN01", []string{"JKR"}, "MBPJ", false},
		{"what is restricted goes by no name", "rasuah besar", "INT01", nil, "SPRM", true},
	} {
		r := someRouter(t, about(c.category), inPJ).With(about(c.category), learnt)
		d := r.Route(Question{Text: c.text, Returned: c.returned})
		if d.Agency != c.want || d.Auto != c.auto {
			t.Errorf("%s: %s, alone %v at %.2f", c.name, d.Agency, d.Auto, d.Confidence)
		}
		said := slices.ContainsFunc(d.Reasons, func(x reason.Reason) bool { return strings.Contains(x.EN, "Officers decided 30 of 30") })
		if said != (c.want == "JKR" || c.want == "LLM") {
			t.Errorf("%s: the reason is given: %v", c.name, said)
		}
	}
}

// What is learnt must not slow down routing: it is looked up beside everything else.
func BenchmarkFindLearnt(b *testing.B) {
	rows := []LearntName{}
	for _, w := range strings.Fields("satu dua tiga empat lima enam tujuh lapan") {
		rows = append(rows, LearntName{Phrase: "jalan " + w, Group: "JLN", Agency: "JKR", Share: 0.9})
	}
	l := NewLearnt(rows)
	q := Question{Text: strings.Repeat("Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh minggu ni. ", 3)}
	for b.Loop() {
		l.find(q, "JLN", place.Found(inPJ))
	}
}
