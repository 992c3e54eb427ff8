package place

import (
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/agency"
	"respons/internal/table"
)

// shipped is the finder on the files that the product ships.
var shipped = sync.OnceValue(func() *Finder {
	var ms table.Mistakes
	f := Load(configs.FS, agency.Load(configs.FS, &ms), &ms)
	if err := ms.Err(); err != nil {
		panic("the shipped files have mistakes: " + err.Error())
	}
	return f
})

func at(lat, lon float64) Query { return Query{HasPoint: true, Lat: lat, Lon: lon} }

func saying(q Query, text string) Query {
	q.Text = text
	return q
}

func TestTheShippedFilesHaveNoMistake(t *testing.T) {
	var ms table.Mistakes
	f := Load(configs.FS, agency.Load(configs.FS, &ms), &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.councils {
		if len(c.places) < 5 {
			t.Errorf("%s has %d localities", c.code, len(c.places))
		}
	}
	t.Logf("%d localities, %d names, %d councils", len(f.places), len(f.names.all), len(f.councils))
}

func TestFind(t *testing.T) {
	officeKL := at(3.1579, 101.7116)
	cases := []struct {
		name string
		q    Query
		want string
	}{
		{"nothing is known", Query{}, ""},
		{"the phone stands in Kuching south of the river", at(1.5300, 110.3600), "MBKS"},
		{"the phone stands in Petra Jaya, north of the river", at(1.5850, 110.3300), "DBKU"},
		{"a named estate outweighs a phone in the city", saying(officeKL, "Lampu jalan tak menyala di Bandar Puteri Puchong dah seminggu"), "MBSJ"},
		{"a named town outweighs a phone far away", saying(officeKL, "sampah berlonggok dekat pasar Jerteh"), "MDBESUT"},
		{"an ordinary word does not", saying(officeKL, "bau busuk, lama tak kutip, air merah keluar"), "DBKL"},
		{"an ordinary word alone says nothing", Query{Text: "selama ni bau sangat, parit pun sumbat, nilai rumah jatuh"}, ""},
		{"a short form in capitals", Query{Text: "longkang tersumbat di JB"}, "MBJB"},
		{"a two-letter form that is also a word counts in capitals only", Query{Text: "lubang besar kt jalan ni"}, ""},
		{"a shared name is settled by the phone: Taman Sentosa in Klang", saying(at(3.0060, 101.4800), "anjing liar di Taman Sentosa"), "MBDK"},
		{"a shared name is settled by the phone: Taman Sentosa in Johor Bahru", saying(at(1.4890, 103.7690), "anjing liar di Taman Sentosa"), "MBJB"},
		{"a shared name is settled by the town", Query{Text: "anjing liar di Taman Sentosa, Klang"}, "MBDK"},
		{"a shared name is settled by the postcode", Query{Text: "anjing liar di Taman Sentosa", Postcode: "80150"}, "MBJB"},
		{"a split town is settled by a finer name", Query{Text: "longkang pecah di Taman Cheras Jaya, Cheras"}, "MPKJ"},
		{"Kuala Lumpur in the address of an estate in Ampang", Query{Address: "Pandan Indah, 55100 Kuala Lumpur"}, "MPAJ"},
		{"a misspelt name", Query{Text: "jalan berlubang di Seramban"}, "MBS"},
		{"a name written as one word", Query{Text: "pokok tumbang di setiaalam"}, "MBSA"},
		{"an address alone", Query{Address: "12, Jalan SS2/24, 47300 Petaling Jaya"}, "MBPJ"},
		{"a precinct in another language", Query{Text: "the lake in precinct 8 is dirty"}, "PPJ"},
		{"Labuan has one council", Query{Text: "jalan rosak di Labuan"}, "PL"},
		{"Chinese", Query{Text: "亚庇路灯坏了"}, "DBKK"},
		{"a road called after a far town", saying(at(3.1730, 101.6870), "lubang besar di Jalan Ipoh"), "DBKL"},
		{"a person called like a place", saying(at(5.9750, 116.0900), "nama saya Encik Salim, sampah tak kutip"), "DBKK"},
		{"home, where nothing else is known", Query{Text: "lampu padam", Home: "MPKJ"}, "MPKJ"},
		{"home is outweighed by the phone", Query{Text: "lampu padam", Home: "MPKJ", HasPoint: true, Lat: 5.4141, Lon: 100.3288}, "MBPP"},
		{"a point in the sea off Penang island says little and harms nothing", Query{HasPoint: true, Lat: 0, Lon: 0, Text: "di Tanah Rata"}, "MDCH"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := shipped().Find(c.q)
			if got.Authority != c.want {
				t.Errorf("%s with %.2f by %s of %v, want %s; then %v", got.Authority, got.Confidence, got.Source, got.Mentions, c.want, got.Alternatives)
			}
			checkSound(t, c.q, got)
		})
	}
}

// checkSound proves what holds for every answer.
func checkSound(t *testing.T, q Query, got Found) {
	t.Helper()
	for _, p := range []float64{got.Confidence, got.StateConfidence, got.DistrictConfidence} {
		if math.IsNaN(p) || p < 0 || p > 1 {
			t.Errorf("%v is no probability", p)
		}
	}
	if got.Confidence > got.StateConfidence+1e-9 {
		t.Errorf("the council (%v) is surer than its state (%v)", got.Confidence, got.StateConfidence)
	}
	if got.Authority != "" && (got.State == "" || got.District == "" || got.Source == "") {
		t.Errorf("a council without state, district or source: %+v", got)
	}
	if len(got.Alternatives) > 4 {
		t.Errorf("%d alternatives", len(got.Alternatives))
	}
	last := 1.0
	for _, a := range got.Alternatives {
		if a.Authority == got.Authority || a.Confidence > last {
			t.Errorf("alternatives %v after %s", got.Alternatives, got.Authority)
		}
		last = a.Confidence
	}
	for _, m := range got.Mentions {
		field := q.Text
		if m.In == "address" {
			field = q.Address
		}
		if m.From < 0 || m.To > len(field) || m.From >= m.To || field[m.From:m.To] != m.Words {
			t.Errorf("mention %+v is not in the field", m)
		}
	}
	for _, r := range got.Reasons {
		if r.MS == "" || r.EN == "" {
			t.Errorf("reason %+v lacks a language", r)
		}
	}
}

func TestAStateAloneNamesTheStateButNoCouncil(t *testing.T) {
	got := shipped().Find(Query{Text: "air keruh di Selangor"})
	if got.State != "MY-10" || got.Authority != "" || got.StateConfidence < 0.6 {
		t.Errorf("%+v", got)
	}
}

func TestCouncilIsNamedOnlyWhereAStateHasOne(t *testing.T) {
	for state, want := range map[string]string{"MY-14": "DBKL", "MY-15": "PL", "MY-16": "PPJ", "MY-09": "MPKANGAR", "MY-10": "", "MY-99": "", "": ""} {
		if got := shipped().Council(state); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
	}
}

func TestTheReasonsSayWhatDecidedAndThatThePhoneIsElsewhere(t *testing.T) {
	got := shipped().Find(saying(at(3.1579, 101.7116), "buaian rosak di Setia Alam"))
	if len(got.Reasons) != 2 || !strings.Contains(got.Reasons[0].MS, "Setia Alam") || !strings.Contains(got.Reasons[0].EN, "Shah Alam City Council") ||
		!strings.Contains(got.Reasons[1].EN, "elsewhere") {
		t.Errorf("%+v", got.Reasons)
	}
}

func TestAWideAccuracyWeakensThePhone(t *testing.T) {
	sharp, wide := at(3.0470, 101.5850), at(3.0470, 101.5850)
	wide.Accuracy = 15_000
	if a, b := shipped().Find(sharp), shipped().Find(wide); a.Confidence <= b.Confidence {
		t.Errorf("sharp %.3f, wide %.3f", a.Confidence, b.Confidence)
	}
}

func TestTheFinderNeedsLittleMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var ms table.Mistakes
	f := Load(configs.FS, agency.Load(configs.FS, &ms), &ms)
	runtime.GC()
	runtime.ReadMemStats(&after)
	mb := float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / (1 << 20)
	t.Logf("%.1f MB", mb)
	if mb > 25 {
		t.Errorf("the finder takes %.1f MB, more than 25", mb)
	}
	runtime.KeepAlive(f)
}

func FuzzFindNeverPanics(f *testing.F) {
	f.Add("kat Tmn Sri Pulai Perdana, JB", "47300 Petaling Jaya", "80150", "MBPJ", 3.1, 101.6, 10.0, true)
	f.Add("麻坡 Bentayan 车站 கிள்ளானில்2 s'ban 22", "\xff\xfe", "1", "", math.NaN(), math.Inf(1), -1.0, true)
	f.Fuzz(func(t *testing.T, text, address, postcode, home string, lat, lon, accuracy float64, point bool) {
		q := Query{HasPoint: point, Lat: lat, Lon: lon, Accuracy: accuracy, Address: address, Postcode: postcode, Text: text, Home: home}
		start := time.Now()
		found := shipped().Find(q)
		if took := time.Since(start); len(text)+len(address) <= 20_000 && took > 2*time.Second { // a quiet machine needs a thousandth
			t.Errorf("%d bytes took %s", len(text)+len(address), took)
		}
		checkSound(t, q, found)
	})
}

const shortText = "lampu jalan taman selasih dua tiga batang dah sebulan tak menyala, anak balik mengaji gelap gulita. awat payah sangat nak tukar mentol, dah lapor dekat majlis Kulim pun senyap, tolong la tuan pegawai"

func BenchmarkFind200CharactersWithPoint(b *testing.B) {
	q := saying(at(5.3700, 100.5600), shortText)
	f := shipped()
	b.ReportAllocs()
	for b.Loop() {
		f.Find(q)
	}
}

func BenchmarkFind20000Characters(b *testing.B) {
	q := saying(at(5.3700, 100.5600), strings.Repeat(shortText+" ", 100)[:20_000])
	f := shipped()
	b.ReportAllocs()
	for b.Loop() {
		f.Find(q)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		var ms table.Mistakes
		Load(configs.FS, agency.Load(configs.FS, &ms), &ms)
	}
}
