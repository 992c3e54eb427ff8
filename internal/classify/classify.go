// Package classify answers what a text is about: its category with calibrated probabilities, its record type, its
// language, and before anything else whether somebody is in danger.
package classify

// Scored is a category with the probability that it is the right one.
type Scored struct {
	Code string
	P    float64
}

// Result is what a text says of itself.
type Result struct {
	Categories []Scored // best first, at most ten
	Emergency  string   // number to call now: "", "999", "997", "15999" or another hotline
	RecordType string   // aduan, pertanyaan, cadangan, penghargaan (complaint, enquiry, suggestion, appreciation)
	Lang       string   // ms, en, zh, ta or mix
	Dialect    string   // utara, kelantan, terengganu, perak, n9, pahang, sarawak, sabah; empty: none seen
	Words      []string // the words as typed that told most for the best category, at most five
	Normal     string   // the text as the other parts read it: short forms and negations written out, lower case
}
