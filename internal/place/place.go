// Package place answers where a matter lies: state, district and local authority, from a position, an address, a
// postcode, the words of the text and the citizen's home, weighed together.
package place

import "respons/internal/reason"

// Query is all that is known about where. Every part may be missing; none is believed alone.
type Query struct {
	HasPoint bool    // Lat and Lon are given: the phone, which may be far from the matter
	Lat, Lon float64 // WGS 84 degrees
	Accuracy float64 // metres, radius of the position; 0: unknown
	Address  string  // typed or reverse-geocoded
	Postcode string  // five digits
	Text     string  // the complaint
	Home     string  // code of the local authority of the citizen's home; empty: unknown
}

// Mention is a place, road or landmark found in words.
type Mention struct {
	Words    string // as written
	Name     string // usual name in the gazetteer
	From, To int    // byte offsets in the field it was found in
	In       string // "text" or "address"
}

// Found is the answer. An empty code means not known; confidences are probabilities from 0 to 1.
type Found struct {
	State                               string // ISO 3166-2:MY, such as MY-10
	District                            string
	Authority                           string  // agency code of the local authority (PPJ in Putrajaya, PL in Labuan)
	Confidence                          float64 // that Authority is right
	StateConfidence, DistrictConfidence float64
	Source                              string      // what decided: gps, address, postcode, text, home, boundary or several joined by "+"; empty: nothing known
	Lat, Lon                            float64     // where the matter most likely lies, WGS 84 degrees
	Radius                              float64     // metres around it; 0: Lat and Lon are not known
	Alternatives                        []Candidate // other authorities, best first, at most four
	Mentions                            []Mention
	Reasons                             []reason.Reason
}

// Candidate is a local authority that the matter may lie in.
type Candidate struct {
	Authority, District, State string
	Confidence                 float64
}
