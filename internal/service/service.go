// Package service is the catalogue as other systems see it: what can be reported, in which group, by which words people
// look for it, and what is asked about it. What a citizen answers becomes part of the text of the complaint.
package service

import "slices"

// Words are a text by language: ms, en, zh, ta.
type Words map[string]string

// In gives the text in a language; English where that language has none, then Malay.
func (w Words) In(lang string) string {
	for _, l := range []string{lang, "en", "ms"} {
		if w[l] != "" {
			return w[l]
		}
	}
	return ""
}

// Service is something that can be reported.
type Service struct {
	Code      string // of the category
	Name      Words
	Group     Words
	Keywords  map[string][]string // by language
	Call      []string            // numbers to call first; nil: none
	Questions []Question          // in the order in which they are asked
}

// Type is what kind of answer a question takes.
type Type string

// The types, as Open311 calls them.
const (
	String   Type = "string"   // one line
	Text     Type = "text"     // may have several
	Number   Type = "number"   // a decimal number
	Datetime Type = "datetime" // ISO 8601, a date with or without a time
	Single   Type = "singlevaluelist"
	Multi    Type = "multivaluelist"
)

var types = []Type{String, Text, Number, Datetime, Single, Multi}

// listed says whether the answer is one of choices.
func (t Type) listed() bool { return t == Single || t == Multi }

// Question is asked about the matter.
type Question struct {
	Code     string
	Type     Type
	Required bool
	Ask      Words
	Help     Words    // how to answer it; empty: plain
	Choices  []Choice // of Single and Multi
}

// Choice is an answer that can be picked.
type Choice struct {
	Key  string
	Name Words
}

func (q Question) choice(key string) (Choice, bool) {
	i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Key == key })
	if i < 0 {
		return Choice{}, false
	}
	return q.Choices[i], true
}

// List is every service that other systems are offered. Restricted categories are not among them: who reports a bribe or
// an abuse does so without another system in between.
type List struct {
	all  []Service
	code map[string]int
}

// All gives the services in the order of the catalogue. The slice is the list's own: read only.
func (l *List) All() []Service { return l.all }

// Get gives a service by its code.
func (l *List) Get(code string) (Service, bool) {
	i, ok := l.code[code]
	if !ok {
		return Service{}, false
	}
	return l.all[i], true
}
