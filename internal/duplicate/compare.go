package duplicate

import (
	"math"
	"slices"
	"time"
)

// What the comparison takes for granted.
const (
	prior      = 0.006  // of two reports of one quarter of a town in one month, how many are of the same matter
	quarter    = 3_000  // metres: radius of that quarter; reports of other matters lie anywhere in it
	kinds      = 40     // as many kinds of matters are about equally common
	strange    = 0.0004 // how often two reports of one matter are understood as of groups that have nothing in common
	related    = 0.03   // how often they are understood as of two categories of one group
	shared     = 4.0    // how much a mark in common speaks for the same matter
	mostShared = 16.0   // what all marks in common speak for it together, at the most
	unlike     = 0.45   // how much it speaks against it that both have marks and none in common
	Same       = 0.5    // probability from which two reports are taken to be of the same matter
	day        = 24.0   // hours
)

// Compare gives the probability that two reports, made so long apart, are of the same matter. It weighs how much likelier
// the places, the categories, the marks and the time are for one matter than for two of the same quarter: Bayes' rule,
// with the parts taken to be independent.
func Compare(a, b *Sign, apart time.Duration, spans Spans) float64 {
	if spans.Personal(a) || spans.Personal(b) {
		return 0
	}
	span := spans.of(a.Matters[0].Category)
	if other := spans.of(b.Matters[0].Category); other.Reach > span.Reach {
		span = other
	}
	odds := prior / (1 - prior) * places(a, b, span) * meanings(a, b) * names(a, b) * times(apart, span)
	return odds / (1 + odds)
}

// Distance is how far apart two reports lie, in metres. The earth is taken to be flat, which it is within a country at
// the equator to one part in a thousand.
func Distance(a, b *Sign) float64 {
	middle := (a.Lat + b.Lat) / 2 * math.Pi / 180
	return metresPerDegree * math.Hypot(a.Lat-b.Lat, (a.Lon-b.Lon)*math.Cos(middle))
}

// places: reports of one matter scatter around it by how far it reaches and how exactly each position is known; others
// lie anywhere in the quarter.
func places(a, b *Sign, span Span) float64 {
	variance := (span.Reach*span.Reach + a.Radius*a.Radius + b.Radius*b.Radius) / 2
	d := Distance(a, b)
	return quarter * quarter / (2 * variance) * math.Exp(-d*d/(2*variance))
}

// meanings: how likely both are of one category, beside how likely two reports taken at random are.
func meanings(a, b *Sign) float64 {
	same, kin := 0.0, 0.0
	for _, x := range a.Matters {
		for _, y := range b.Matters {
			switch {
			case x.Category == y.Category:
				same += x.P * y.P
			case group(x.Category) == group(y.Category):
				kin += x.P * y.P
			}
		}
	}
	return kinds * (same + kin*related + strange)
}

func names(a, b *Sign) float64 {
	if len(a.Marks) == 0 || len(b.Marks) == 0 {
		return 1
	}
	common := 0
	for _, m := range a.Marks {
		if slices.Contains(b.Marks, m) {
			common++
		}
	}
	if common == 0 {
		return unlike
	}
	return min(math.Pow(shared, float64(common)), mostShared)
}

// times: a matter is reported most in its first days.
func times(apart time.Duration, span Span) float64 {
	days := math.Abs(apart.Hours()) / day
	return 2 * math.Exp(-days/span.Days)
}
