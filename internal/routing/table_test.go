package routing

import (
	"testing"
	"testing/fstest"

	"respons/internal/classify"
	"respons/internal/table"
)

func TestEveryMistakeInTheTableIsNamed(t *testing.T) {
	const head = "rule,when,agency,note,valid_from,valid_to\n"
	const rest = "PBT,,@local_authority,,,\n"
	none := fakeCatalogue{}
	cases := []struct {
		name, rows string
		catalogue  fakeCatalogue
		want       string
	}{
		{"a sound table", rest, none, ""},
		{"unknown agency", "X,state=MY-10,NOBODY,,,\nX,,JKR,,,\n", none, `responsibility.csv:2:15: agency: no agency "NOBODY" in agencies.csv`},
		{"unknown placeholder", "X,,@mayor,,,\n", none,
			`responsibility.csv:2:4: agency: no placeholder "@mayor"; there are @local_authority, @state_secretary, @state_health and @state_education`},
		{"unknown key", "X,colour=red,JKR,,,\nX,,JKR,,,\n", none,
			`responsibility.csv:2:3: when: no key "colour"; there are state, district, road, facility and keyword`},
		{"no key at all", "X,red,JKR,,,\nX,,JKR,,,\n", none, `responsibility.csv:2:3: when: "red" is not key=value`},
		{"unknown state", "X,state=MY-99,JKR,,,\nX,,JKR,,,\n", none, `responsibility.csv:2:3: when: no state "MY-99"; codes run from MY-01 to MY-16`},
		{"unknown road class", "X,road=wide,JKR,,,\nX,,JKR,,,\n", none, `responsibility.csv:2:3: when: no road class "wide"`},
		{"a keyword without a letter", "X,keyword=a|-,JKR,,,\nX,,JKR,,,\n", none, `responsibility.csv:2:3: when: keyword "-" has no letter or digit`},
		{"bad date", "X,state=MY-10,JKR,,2026-02-30,\nX,,JKR,,,\n", none, `responsibility.csv:2:20: valid_from: "2026-02-30" is no date; write YYYY-MM-DD`},
		{"ends before it begins", "X,state=MY-10,JKR,,2026-02-02,2026-02-01\nX,,JKR,,,\n", none,
			`responsibility.csv:2:31: valid_to: 2026-02-01 is before valid_from 2026-02-02`},
		{"a row after one that always holds", "X,,JKR,,,\nX,state=MY-10,LLM,,,\n", none,
			"responsibility.csv:3: when: is the last row of rule X and must always hold: leave conditions and dates empty\n" +
				`responsibility.csv:3:3: when: can never decide: line 2 of rule X always holds`},
		{"two rows in force on one day", "X,state=MY-10,JKR,,2026-01-01,2026-03-01\nX,state=MY-10,LLM,,2026-03-01,\nX,,JKR,,,\n", none,
			`responsibility.csv:3:20: valid_from: has the conditions of line 2, which is in force on some of the same days`},
		{"one row after the other in time", "X,state=MY-10,JKR,,2026-01-01,2026-02-28\nX,state=MY-10,LLM,,2026-03-01,\nX,,JKR,,,\n", none, ""},
		{"no last row", "X,state=MY-10,JKR,,,\n", none,
			"responsibility.csv:2: when: is the last row of rule X and must always hold: leave conditions and dates empty"},
		{"a last row with an end", "X,,JKR,,,2026-01-01\n", none,
			"responsibility.csv:2: when: is the last row of rule X and must always hold: leave conditions and dates empty"},
		{"the exceptions of a category need no last row", "JLN01,keyword=x,JKR,,,\n" + rest,
			fakeCatalogue{"JLN01": {Code: "JLN01", Rule: "PBT"}}, ""},
		{"a category whose rule is missing", rest, fakeCatalogue{"A": {Code: "A", Rule: "ROADS", Fallback: []string{"agency:NOBODY"}}},
			"categories.csv: category A: no rule \"ROADS\" in responsibility.csv\ncategories.csv: category A: no agency \"NOBODY\" in agencies.csv"},
	}
	for _, c := range cases {
		var ms table.Mistakes
		LoadTable(fstest.MapFS{tableFile: {Data: []byte(head + c.rows)}}, someAgencies, c.catalogue, &ms)
		got := ""
		if err := ms.Err(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestTheFirstRowThatHoldsDecides(t *testing.T) {
	const rows = `rule,when,agency,note,valid_from,valid_to
X,state=MY-10;district=Klang,JKR,,,
X,state=MY-10;keyword=tiang tnb|tiang konkrit,TNB,,,
X,state=MY-10;facility=hospital,@state_health,,,
X,state=MY-14,SWCORP,,2026-01-01,2026-06-30
X,road=highway|federal,LLM,,,
X,,@local_authority,,,
`
	var ms table.Mistakes
	tab := LoadTable(fstest.MapFS{tableFile: {Data: []byte(rows)}}, someAgencies, fakeCatalogue{"A": classify.Category{Code: "A", Rule: "X"}}, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	selangor, kl := Place{State: "MY-10", Authority: "MBPJ"}, Place{State: "MY-14", Authority: "DBKL"}
	cases := []struct {
		name, text string
		f          facts
		want       string
	}{
		{"district, case ignored", "", facts{place: Place{State: "MY-10", District: "KLANG"}}, "JKR"},
		{"keyword of several words", "lampu di Tiang   Konkrit", facts{place: selangor}, "TNB"},
		{"keyword in another state", "tiang tnb", facts{place: kl, day: "2025-01-01"}, "DBKL"},
		{"half a keyword", "tiang", facts{place: selangor}, "MBPJ"},
		{"part of a word", "hospitality", facts{place: selangor}, "MBPJ"},
		{"facility", "depan hospital", facts{place: selangor}, "JKN-SGR"},
		{"first day", "", facts{place: kl, day: "2026-01-01"}, "SWCORP"},
		{"last day", "", facts{place: kl, day: "2026-06-30"}, "SWCORP"},
		{"the day before", "", facts{place: kl, day: "2025-12-31"}, "DBKL"},
		{"the day after", "", facts{place: kl, day: "2026-07-01"}, "DBKL"},
		{"no day: rows without an end only", "", facts{place: kl}, "DBKL"},
		{"road", "", facts{place: selangor, road: Federal}, "LLM"},
		{"place unknown", "", facts{}, ""},
		{"Putrajaya without a council", "", facts{place: Place{State: "MY-16"}}, "PPJ"},
	}
	for _, c := range cases {
		if c.f.road == "" {
			c.f.road = Unknown
		}
		c.f.found = make(bits, len(tab.words)/64+1)
		tab.find(wordsOf(c.text, nil), c.f.found)
		if o, ok := tab.ask("X", &c.f); !ok || o.agency != c.want {
			t.Errorf("%s: %q, want %q", c.name, o.agency, c.want)
		}
	}
}
