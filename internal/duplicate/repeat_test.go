package duplicate

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/table"
)

func TestEveryMistakeInTheRepeatsIsNamed(t *testing.T) {
	var ms table.Mistakes
	LoadRepeats(fstest.MapFS{"repeats.csv": {Data: []byte("by,count,within,words,metres\nperson,1,168h,1,150\nperson,1,168h,1,150\nmoon,0,1s,x,0\n")}}, &ms)
	want := strings.Join([]string{
		`repeats.csv:3:1: by: person has a row already`,
		`repeats.csv:4:6: count: must be a whole number from 1 to 100`,
		`repeats.csv:4:11: words: must be a whole number from 1 to 1000`,
		`repeats.csv:4:13: metres: must be a number from 1 to 5000`,
		`repeats.csv:4:1: by: "moon" is none of person, address and anyone`,
		`repeats.csv:4:8: within: must be a time from 1m to 720h, such as 24h`,
	}, "\n")
	if err := ms.Err(); err == nil || !sameLines(err.Error(), want) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	ms = nil
	if rules := LoadRepeats(configs.FS, &ms); ms.Err() != nil || len(rules) != 3 {
		t.Errorf("the shipped rules: %v, %v", rules, ms.Err())
	}
}

func sameLines(a, b string) bool {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func TestTheSameWordsHaveOneMark(t *testing.T) {
	mark := func(text string) string { return WordingOf(text, nil, "complaint", "Jalan SS2/24", "47300").Mark }
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Lampu jalan padam!", "  lampu   JALAN padam ", true},
		{"ｌａｍｐｕ jalan", "lampu jalan", true},
		{"垃圾没人收", "垃圾，没人收！", true},
		{"lampu jalan padam", "lampu jalan padam 2", false},
		{"lampu jalanpadam", "lampu jalan padam", false},
	} {
		if got := mark(c.a) == mark(c.b); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
	if mark("lampu") == WordingOf("lampu", nil, "complaint", "Jalan SS2/25", "47300").Mark {
		t.Error("another address has the same mark")
	}
	here := &Sign{Lat: 3.1186, Lon: 101.6221}
	if mark := WordingOf("lampu", here).Mark; mark != WordingOf("lampu", &Sign{Lat: 3.1187, Lon: 101.6222}).Mark || mark == WordingOf("lampu", &Sign{Lat: 3.2, Lon: 101.7}).Mark ||
		mark == WordingOf("lampu", nil).Mark {
		t.Error("the town does not count, or the metre does")
	}
	if n := WordingOf("垃圾没人收 since Monday", nil).Words; n != 7 {
		t.Errorf("%d words, want 7", n)
	}
}

func TestOnlyWhatIsSentTooOftenIsJoined(t *testing.T) {
	rules := RepeatRules{{Person, 1, 24 * time.Hour, 1, 150}, {Address, 2, time.Hour, 4, 150}, {Anyone, 3, time.Hour, 6, 150}}
	now := time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)
	here, near, far := &Sign{Lat: 3.1186, Lon: 101.6221}, &Sign{Lat: 3.1187, Lon: 101.6222}, &Sign{Lat: 3.13, Lon: 101.63}
	x := Repeated{Account: "aminah", Network: "203.0.113.7", Words: 6, At: now, Spot: here}
	ago := func(d time.Duration, account, network string, spot *Sign) Repeated {
		return Repeated{Account: account, Network: network, Words: 6, At: now.Add(-d), Spot: spot}
	}
	few := x
	few.Words = 3
	guest := Repeated{Phone: "p1", Words: 2, At: now}
	for _, c := range []struct {
		name    string
		x       Repeated
		earlier []Repeated
		want    []int
	}{
		{"nothing before", x, nil, nil},
		{"the same account", x, []Repeated{ago(time.Hour, "aminah", "", near)}, []int{0}},
		{"the same account a day later", x, []Repeated{ago(24*time.Hour, "aminah", "", near)}, []int{0}},
		{"the same account a moment more than a day later", x, []Repeated{ago(24*time.Hour+time.Millisecond, "aminah", "", near)}, nil},
		{"the same account elsewhere", x, []Repeated{ago(time.Hour, "aminah", "", far)}, nil},
		{"the same account without a position", x, []Repeated{ago(time.Hour, "aminah", "", nil)}, nil},
		{"another account", x, []Repeated{ago(time.Hour, "bala", "", here)}, nil},
		{"two guests of whom nothing is known", Repeated{Words: 2, At: now}, []Repeated{{Words: 2, At: now}}, nil},
		{"the same phone", guest, []Repeated{{Phone: "p1", Words: 2, At: now.Add(-time.Minute)}}, []int{0}},
		{"the second of an address", x, []Repeated{ago(time.Minute, "bala", "203.0.113.7", here)}, nil},
		{"the third of an address", x, []Repeated{ago(time.Minute, "bala", "203.0.113.7", here), ago(time.Minute, "devi", "203.0.113.7", here)}, []int{0, 1}},
		{"the third of an address, too few words", few, []Repeated{ago(time.Minute, "bala", "203.0.113.7", here), ago(time.Minute, "devi", "203.0.113.7", here)}, nil},
		{"the fourth of anyone", x, []Repeated{ago(time.Minute, "bala", "", here), ago(time.Minute, "chong", "", here), ago(time.Minute, "devi", "", here)}, []int{0, 1, 2}},
	} {
		if got := rules.Of(c.x, c.earlier); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
