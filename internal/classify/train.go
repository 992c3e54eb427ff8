package classify

import (
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

const (
	epochs   = 15
	rate     = 4.0 // of plain SGD; AdaGrad, tried in its place, learned a third less
	heldBack = 10  // every tenth example is kept from training and sets the temperature
)

// Train learns a model: softmax regression over hashed features weighed by how rare they are (TF-IDF), by stochastic
// gradient descent, the same result each time. The temperature,
// which makes probabilities honest, is set on examples kept from training.
func Train(n *Normaliser, cat *Catalogue, examples []Example) *Model {
	m := &Model{Key: Key(cat, examples), classes: len(cat.all)}
	sort.SliceStable(examples, func(i, j int) bool { return hashOf('s', examples[i].Text, "") < hashOf('s', examples[j].Text, "") })
	var train, held []sample
	for i, e := range examples {
		class, ok := cat.code[e.Category]
		if !ok {
			continue
		}
		raw, read, _ := n.Normalise(e.Text)
		s := sample{features: append([]uint32(nil), features(raw, read, nil)...), class: class, weight: e.Weight}
		if i%heldBack == 0 && e.Weight == 1 {
			held = append(held, s)
		} else {
			train = append(train, s)
		}
	}
	for _, c := range cat.all { // each keyword is a tiny example
		for _, lang := range languages {
			for _, w := range c.Keywords[lang] {
				raw, read, _ := n.Normalise(w)
				train = append(train, sample{features: append([]uint32(nil), features(raw, read, nil)...), class: cat.code[c.Code], weight: 1})
			}
		}
	}
	balance(train, m.classes)
	m.rarity = rarity(train)
	for i := range train {
		train[i].values = m.values(train[i].features, nil)
	}
	weights := fit(train, m.classes)
	m.quantise(weights)
	m.temperature = temperature(m, held)
	return m
}

type sample struct {
	features []uint32
	class    int
	weight   float32
	values   []float32 // of the features, together of length one
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

func fit(train []sample, classes int) []float32 {
	weights := make([]float32, buckets*classes)
	scores := make([]float32, classes)
	random := rand.New(rand.NewPCG(1, 2))
	for epoch := range epochs {
		step := float32(rate * (1 - float64(epoch)/epochs))
		for _, i := range random.Perm(len(train)) {
			s := &train[i]
			clear(scores)
			for j, f := range s.features {
				v := s.values[j]
				for c, w := range weights[int(f)*classes : int(f+1)*classes] {
					scores[c] += w * v
				}
			}
			softmax(scores)
			scores[s.class]--
			for j, f := range s.features {
				v := step * s.weight * s.values[j]
				row := weights[int(f)*classes : int(f+1)*classes]
				for c, g := range scores {
					if g < -1e-3 || g > 1e-3 {
						row[c] -= g * v
					}
				}
			}
		}
	}
	return weights
}

// rarity gives each feature its inverse document frequency, in sixteenths, from 1 to 255.
func rarity(train []sample) []uint8 {
	seen := make([]float64, buckets)
	for _, s := range train {
		for _, f := range s.features {
			seen[f]++
		}
	}
	out := make([]uint8, buckets)
	for f, n := range seen {
		out[f] = uint8(min(255, max(1, 16*math.Log(float64(len(train))/(n+1)))))
	}
	return out
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

// temperature finds the divisor of the scores with the best likelihood on examples the model has not seen.
func temperature(m *Model, held []sample) float32 {
	best, least := float32(1), math.Inf(1)
	if len(held) == 0 {
		return best
	}
	scores := make([]float32, m.classes)
	for t := float32(0.3); t < 4; t *= 1.05 {
		m.temperature = t
		loss := 0.0
		for _, s := range held {
			m.score(s.features, scores)
			loss -= math.Log(float64(scores[s.class]) + 1e-9)
		}
		if loss < least {
			best, least = t, loss
		}
	}
	return best
}

// Key is what a model was trained on, in short: the same key, the same model.
func Key(cat *Catalogue, examples []Example) string {
	var b strings.Builder
	for _, e := range examples {
		b.WriteString(e.Category + "\x00" + e.Text + "\x00")
	}
	for _, c := range cat.all {
		for _, lang := range languages {
			b.WriteString(c.Code + strings.Join(c.Keywords[lang], "\x00"))
		}
	}
	return shortHash(b.String())
}
