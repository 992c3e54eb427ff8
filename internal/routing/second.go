package routing

import (
	"regexp"
	"strings"

	"respons/internal/classify"
)

// Where a text may go on with another matter: a stop, or a word that adds.
var anotherMatter = regexp.MustCompile(`(?i)[.!?;,\n。！？；，]+|\b(?:dan|serta|pastu|lepas tu|satu lagi|also|and|plus)\b`)

// How a second matter is found.
const (
	hinted      = 0.01 // a text in which no other group of categories has this probability has one matter
	alone       = 0.75 // a part of the text that is of another group with this probability has a matter of its own
	fewestWords = 2
	mostParts   = 6
	longest     = 1_000 // bytes; a longer text tells a story and is read as one
)

// second gives another matter that the text is about, of another group than the one decided on: a part of the text that,
// read by itself, is surely of that other group. It is named to the citizen and the officer, and decides nothing.
func (r *Router) second(text, decided string, found []classify.Scored) (classify.Category, bool) {
	first, _ := r.catalogue.Get(decided)
	other := func(s classify.Scored, from float64) (classify.Category, bool) {
		c, ok := r.catalogue.Get(s.Code)
		return c, ok && s.P >= from && c.Group != first.Group && c.Group != "UMM" && c.Group != "INT"
	}
	maybe := false
	for _, s := range found {
		_, ok := other(s, hinted)
		maybe = maybe || ok
	}
	if !maybe || len(text) > longest {
		return classify.Category{}, false
	}
	parts := anotherMatter.Split(text, mostParts)
	if len(parts) < 2 {
		return classify.Category{}, false
	}
	for _, part := range parts {
		if len(strings.Fields(part)) < fewestWords {
			continue
		}
		if best := r.classifier.Classify(part).Categories; len(best) > 0 {
			if c, ok := other(best[0], alone); ok {
				return c, true
			}
		}
	}
	return classify.Category{}, false
}
