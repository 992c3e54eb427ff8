package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
)

// Example is a text whose category is known.
type Example struct {
	Text     string
	Category string
	Weight   float32 // 1 for a written example; less for a keyword
}

// How a model is trained; chosen by cross-validation on the examples.
const (
	epochs      = 15
	rate        = 4.0 // of plain SGD; AdaGrad, tried in its place, learned a third less
	hidden      = 0.4 // share of a text's features hidden each time it is seen, so that no single one is relied upon
	shortText   = 12  // features below which nothing is hidden: a keyword has nothing to lose
	conceptPull = 5.0 // how much more a concept says than a word that is as rare
	temperature = 1.0 // divisor of the scores; what then becomes of a probability is the router's to calibrate
)

// Train learns a model: softmax regression over features weighed by how rare they are (TF-IDF), by stochastic gradient
// descent, the same result each time.
func Train(n *Normaliser, cat *Catalogue, examples []Example) *Model {
	m := &Model{Key: Key(n, cat, examples), classes: len(cat.all)}
	sort.SliceStable(examples, func(i, j int) bool { return hashOf('s', examples[i].Text, "") < hashOf('s', examples[j].Text, "") })
	var train []sample
	add := func(text string, class int, weight float32) {
		raw, read, _ := n.normalise(text)
		train = append(train, sample{rows: unique(n.features(raw, read, nil)), class: class, weight: weight})
	}
	for _, e := range examples {
		if class, ok := cat.code[e.Category]; ok {
			add(e.Text, class, e.Weight)
		}
	}
	for _, c := range cat.all { // each keyword is a tiny example
		for _, lang := range languages {
			for _, w := range c.Keywords[lang] {
				add(w, cat.code[c.Code], 1)
			}
		}
	}
	balance(train, m.classes)
	m.learnFeatures(train)
	room := new(scratch)
	for i := range train {
		train[i].rows = m.known(train[i].rows, room)
		train[i].values = m.values(train[i].rows, nil)
	}
	m.quantise(fit(train, len(m.rarity), m.classes))
	return m
}

type sample struct {
	rows   []uint32 // features, then the rows of those known
	class  int
	weight float32
	values []float32 // of the rows, together of length one
}

// balance weighs the samples of a class the less the more there are, by the square root: a category that many wrote about
// is not more likely for that.
func balance(train []sample, classes int) {
	count := make([]float32, classes)
	for _, s := range train {
		count[s.class] += s.weight
	}
	for i := range train {
		train[i].weight *= min(2, float32(math.Sqrt(float64(40/count[train[i].class]))))
	}
}

// learnFeatures gives a row to each feature worth one, with its inverse document frequency in eighths, from 1 to 255.
// Parts and pairs of words that were seen once are left out: they are most of all and say least.
func (m *Model) learnFeatures(train []sample) {
	seen := make([]int32, buckets)
	for _, s := range train {
		for _, f := range s.rows {
			seen[f]++
		}
	}
	m.rows = noRows()
	for f, n := range seen {
		if n == 0 || n == 1 && f >= wordFeatures {
			continue
		}
		says := 8 * math.Log(float64(len(train))/float64(n+1))
		if f < conceptFeatures {
			says *= conceptPull
		}
		m.rows[f] = int32(len(m.rarity))
		m.rarity = append(m.rarity, uint8(min(255, max(1, says))))
	}
}

func fit(train []sample, rows, classes int) []float32 {
	weights := make([]float32, rows*classes)
	scores := make([]float32, classes)
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same training twice gives the same model
	var seen sample
	for epoch := range epochs {
		step := float32(rate * (1 - float64(epoch)/epochs))
		for _, i := range random.Perm(len(train)) {
			seen.glance(&train[i], random)
			clear(scores)
			for j, row := range seen.rows {
				v := seen.values[j]
				for c, w := range weights[int(row)*classes : int(row+1)*classes] {
					scores[c] += w * v
				}
			}
			softmax(scores)
			scores[seen.class]--
			var active [512]int32
			n := 0
			for c, g := range scores {
				if g < -1e-3 || g > 1e-3 {
					active[n] = int32(c)
					n++
				}
			}
			for j, row := range seen.rows {
				v := step * seen.weight * seen.values[j]
				at := weights[int(row)*classes : int(row+1)*classes]
				for _, c := range active[:n] {
					at[c] -= scores[c] * v
				}
			}
		}
	}
	return weights
}

// glance takes over a sample with part of it hidden; what is left keeps its length on average.
func (s *sample) glance(from *sample, random *rand.Rand) {
	s.rows, s.values, s.class, s.weight = s.rows[:0], s.values[:0], from.class, from.weight
	if len(from.rows) <= shortText {
		s.rows, s.values = append(s.rows, from.rows...), append(s.values, from.values...)
		return
	}
	grown := float32(1 / math.Sqrt(1-hidden))
	for j, row := range from.rows {
		if random.Float32() >= hidden {
			s.rows, s.values = append(s.rows, row), append(s.values, from.values[j]*grown)
		}
	}
}

func softmax(x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	var sum float32
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

// Key is what a model was trained on, in short: the same key, the same model.
func Key(n *Normaliser, cat *Catalogue, examples []Example) string {
	h := sha256.New()
	h.Write([]byte(n.key))
	for _, e := range examples {
		fmt.Fprintf(h, "%s\x00%s\x00%g\x00", e.Category, e.Text, e.Weight)
	}
	for _, c := range cat.all {
		for _, lang := range languages {
			fmt.Fprintf(h, "%s%s", c.Code, strings.Join(c.Keywords[lang], "\x00"))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
