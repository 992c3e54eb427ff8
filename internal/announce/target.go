package announce

import (
	"strings"

	"respons/internal/agency"
	"respons/internal/fault"
)

// Target is whom an announcement is for.
type Target struct {
	Kind     Kind   `json:"kind"`
	State    string `json:"state,omitempty"`    // ISO 3166-2:MY; of a state or district
	District string `json:"district,omitempty"` // as the gazetteer writes it
	Agency   string `json:"agency,omitempty"`   // code
}

// Kind says how far a target reaches.
type Kind string

// The kinds. Those of a state, a district or an agency are the citizens who made a report there; of an agency also those
// of the agencies below it. A citizen's home is not known.
const (
	Everyone   Kind = "everyone"
	OfState    Kind = "state"
	OfDistrict Kind = "district"
	OfAgency   Kind = "agency"
)

// Places knows what a target may name.
type Places interface {
	// District gives the gazetteer's spelling of a district of a state; empty: there is none.
	District(state, name string) string
	Known(agency string) bool
}

// settle checks a target and gives it in the form that circles have.
func (t Target) settle(p Places) (Target, []fault.Field) {
	var wrong []fault.Field
	add := func(field, text string) { wrong = append(wrong, fault.Field{Path: "body.target." + field, Text: text}) }
	wants := map[Kind][3]bool{Everyone: {}, OfState: {true}, OfDistrict: {true, true}, OfAgency: {false, false, true}}
	want, ok := wants[t.Kind]
	if !ok {
		add("kind", "must be everyone, state, district or agency")
		return t, wrong
	}
	for i, f := range []struct{ name, value string }{{"state", t.State}, {"district", t.District}, {"agency", t.Agency}} {
		if (f.value != "") != want[i] {
			text := "must be left out for " + string(t.Kind)
			if want[i] {
				text = "must be given for " + string(t.Kind)
			}
			add(f.name, text)
		}
	}
	if len(wrong) > 0 {
		return t, wrong
	}
	switch _, known := agency.StateOf(t.State); {
	case t.State != "" && !known:
		add("state", "must be one of MY-01 to MY-16")
	case t.Kind == OfDistrict:
		name := p.District(t.State, t.District)
		if name == "" {
			add("district", "is no district of "+t.State+" in the gazetteer")
			break
		}
		t.District = name
	case t.Kind == OfAgency && !p.Known(t.Agency):
		add("agency", "is not in the register; GET /v1/agencies lists the codes")
	}
	return t, wrong
}

// circle names those whom the target reaches; empty: everyone.
func (t Target) circle() string {
	switch t.Kind {
	case OfState:
		return "state:" + t.State
	case OfDistrict:
		return "district:" + t.State + "/" + t.District
	case OfAgency:
		return "agency:" + t.Agency
	}
	return ""
}

// Key names the target without a blank, such as district:MY-10/Hulu_Langat.
func (t Target) Key() string {
	if c := t.circle(); c != "" {
		return strings.ReplaceAll(c, " ", "_")
	}
	return string(Everyone)
}
