package console

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"respons/internal/agency"
	"respons/internal/complaint"
	"respons/internal/reason"
)

// Target is an agency that a complaint could go to.
type Target struct {
	Code       string          `json:"code" example:"MBPJ"`
	NameMS     string          `json:"name_ms"`
	NameEN     string          `json:"name_en"`
	Confidence float64         `json:"confidence,omitempty" doc:"How likely it is the right one; absent where nothing suggests it" example:"0.61"`
	Category   string          `json:"category,omitempty" doc:"What the matter would then be about" example:"JLN01"`
	Why        []reason.Reason `json:"why,omitempty"`
	Returned   bool            `json:"returned,omitempty" doc:"It sent the complaint back before"`
}

// TargetsInput says for which complaint, and what to look for.
type TargetsInput struct {
	NumberInput
	Words string `query:"q" maxLength:"100" doc:"Code, name or duties; empty: only what is suggested" example:"air selangor"`
}

// TargetsOutput is where a complaint could go.
type TargetsOutput struct {
	Body struct {
		Suggested []Target `json:"suggested" doc:"The likeliest first, at most five"`
		Found     []Target `json:"found" doc:"By the words, at most 20"`
		More      bool     `json:"more,omitempty" doc:"There are others with these words; add one"`
	}
}

const (
	mostSuggested = 5
	mostFound     = 20
)

// Targets suggests agencies for a complaint and finds others among all of them.
func (a *API) Targets(ctx context.Context, in *TargetsInput) (*TargetsOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	out := new(TargetsOutput)
	out.Body.Suggested, out.Body.Found = a.suggested(c), []Target{}
	if words := strings.Fields(strings.ToLower(in.Words)); len(words) > 0 {
		found := a.named(words)
		out.Body.More = len(found) > mostFound
		for _, x := range found[:min(mostFound, len(found))] {
			out.Body.Found = append(out.Body.Found, target(x))
		}
	}
	return out, nil
}

// suggested are the router's alternatives without the agency that has the complaint now.
func (a *API) suggested(c *complaint.Complaint) []Target {
	out := []Target{}
	if c.Decision == nil {
		return out
	}
	back := map[string]bool{}
	for _, e := range c.Events {
		if e.Action == complaint.Return || e.Action == complaint.Bounce {
			back[e.Actor.Agency] = true
		}
	}
	for i, alt := range c.Decision.Alternatives {
		x, ok := a.Agencies().Get(alt.Agency)
		if !ok || alt.Agency == c.Agency || len(out) == mostSuggested {
			continue
		}
		t := target(x)
		t.Confidence, t.Category, t.Returned = alt.Confidence, alt.Category, back[alt.Agency]
		t.Why = a.why(c, x, alt.Category, i == 0)
		out = append(out, t)
	}
	return out
}

// why says what speaks for an agency: of the router's first choice what the router says, of another what it would be about
// and whether it is the council of the place.
func (a *API) why(c *complaint.Complaint, x agency.Agency, category string, first bool) (out []reason.Reason) {
	if first {
		return c.Decision.Reasons
	}
	if category != "" {
		out = append(out, reason.Reason{MS: "Jika perkaranya " + a.Teller.Values.Category(category, "ms") + ".",
			EN: "If it is about " + a.Teller.Values.Category(category, "en") + "."})
	}
	if p := c.Decision.Place; p.Authority == x.Code {
		out = append(out, reason.Reason{MS: fmt.Sprintf("Pihak berkuasa tempatan bagi kawasan itu (%.0f%%).", 100*p.Confidence),
			EN: fmt.Sprintf("The local authority of that area (%.0f%%).", 100*p.Confidence)})
	}
	return out
}

// named finds the agencies of whose code, names or duties every word begins a word: those first whose code or name begins
// with the first of them.
func (a *API) named(words []string) []agency.Agency {
	type hit struct {
		agency.Agency
		rank int
	}
	begins := func(text string) func(string) bool {
		parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		return func(word string) bool {
			return slices.ContainsFunc(parts, func(part string) bool { return strings.HasPrefix(part, word) })
		}
	}
	every := func(is func(string) bool) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !is(w) })
	}
	var hits []hit
	for _, x := range a.Agencies().All() {
		code, names := strings.ToLower(x.Code), x.NameMS+" "+x.NameEN
		if !every(func(w string) bool {
			return strings.HasPrefix(code, w) || begins(names+" "+strings.Join(x.Functions, " "))(w)
		}) {
			continue
		}
		rank := 3
		switch {
		case code == words[0]:
			rank = 0
		case strings.HasPrefix(code, words[0]):
			rank = 1
		case every(begins(names)):
			rank = 2
		}
		hits = append(hits, hit{x, rank})
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]agency.Agency, len(hits))
	for i, h := range hits {
		out[i] = h.Agency
	}
	return out
}

func target(x agency.Agency) Target { return Target{Code: x.Code, NameMS: x.NameMS, NameEN: x.NameEN} }
