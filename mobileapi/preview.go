package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
)

// PreviewInput is a draft.
type PreviewInput struct {
	Language string `header:"Accept-Language" doc:"ms, en, zh or ta; the draft's language where it is left out"`
	Body     FileBody
}

// PreviewBody is what would become of a draft.
type PreviewBody struct {
	Emergency string    `json:"emergency" doc:"Number to call now, before anything else: empty, 999, 997 or another hotline. Nobody has been sent" example:""`
	Sure      bool      `json:"sure" doc:"It would be sent at once; else a person decides between the agencies"`
	Agencies  []Chance  `json:"agencies" doc:"Who would most likely act, best first"`
	Category  *Named    `json:"category,omitempty" doc:"What it seems to be about"`
	Promised  time.Time `json:"promised,omitzero" doc:"By when it would be mended if it were filed now, UTC; absent while nobody can say"`
	Why       []string  `json:"why,omitempty"`
	Missing   []string  `json:"missing" enum:"place,exact_place,details" doc:"What would help: place, where it is (position, address or a name); exact_place, the position or a landmark; details, what happened"`
	Similar   []Similar `json:"similar" doc:"Reports of what is most likely the same matter; follow one instead of filing again"`
}

// Chance is an agency with the probability that it must act.
type Chance struct {
	Agency Named   `json:"agency"`
	P      float64 `json:"p" example:"0.94"`
}

// Similar is another citizen's report of what is most likely the same matter: never its text or who made it.
type Similar struct {
	Number     string    `json:"number" example:"RR-7K3M-Q2XA"`
	State      string    `json:"state" example:"accepted"`
	Agency     *Named    `json:"agency,omitempty"`
	Category   *Named    `json:"category,omitempty"`
	Received   time.Time `json:"received" doc:"UTC"`
	Promised   time.Time `json:"promised,omitzero" doc:"UTC"`
	Metres     int       `json:"metres" doc:"How far from the place of the draft, to 10 m" example:"40"`
	P          float64   `json:"p" doc:"Probability that it is the same matter" example:"0.93"`
	Supporters int64     `json:"supporters" doc:"Others who follow it already" example:"23"`
}

// PreviewOutput is what would become of it.
type PreviewOutput struct {
	Body PreviewBody
}

func (a *API) registerPreview(api huma.API) {
	register(a, api, "complaint.preview", huma.Operation{OperationID: "preview-complaint", Method: http.MethodPost, Path: "/v1/complaints/preview",
		Summary: "What would become of a draft: emergency number, agency, promised date, what is missing, the same matter reported by others. Nothing is stored"},
		a.Preview)
}

// Preview says what would become of a draft, and stores nothing.
func (a *API) Preview(ctx context.Context, in *PreviewInput) (*PreviewOutput, error) {
	d := draft(in.Body)
	p, err := a.Cases.Preview(ctx, d)
	if err != nil {
		return nil, err
	}
	lang, c := Language(in.Language, d.Lang), p.Complaint
	out := &PreviewOutput{Body: PreviewBody{Emergency: c.Decision.Emergency, Sure: c.Agency != "", Agencies: []Chance{},
		Category: a.View.category(c.Category, lang), Promised: c.Promised(), Missing: append([]string{}, p.Missing...), Similar: []Similar{}}}
	if c.Secret { // a tip is not told what others reported, and nobody reads over a shoulder whom it is about
		return &PreviewOutput{Body: PreviewBody{Emergency: c.Decision.Emergency, Agencies: []Chance{}, Missing: out.Body.Missing, Similar: []Similar{}}}, nil
	}
	for _, x := range c.Decision.Alternatives {
		out.Body.Agencies = append(out.Body.Agencies, Chance{*a.View.agency(x.Agency, lang), x.Confidence})
	}
	for _, r := range c.Decision.Reasons {
		out.Body.Why = append(out.Body.Why, r.In(lang))
	}
	for _, s := range p.Similar {
		out.Body.Similar = append(out.Body.Similar, a.View.similar(s, lang))
	}
	return out, nil
}

func (v View) similar(s complaint.Similar, lang string) Similar {
	c := s.Complaint
	return Similar{Number: c.Number, State: string(c.State), Agency: v.agency(c.Agency, lang), Category: v.category(c.Category, lang),
		Received: c.Received, Promised: c.Promised(), Metres: int(s.Metres/10+0.5) * 10, P: s.P, Supporters: s.Supporters}
}
