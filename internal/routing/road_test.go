package routing

import (
	"testing"
	"testing/fstest"

	"respons/internal/table"
)

var roadFiles = fstest.MapFS{"roads.csv": {Data: []byte(`name,aliases,class,states
NKVE,new klang valley expressway,highway,
Federal Highway,lebuhraya persekutuan,federal,MY-10
jalan kampung,kampung road;甘榜路,village,
`)}}

func TestTheClassOfARoadIsReadFromNumbersNamesAndWords(t *testing.T) {
	var ms table.Mistakes
	roads := LoadRoads(roadFiles, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, text, state string
		want              Road
	}{
		{"federal route number", "lubang di FT1 km 20", "MY-08", Federal},
		{"federal route number in two words", "lubang di FT 5", "", Federal},
		{"state route number of its state", "Jalan B11 rosak", "MY-10", State},
		{"the letter of another state is no route number", "Jalan B11 rosak", "MY-08", Unknown},
		{"letter and number without a word for road are a house", "sampah depan B11", "MY-10", Unknown},
		{"block and unit", "Blok A-3-2 bocor", "MY-08", Unknown},
		{"number plate", "lori BMW 1234 laju", "MY-10", Unknown},
		{"expressway number after its word", "Lebuhraya E37 gelap", "MY-14", Highway},
		{"name", "eksiden kat NKVE tadi", "MY-10", Highway},
		{"name that is another road elsewhere", "Federal Highway jem", "MY-14", Unknown},
		{"name without a known state", "Lebuhraya Persekutuan jem", "", Federal},
		{"words", "jalan kampung berlubang", "MY-03", Village},
		{"a street light is no road", "lampu jalan kampung baru padam", "MY-10", Unknown},
		{"Chinese words inside others", "我们的甘榜路很烂", "", Village},
		{"nothing", "lubang besar depan kedai", "MY-10", Unknown},
	}
	for _, c := range cases {
		if got := roads.Guess(wordsOf(c.text, nil), c.state)[0].Class; got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.name, c.text, got, c.want)
		}
	}
	on, beside := roads.Guess(wordsOf("lubang NKVE", nil), "")[0].P, roads.Guess(wordsOf("longkang tepi NKVE", nil), "")[0].P
	if beside >= on/2 {
		t.Errorf("a road beside the matter counts %.2f, the road itself %.2f", beside, on)
	}
}

func TestMistakesInRoadsAreNamed(t *testing.T) {
	var ms table.Mistakes
	LoadRoads(fstest.MapFS{"roads.csv": {Data: []byte("name,aliases,class,states\nX,,broad,\nY,-,federal,MY-17\n")}}, &ms)
	want := "roads.csv:2:4: class: no road class \"broad\"; it is federal, state, municipal, highway or village\n" +
		"roads.csv:3:1: name: \"-\" has no letter or digit\n" +
		"roads.csv:3:13: states: no state \"MY-17\"; codes run from MY-01 to MY-16"
	if ms.Err() == nil || ms.Err().Error() != want {
		t.Errorf("got\n%v\nwant\n%s", ms.Err(), want)
	}
}
