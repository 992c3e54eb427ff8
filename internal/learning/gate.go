package learning

import (
	"fmt"

	"respons/internal/classify"
	"respons/internal/routing"
)

// The rule by which a candidate goes live: on the recent set it must be better beyond noise, on the frozen set no worse
// beyond noise. The frozen set holds nothing of what officers corrected lately, so that to ask for a gain there would
// refuse every new road for ever, while a loss there is what bad corrections do.
const (
	recentLevel  = 0.01 // of the exact one-sided McNemar test: seven wins without a loss, or fifteen with three
	frozenMargin = 0.02 // the share right may fall by so much at the most, at one-sided 95 % (non-inferiority)
)

// Compared is how two answered the same cases, one beside the other.
type Compared struct {
	Cases  int     `json:"cases"`
	Before int     `json:"before"` // right by what is live
	After  int     `json:"after"`  // right by the candidate
	Wins   int     `json:"wins"`   // right only by the candidate
	Losses int     `json:"losses"` // right only by what is live
	P      float64 `json:"p"`      // recent: probability of so many wins by chance; frozen: the largest fall that the figures allow
}

// add counts a case. A loss weighs what the case stands for: what the router does well is read only in part.
func (c *Compared) add(before, after bool, weight int) {
	c.Cases++
	if before {
		c.Before++
	}
	if after {
		c.After++
	}
	switch {
	case after && !before:
		c.Wins++
	case before && !after:
		c.Losses += max(1, weight)
	}
}

// Frozen is what never changes and nobody learns from: written examples kept from training, and complaints whose right
// agencies are known.
type Frozen struct {
	Examples []classify.Example
	Cases    []Case
}

// Case is a complaint with its right answers.
type Case struct {
	Question routing.Question
	Agencies []string
}

// side is one of the two that are compared.
type side struct {
	classifier *classify.Classifier
	router     *routing.Router
}

func (s side) right(l Lesson) bool {
	d := s.router.Route(l.question())
	return d.Agency == l.Agency && (l.Category == "" || d.Category == l.Category)
}

func compareFrozen(f Frozen, live, candidate side) (c Compared) {
	says := func(s side, x classify.Example) bool {
		return s.classifier.Classify(x.Text).Categories[0].Code == x.Category
	}
	for _, x := range f.Examples {
		c.add(says(live, x), says(candidate, x), 1)
	}
	is := func(s side, x Case) bool {
		d := s.router.Route(x.Question)
		for _, a := range x.Agencies {
			if a == d.Agency {
				return true
			}
		}
		return false
	}
	for _, x := range f.Cases {
		c.add(is(live, x), is(candidate, x), 1)
	}
	c.P = worstDrop(c.Wins, c.Losses, c.Cases)
	return c
}

func compareRecent(held []Lesson, live, candidate side) (c Compared) {
	for _, l := range held {
		c.add(live.right(l), candidate.right(l), l.weight)
	}
	c.P = better(c.Wins, c.Losses)
	return c
}

// verdict says whether the candidate goes live, and why or why not.
func verdict(frozen, recent Compared) (live bool, reasons []string) {
	live = true
	if recent.P > recentLevel {
		live = false
		reasons = append(reasons, fmt.Sprintf("not better beyond noise on recent decisions: %d of %d right before, %d after; %d won, %d lost, p = %.3f, needed %.2f",
			recent.Before, recent.Cases, recent.After, recent.Wins, recent.Losses, recent.P, recentLevel))
	} else {
		reasons = append(reasons, fmt.Sprintf("better on recent decisions held back from training: %d of %d right before, %d after (p = %.4f)",
			recent.Before, recent.Cases, recent.After, recent.P))
	}
	if frozen.P > frozenMargin {
		live = false
		reasons = append(reasons, fmt.Sprintf("may be worse on the frozen set: %d of %d right before, %d after; a fall of %.1f points cannot be ruled out, %.1f are allowed",
			frozen.Before, frozen.Cases, frozen.After, 100*frozen.P, 100*frozenMargin))
	} else {
		reasons = append(reasons, fmt.Sprintf("no worse on the frozen set: %d of %d right before, %d after", frozen.Before, frozen.Cases, frozen.After))
	}
	return live, reasons
}
