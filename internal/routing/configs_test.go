package routing

import (
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/agency"
	"respons/internal/classify"
	"respons/internal/place"
	"respons/internal/table"
)

// shipped is the router made of the files that the product ships; it is loaded once for all tests.
var shipped = sync.OnceValues(func() (*Router, error) {
	var ms table.Mistakes
	r := LoadAll(configs.FS, &ms)
	return r, ms.Err()
})

func shippedRouter(t testing.TB) *Router {
	t.Helper()
	r, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheShippedFilesHaveNoMistake(t *testing.T) { shippedRouter(t) }

var today = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)

// The table is asked with category and place given, so that these cases fail for the table's reasons only.
func TestTheShippedTableKnowsWhoseMatterItIs(t *testing.T) {
	var ms table.Mistakes
	register, catalogue := agency.Load(configs.FS, &ms), classify.LoadCatalogue(configs.FS, &ms)
	responsibility, roads := LoadTable(configs.FS, register, catalogue, &ms), LoadRoads(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	pj := Place{State: "MY-10", District: "Petaling", Authority: "MBPJ"}
	kl := Place{State: "MY-14", District: "Kuala Lumpur", Authority: "DBKL"}
	putrajaya := Place{State: "MY-16", District: "Putrajaya"}
	labuan := Place{State: "MY-15", District: "Labuan"}
	kangar := Place{State: "MY-09", District: "Kangar", Authority: "MPKANGAR"}
	kuching := Place{State: "MY-13", District: "Kuching", Authority: "DBKU"}
	kk := Place{State: "MY-12", District: "Kota Kinabalu", Authority: "DBKK"}
	klang := Place{State: "MY-10", District: "Klang", Authority: "MBDK"}
	penang := Place{State: "MY-07", District: "Timur Laut", Authority: "MBPP"}
	batuPahat := Place{State: "MY-01", District: "Batu Pahat", Authority: "MPBP"}
	langkawi := Place{State: "MY-02", District: "Langkawi", Authority: "MPLBP"}
	cases := []struct {
		name, category string
		place          Place
		text, want     string
	}{
		{"town road", "JLN01", pj, "lubang depan kedai", "MBPJ"},
		{"federal route", "JLN01", batuPahat, "lubang di FT50", "JKR"},
		{"state route", "JLN01", klang, "jalan B10 berlubang", "SUK-SGR"},
		{"every road of Kuala Lumpur is the city hall's", "JLN01", kl, "lubang di jalan persekutuan", "DBKL"},
		{"but an expressway is not", "JLN01", kl, "lubang di lebuhraya DUKE", "LLM"},
		{"road in Putrajaya", "JLN01", putrajaya, "lubang", "PPJ"},
		{"road in Labuan", "JLN01", labuan, "lubang", "PL"},
		{"lamp in Sarawak", "LPU01", kuching, "lampu jalan padam", "SEB"},
		{"lamp on a TNB pole", "LPU01", pj, "lampu tiang konkrit padam", "TNB"},
		{"pole of the supply leans", "LPU03", pj, "tiang elektrik senget", "TNB"},
		{"pole of the supply leans in Sabah", "LPU03", kk, "tiang letrik senget", "SESB"},
		{"telephone pole", "LPU03", pj, "tiang telefon tumbang", "MCMC"},
		{"rubbish in an Act 672 state", "SSP01", batuPahat, "sampah", "SWCORP"},
		{"rubbish in Selangor", "SSP01", pj, "sampah", "MBPJ"},
		{"rubbish in Labuan", "SSP01", labuan, "sampah", "PL"},
		{"choked drain in an Act 672 state", "SAL01", batuPahat, "longkang tersumbat", "SWCORP"},
		{"broken drain in an Act 672 state", "SAL02", batuPahat, "dinding longkang pecah", "MPBP"},
		{"water in Perlis has no utility in the register", "AIR01", kangar, "tiada air", "SUK-PLS"},
		{"water in Kuala Lumpur", "AIR01", kl, "tiada air", "AIRSEL"},
		{"water of an Orang Asli village", "AIR07", Place{State: "MY-06", District: "Temerloh"}, "kata tok batin air graviti tersumbat", "JAKOA"},
		{"sewer in Labuan", "KUM01", labuan, "najis melimpah", "IWK"},
		{"power in Labuan", "ELK01", labuan, "tiada letrik", "SESB"},
		{"lift of a people's flat", "BGN04", kl, "lif PPR rosak, susah nak ke hospital", "DBKL"},
		{"lift of a condominium", "BGN04", pj, "lif kondo rosak", "JKKP"},
		{"somebody under a fallen tree", "TAM01", pj, "pokok tumbang, ada orang tersepit", "BOMBA"},
		{"a fallen tree", "TAM01", pj, "pokok tumbang di taman", "MBPJ"},
		{"a tree on a power line", "TAM01", pj, "pokok tumbang atas wayar elektrik", "TNB"},
		{"rescue from a flood", "SAL03", pj, "air naik, kami terperangkap atas bumbung", "APM"},
		{"missing at sea", "KSL01", langkawi, "bot karam, tiga orang hilang", "APMM"},
		{"fire", "KSL01", pj, "rumah terbakar", "BOMBA"},
		{"a Malaysian held abroad", "KSL02", pj, "adik dikurung di Kemboja", "KLN"},
		{"asks for treatment", "KSL04", pj, "mahu masuk pusat pemulihan", "AADK"},
		{"tip about a pusher", "KSL04", pj, "ada orang jual barang malam malam", "PDRM"},
		{"debt counselling", "PGN05", pj, "mahu susun hutang kad kredit", "AKPK"},
		{"pawnbroker", "PGN05", pj, "kedai pajak gadai caj lebih", "KPKT"},
		{"bank", "PGN05", pj, "bank caj dua kali", "BNM"},
		{"cash aid by card", "SOS04", pj, "baki SARA tak masuk", "MOF"},
		{"cash aid", "SOS04", pj, "STR tak lulus", "LHDN"},
		{"fishermen's diesel", "TNI01", langkawi, "kad diesel nelayan digantung", "LKIM"},
		{"trawlers near the shore", "TNI01", langkawi, "pukat tunda masuk zon A", "DOF"},
		{"replanting of rubber", "TNI01", batuPahat, "duit tanam semula belum masuk", "RISDA"},
		{"price of latex", "TNI01", batuPahat, "harga getah rendah", "LGM"},
		{"pilgrimage", "AGM01", pj, "bila giliran haji", "TH"},
		{"zakat in a federal territory", "AGM01", kl, "permohonan zakat lambat", "MAIWP"},
		{"free city bus", "PGK01", kl, "bas GoKL tak berhenti", "DBKL"},
		{"express bus", "PGK01", pj, "bas ekspres lambat", "APAD"},
		{"bus in Sabah", "PGK01", kk, "bas lambat", "LPKP-SBH"},
		{"Penang ferry", "PGK06", penang, "feri rosak", "PPC"},
		{"flight", "PGK06", penang, "flight delay", "CAAM"},
		{"tourist place of the Langkawi authority", "PLC01", langkawi, "jubin dataran helang pecah", "LADA"},
		{"compensation for defects", "BGN06", pj, "mahu tuntut ganti rugi", "TTPR"},
		{"app of another body", "DIG01", pj, "myjpj tak boleh login", "JPJ"},
		{"portal", "DIG01", pj, "portal tak boleh buka", "JDN"},
	}
	for _, c := range cases {
		category, ok := catalogue.Get(c.category)
		if !ok {
			t.Fatalf("no category %s", c.category)
		}
		text := wordsOf(c.text, nil)
		f := facts{day: dayIn(today), place: c.place, road: roads.Guess(text, c.place.State)[0].Class, found: make(bits, len(responsibility.words)/64+1)}
		responsibility.find(text, f.found)
		o, said := responsibility.ask(category.Code, &f)
		if !said {
			o, _ = responsibility.ask(category.Rule, &f)
		}
		if o.agency != c.want {
			line := 0
			if o.row != nil {
				line = o.row.line
			}
			t.Errorf("%s: %s by line %d, want %s", c.name, o.agency, line, c.want)
		}
	}
}

// FuzzTheShippedRouter: any text has an answer, in time that grows with its length. A quiet machine needs less than 5 ms
// for 20,000 characters; the bound only catches what would make a server hang.
func FuzzTheShippedRouter(f *testing.F) {
	r := shippedRouter(f)
	for _, s := range []string{"", twoHundred, "\xff\x00", strings.Repeat("jalan ft1 ", 2000), strings.Repeat("水沟", 3000), strings.Repeat("TNB kata bukan ", 1300), strings.Repeat("க", 6000)} {
		f.Add(s, s, 3.1, 101.6)
	}
	f.Fuzz(func(t *testing.T, text, address string, lat, lon float64) {
		q := Question{Text: text, At: today, Where: place.Query{Address: address, HasPoint: true, Lat: lat, Lon: lon}}
		start := time.Now()
		d := r.Route(q)
		if took := time.Since(start); len(text)+len(address) <= 40_000 && took > 2*time.Second {
			t.Errorf("%d bytes took %s", len(text)+len(address), took)
		}
		sum := 0.0
		for i, a := range d.Alternatives {
			sum += a.Confidence
			if a.Confidence > d.Alternatives[0].Confidence || i == 0 && a.Agency != d.Agency {
				t.Errorf("alternatives %v of %s", d.Alternatives, d.Agency)
			}
		}
		if d.Agency == "" || !(d.Confidence >= 0 && d.Confidence <= 1) || sum > 1.0001 || len(d.Reasons) == 0 {
			t.Errorf("%q gives %+v", text, d)
		}
	})
}

const twoHundred = "Assalamualaikum, lampu jalan depan sekolah di Taman Melawati dah dua minggu tak menyala, tiang nombor 14 dan 15. " +
	"Budak balik mengaji gelap, dah report kat TNB tapi diorang kata majlis punya kerja. Tolong."

func BenchmarkRoute(b *testing.B) {
	r := shippedRouter(b)
	q := Question{Text: twoHundred, Where: place.Query{HasPoint: true, Lat: 3.21, Lon: 101.75}, At: today}
	b.ReportAllocs()
	for b.Loop() {
		r.Route(q)
	}
}

func BenchmarkRouteOfTwentyThousandCharacters(b *testing.B) {
	r := shippedRouter(b)
	q := Question{Text: strings.Repeat(twoHundred, 100), At: today}
	for b.Loop() {
		r.Route(q)
	}
}

// BenchmarkOwnPart leaves classifier and finder out.
func BenchmarkOwnPart(b *testing.B) {
	r := shippedRouter(b)
	q := Question{Text: twoHundred, At: today}
	what, where := r.classifier.Classify(q.Text), r.finder.Find(place.Query{Text: q.Text, HasPoint: true, Lat: 3.21, Lon: 101.75})
	bare := *r
	bare.classifier, bare.finder = fakeClassifier{what}, fakeFinder(where)
	b.ReportAllocs()
	for b.Loop() {
		bare.Route(q)
	}
}

func TestASecondMatterOfATextIsNamed(t *testing.T) {
	r := shippedRouter(t)
	for text, want := range map[string]string{
		"lampu jalan xnyala dan longkang tersumbat depan rumah saya Jalan 3/2 Bandar Baru Bangi":      "Blocked drain",
		"sampah tak kutip 2 minggu, pastu air pulak takde sejak semalam":                              "No water",
		"Lubang besar depan 7-Eleven Jalan SS2/24, dah dua motor jatuh":                               "",
		"kilang di Balakong lepas asap hitam tiap malam. Dah report kat majlis tapi tak ada tindakan": "",
	} {
		got := ""
		for _, reason := range r.Route(Question{Text: text, At: today}).Reasons {
			if also, ok := strings.CutPrefix(reason.EN, "The text may also be about: "); ok {
				got = strings.TrimSuffix(also, ".")
			}
		}
		if got != want {
			t.Errorf("%q: also about %q, want %q", text, got, want)
		}
	}
}
