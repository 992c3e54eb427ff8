package classify

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// surely leaves room for rounding below dangerousFrom.
const surely = 0.95 * dangerousFrom

// Emergency gives the number to call, or "": what Classify finds, sooner. Most texts hold no phrase of danger and are
// about a matter that is far from any, which is shown without asking for the probability of every category.
func (c *Classifier) Emergency(text string) string {
	raw, read, _ := c.normaliser.normalise(clip(text))
	if danger, calm := c.emergencies.hears(raw, read); calm || !danger && c.harmless(raw, read) {
		return ""
	}
	return c.Classify(text).Emergency
}

// harmless says for sure that the matters which are a danger by themselves stay together below dangerousFrom; false says
// nothing. With z the scores of the model, D the dangerous matters and s = sharpen, they have the share
//
//	Σ(D) exp(s·z) / Σ(all) exp(s·z)
//
// and less where keywords speak for others. What is in D or has a keyword is added up one by one. The rest is at least
// as much as if each had their mean score, for exp is convex.
func (c *Classifier) harmless(raw, read sentence) bool {
	if c.model == nil {
		return false
	}
	classes := c.emergencies.possible(raw, read)
	dangerous := len(classes)
	for _, h := range c.keywords.find(raw, c.keywords.find(read, nil)) {
		switch at := slices.Index(classes, h.class); {
		case at < 0:
			classes = append(classes, h.class)
		case at < dangerous:
			return false
		}
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	rows, values := s.weigh(c.model, c.normaliser, raw, read)
	return c.model.share(rows, values, classes, dangerous) < surely
}

// share is at least the share of the first so many classes; see harmless.
func (m *Model) share(rows []uint32, values []float32, classes []int, first int) float64 {
	sums := make([]int32, len(classes))
	var all int64
	for i, v := range values {
		x := int32(v * fine)
		weights := m.weights[int(rows[i])*m.classes:]
		for j, c := range classes {
			sums[j] += int32(weights[c]) * x
		}
		all += int64(m.totals[rows[i]]) * int64(x)
	}
	scale := sharpen * float64(m.scale())
	var danger, known float64
	for j, sum := range sums {
		p := math.Exp(float64(sum) * scale)
		all -= int64(sum)
		if known += p; j < first {
			danger += p
		}
	}
	rest := float64(m.classes - len(classes))
	if rest > 0 {
		known += rest * math.Exp(float64(all)*scale/rest)
	}
	return danger / known
}

// possible gives the categories that may be a danger in a text, by the words that must stand in it as well; a few of them
// are none.
func (e *emergencies) possible(raw, read sentence) []int {
	out := append(make([]int, 0, 32), e.always...)
	add := func(classes []int) {
		for _, c := range classes {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	for _, text := range []sentence{raw, read} {
		for _, w := range text.words {
			add(e.stirred[w])
		}
		if strings.ContainsFunc(text.line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			for need, classes := range e.foreign {
				if strings.Contains(text.line, need) {
					add(classes)
				}
			}
		}
	}
	return out
}
