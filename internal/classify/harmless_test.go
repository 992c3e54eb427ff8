package classify

import (
	"testing"

	"respons/configs"
	"respons/internal/table"
)

// texts gives every text of ours: examples, what was held back from training, the demonstration and the sentences about
// danger.
func texts(t *testing.T, c *Classifier) (out []string) {
	t.Helper()
	var ms table.Mistakes
	for _, e := range Examples(configs.FS, c.catalogue, &ms) {
		out = append(out, e.Text)
	}
	for _, file := range []string{"heldback.csv", "demo.csv"} {
		for _, r := range table.Read(configs.FS, file, []string{"text"}, &ms) {
			out = append(out, r.Get("text"))
		}
	}
	if err := ms.Err(); err != nil || len(out) < 10_000 {
		t.Fatalf("%d texts, %v", len(out), err)
	}
	for _, r := range dangers(t) {
		out = append(out, r.Get("text"))
	}
	return out
}

func TestTheShortWayHearsTheSameDangers(t *testing.T) {
	c := shipped(t)
	all := texts(t, c)
	ask := func(text string) {
		if got, want := c.Emergency(text), c.Classify(text).Emergency; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for i, text := range all {
		ask(text)
		if other := all[(i*7919+13)%len(all)]; i%4 == 0 { // two matters in one text, which no single one is about
			ask(text + ". " + other)
			ask(text[:len(text)/2] + " " + other[len(other)/2:])
		}
	}
}

func TestMostTextsGoTheShortWay(t *testing.T) {
	c := shipped(t)
	var ms table.Mistakes
	long, all := 0, 0
	for _, r := range table.Read(configs.FS, "heldback.csv", []string{"text"}, &ms) {
		raw, read, _ := c.normaliser.normalise(r.Get("text"))
		danger, calm := c.emergencies.hears(raw, read)
		if all++; !calm && (danger || !c.harmless(raw, read)) {
			long++
		}
	}
	if all == 0 || long*3 > all {
		t.Errorf("%d of %d texts are asked about every category", long, all)
	}
}

func BenchmarkEmergency(b *testing.B) {
	c := shipped(b)
	b.ReportAllocs()
	for b.Loop() {
		c.Emergency("Lubang besar depan kedai nombor 12 Jalan SS2/24, sudah 345 hari, dua motor jatuh")
	}
}
