package duplicate_test

import (
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/classify"
	"respons/internal/duplicate"
	"respons/internal/place"
	"respons/internal/routing"
	"respons/internal/table"
)

// pair is two reports of which a person knows whether they are of the same matter.
type pair struct {
	same   bool
	apart  time.Duration
	a, b   *duplicate.Sign
	textA  string
	textB  string
	metres float64
}

func pairs(t *testing.T) ([]pair, duplicate.Spans) {
	t.Helper()
	var ms table.Mistakes
	router := routing.LoadAll(configs.FS, &ms)
	catalogue := classify.LoadCatalogue(configs.FS, &ms)
	spans := duplicate.LoadSpans(configs.FS, catalogue.Has, &ms)
	rows := table.Read(os.DirFS("testdata"), "pairs.csv", []string{"same", "hours", "text_a", "lat_a", "lon_a", "text_b", "lat_b", "lon_b"}, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	sign := func(text string, lat, lon float64) *duplicate.Sign {
		d := router.Route(routing.Question{Text: text, Where: place.Query{HasPoint: true, Lat: lat, Lon: lon, Accuracy: 20}})
		return duplicate.New(text, d)
	}
	var out []pair
	for _, r := range rows {
		p := pair{same: r.Get("same") == "1", apart: time.Duration(number(r.Get("hours")) * float64(time.Hour)), textA: r.Get("text_a"), textB: r.Get("text_b"),
			a: sign(r.Get("text_a"), number(r.Get("lat_a")), number(r.Get("lon_a"))), b: sign(r.Get("text_b"), number(r.Get("lat_b")), number(r.Get("lon_b")))}
		p.metres = duplicate.Distance(p.a, p.b)
		out = append(out, p)
	}
	return out, spans
}

// The texts are of the tester's own making. Whom to ask is shown to a person who decides, so that one that is missed costs
// more than one that is offered in vain; the bounds are what the product promises, not what it reaches today.
func TestReportsOfTheSameMatterAreToldFromOthers(t *testing.T) {
	list, spans := pairs(t)
	found, same, wrong, other := 0, 0, 0, 0
	for _, p := range list {
		odds := duplicate.Compare(p.a, p.b, p.apart, spans)
		if back := duplicate.Compare(p.b, p.a, -p.apart, spans); math.Abs(back-odds) > 1e-9 {
			t.Errorf("%q and %q: %v one way, %v the other", p.textA, p.textB, odds, back)
		}
		hit := odds >= duplicate.Same
		if p.same {
			same++
		} else {
			other++
		}
		if hit && p.same {
			found++
		}
		if hit && !p.same {
			wrong++
		}
		if hit != p.same {
			t.Logf("%.2f, same %v, %.0f m, %v: %q (%s) and %q (%s)", odds, p.same, p.metres, p.apart, p.textA, p.a.Matters[0].Category, p.textB, p.b.Matters[0].Category)
		}
	}
	t.Logf("found %d of %d, wrongly offered %d of %d", found, same, wrong, other)
	if found*10 < same*8 || wrong*10 > other {
		t.Errorf("found %d of %d, wrongly offered %d of %d; at least 80 %% and at most 10 %% are promised", found, same, wrong, other)
	}
}

func TestWhatMayBeTheSameIsLookedForWhereItIsKept(t *testing.T) {
	list, spans := pairs(t)
	for _, p := range list {
		if !p.same || duplicate.Compare(p.a, p.b, p.apart, spans) < duplicate.Same {
			continue
		}
		kept := p.b.Cell()
		looked := false
		for _, cell := range p.a.Cells(spans) {
			looked = looked || cell == kept
		}
		if !looked {
			t.Errorf("%q is kept in %s and %q is not looked for there", p.textB, kept, p.textA)
		}
	}
}
