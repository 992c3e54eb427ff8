package classify

import (
	"strings"
	"testing"

	"respons/configs"
	"respons/internal/table"
)

func shipped(t testing.TB) *Classifier {
	t.Helper()
	var ms table.Mistakes
	c := Load(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDangerIsFoundAndWhatOnlySoundsLikeItIsNot(t *testing.T) {
	c := shipped(t)
	for text, want := range map[string]string{
		"tolong rumah sebelah sedang terbakar api marak":      "999",
		"budak lemas dekat jeti tolong cepat":                 "999",
		"there is a live wire on the road outside the school": "999",
		"我家隔壁着火了 快来":                                          "999",
		"baru kena scam, duit hilang dari akaun bank":         "997",
		"jiran saya dera anak dia setiap malam":               "15999",
		"saya penat hidup":                                    "15555",
		"api takde sejak pagi tadi":                           "",
		"lampu jalan padam":                                   "",
		"kedai itu pernah terbakar tahun 2019":                "",
		"terima kasih bomba padamkan kebakaran semalam":       "",
		"bila latihan kebakaran sekolah":                      "",
		"dahan pokok hampir hempap kereta":                    "",
	} {
		if got := c.Emergency(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestUsualMattersAreUnderstoodInEachLanguage(t *testing.T) {
	c := shipped(t)
	for text, want := range map[string]string{
		"lubang besar atas jalan":               "JLN01",
		"lampu jalan padam dah seminggu":        "LPU01",
		"sampah tidak dikutip empat hari":       "SSP01",
		"tiada air sejak pagi":                  "AIR01",
		"streetlight not working for two weeks": "LPU01",
		"rubbish not collected since last week": "SSP01",
		"垃圾三天没人收":                               "SSP01",
		"路灯不亮":                                  "LPU01",
		"எங்கள் தெருவில் விளக்கு எரியவில்லை":     "LPU01",
		"aek sikda dari pagi di rumah kamek tek": "AIR01",
	} {
		if got := c.Classify(text).Categories[0]; got.Code != want {
			t.Errorf("%q is taken for %s (%.2f), want %s", text, got.Code, got.P, want)
		}
	}
}

func TestTheModelIsTheOneOfTheseExamples(t *testing.T) {
	var ms table.Mistakes
	cat := LoadCatalogue(configs.FS, &ms)
	examples := Examples(configs.FS, cat, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	if got, want := shipped(t).Version(), Key(LoadNormaliser(configs.FS, &ms), cat, examples); got != want {
		t.Errorf("the model was trained on %s, the examples are %s; run: go run ./cmd/respons --configs configs model train", got, want)
	}
}

func FuzzClassify(f *testing.F) {
	c := shipped(f)
	for _, seed := range []string{"", "x", "lampu2 xnyala", "\xff\x00", "水水水", "aa水a", strings.Repeat("2x ", 300), strings.Repeat("க", 700)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := c.Classify(text)
		if len(r.Categories) != most || !(r.Categories[0].P > 0 && r.Categories[0].P <= 1.0001) {
			t.Errorf("categories %v", r.Categories)
		}
		if got := c.Emergency(text); got != r.Emergency {
			t.Errorf("the short way hears %q, the long one %q", got, r.Emergency)
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	c := shipped(b)
	text := strings.Repeat("lampu jalan depan rumah saya padam sudah dua minggu tolong baiki ", 3)
	b.ReportAllocs()
	for b.Loop() {
		c.Classify(text)
	}
}
