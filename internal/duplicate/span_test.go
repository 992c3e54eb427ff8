package duplicate

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/internal/routing"
	"respons/internal/table"
)

func TestEveryMistakeInTheSpansIsNamed(t *testing.T) {
	known := func(code string) bool { return code == "JLN" || code == "JLN01" }
	var ms table.Mistakes
	LoadSpans(fstest.MapFS{"spans.csv": {Data: []byte("category,reach,days\nJLN,100,30\nJLN,100,30\nXYZ,100,30\nJLN01,far,0\n")}}, known, &ms)
	want := strings.Join([]string{
		"spans.csv: has no row * for all other categories",
		`spans.csv:3:1: category: JLN has a row already`,
		`spans.csv:4:1: category: there is no category or group "XYZ"; * stands for all others`,
		`spans.csv:5:7: reach: must be a number from 0 to 5000`,
		`spans.csv:5:11: days: must be a number from 0.1 to 365`,
	}, "\n")
	if err := ms.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestMarksAreNamesAndNumbersAndNotQuantities(t *testing.T) {
	for text, want := range map[string]string{
		"lubang Jalan SS2/24, 2 motor jatuh 3hari lepas": "ss2/24",
		"tiang no A1234 jln Kebun pukul 10pm rm50":       "a1234 kebun",
		"路灯坏了 Lorong Maarof 7/2":                         "maarof",
		"jalan berlubang besar":                          "",
		"akaun 5501234567 blok C":                        "5501234567",
	} {
		if got := strings.Join(marks(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The nearer, the sooner and the more alike, the likelier; what is one person's own affair is nobody else's.
func TestWhatSpeaksForTheSameMatter(t *testing.T) {
	spans := Spans{"*": {Reach: 120, Days: 30}, "PND": {Reach: 0, Days: 3}}
	at := func(metres float64, category string, words ...string) *Sign {
		return &Sign{Lat: 3.1 + metres/metresPerDegree, Lon: 101.6, Radius: 50, Matters: []routing.Matter{{Category: category, P: 0.9}}, Marks: words}
	}
	here := at(0, "JLN01", "ss2/24")
	falling := []struct {
		name  string
		other *Sign
		apart time.Duration
	}{
		{"here, a name in common", at(0, "JLN01", "ss2/24"), 0},
		{"here, no name", at(0, "JLN01"), 0},
		{"here, another name", at(0, "JLN01", "ss2/75"), 0},
		{"a month later", at(0, "JLN01", "ss2/75"), 30 * 24 * time.Hour},
		{"200 metres away", at(200, "JLN01", "ss2/75"), 30 * 24 * time.Hour},
		{"another category of the group", at(200, "JLN02", "ss2/75"), 30 * 24 * time.Hour},
		{"another group", at(200, "SAL01", "ss2/75"), 30 * 24 * time.Hour},
	}
	last := 1.0
	for _, x := range falling {
		p := Compare(here, x.other, x.apart, spans)
		if p >= last || p <= 0 {
			t.Errorf("%s: %v, after %v", x.name, p, last)
		}
		last = p
	}
	if p := Compare(at(0, "PND01"), at(0, "PND01"), 0, spans); p != 0 {
		t.Errorf("two lost identity cards are one matter with probability %v", p)
	}
}
