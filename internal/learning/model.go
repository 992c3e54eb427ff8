package learning

import (
	"time"

	"respons/internal/store"
)

// Models and Parts are how models are stored: what is known of one, and its content in pieces that fit into documents.
var (
	Models = store.Collection{Name: "models", Indexes: []store.Index{{Name: "made", Fields: []string{"made"}}}}
	Parts  = store.Collection{Name: "model_parts"}
)

// Outcome is what became of a training.
type Outcome string

// The outcomes.
const (
	Promoted Outcome = "promoted" // it was better and went live
	Refused  Outcome = "refused"  // it was not, or there was nothing to learn; only the reasons are kept
)

// Shipped is the id of the model that the program was built with, which is always there.
const Shipped = "shipped"

// Model is what is known of one training.
type Model struct {
	ID      string    `json:"id"`
	Made    time.Time `json:"made"`
	By      string    `json:"by"`   // "nightly" or the id of who asked
	Base    string    `json:"base"` // version of the shipped classifier it was built on: another program does not use it
	Outcome Outcome   `json:"outcome"`
	Reasons []string  `json:"reasons"`
	Version string    `json:"version,omitempty"` // of its classifier, as decisions name it
	Frozen  Compared  `json:"frozen"`
	Recent  Compared  `json:"recent"`

	Lessons  int       `json:"lessons"`          // complaints that it learnt from
	Chosen   int       `json:"chosen"`           // of these, with a category that an officer chose: examples of the classifier
	Names    int       `json:"names"`            // learnt names
	Through  time.Time `json:"through,omitzero"` // latest decision that it learnt from
	ClassKey string    `json:"class_key"`        // fingerprint of the classifier's examples from officers; empty: none
	Pieces   []int     `json:"pieces,omitempty"` // of names, classifier and probe; none: the content is not kept
	Size     int       `json:"size,omitempty"`   // bytes of the content
}

// Content is what a model decides with.
type Content struct {
	Names      []byte // JSON list of routing.LearntName
	Classifier []byte // encoded; empty: the shipped one
	Probe      []byte // the classifier as it was measured, trained without the frozen set; empty: the shipped one's
}

// Span is a stretch of decisions, after From until To, that nothing is learnt from: of everybody, because a model made of
// them was taken back, or of one officer or agency that looked like a bad batch.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Who  string    `json:"who,omitempty"` // "officer ID" or "agency CODE"; empty: everybody
}

func (s Span) holds(l Lesson) bool {
	if !l.At.After(s.From) || l.At.After(s.To) {
		return false
	}
	return s.Who == "" || s.Who == "officer "+l.Sender.ID || s.Who == "agency "+l.Sender.Agency
}

// Unsaid are all such stretches. They hold for every version of the program.
type Unsaid struct {
	Spans []Span `json:"spans"`
}

const unsaidID = "unsaid"

// Live says which model decides.
type Live struct {
	Model  string    `json:"model"`            // id, or Shipped
	Before []string  `json:"before,omitempty"` // which were live before it, the latest last
	Since  time.Time `json:"since,omitzero"`
	By     string    `json:"by,omitempty"` // "nightly" or the id of who made it live
	rev    int64
}
