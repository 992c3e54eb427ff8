// Package routing decides which agency must act on a complaint: what it is about, where it lies and who is responsible
// for that there, each part with its reasons; unsure, it abstains and a person decides.
package routing

import (
	"time"

	"respons/internal/place"
	"respons/internal/reason"
)

// Question is what the router is asked.
type Question struct {
	Text     string
	Where    place.Query // Text may be left empty there; it is filled in from above
	Category string      // the citizen's own choice, a hint; empty: none
	Type     string      // record type chosen by the citizen (aduan, pertanyaan ...); empty: none
	At       time.Time   // when it was received: dated rows of the responsibility table; zero: the rows that have no last day
	Returned []string    // agencies that sent it back: never again proposed alone
}

// Decision is the router's answer.
type Decision struct {
	Agency       string          `json:"agency"`     // best agency; never empty
	Category     string          `json:"category"`   // best category
	Confidence   float64         `json:"confidence"` // probability that Agency is right, calibrated
	Weight       float64         `json:"-"`          // what Confidence was computed from, before calibration
	Auto         bool            `json:"auto"`       // sure enough to send without a person
	Emergency    string          `json:"emergency"`  // "", "999", "997" or another hotline to show at once
	RecordType   string          `json:"record_type"`
	Lang         string          `json:"lang"`
	Restricted   bool            `json:"restricted"`   // hidden from ordinary officers
	Alternatives []Alternative   `json:"alternatives"` // the five best agencies, the first equal to Agency
	Reasons      []reason.Reason `json:"reasons"`
	Model        string          `json:"model"` // version of the model that answered
	Place        Place           `json:"place"`
	Spot         Spot            `json:"spot,omitzero"`
	Matters      []Matter        `json:"matters,omitempty"` // what the text may be about, best first, at most three
}

// Alternative is an agency with the probability that it is the right one.
type Alternative struct {
	Agency     string  `json:"agency"`
	Category   string  `json:"category"`
	Confidence float64 `json:"confidence"`
}

// Place is where the decision took the matter to lie.
type Place struct {
	State      string  `json:"state"`
	District   string  `json:"district"`
	Authority  string  `json:"local_authority"`
	Confidence float64 `json:"confidence"`
	Source     string  `json:"source"`
}

// Spot is where the matter most likely lies.
type Spot struct {
	Lat    float64 `json:"lat,omitempty"`    // WGS 84 degrees
	Lon    float64 `json:"lon,omitempty"`    // WGS 84 degrees
	Radius float64 `json:"radius,omitempty"` // metres around it; 0: Lat and Lon are not known
}

// Matter is a category with the probability that the text is about it.
type Matter struct {
	Category string  `json:"category"`
	P        float64 `json:"p"`
}
