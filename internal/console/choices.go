package console

import (
	"context"

	"respons/internal/complaint"
	"respons/internal/handbook"
	"respons/internal/reason"
)

// Reply is a text to choose from, filled in for one complaint.
type Reply struct {
	Code  string        `json:"code" example:"where"`
	Use   string        `json:"use" enum:"accept,ask,reply,resolve,reject" doc:"The move it can go with"`
	Title reason.Reason `json:"title"`
	Text  string        `json:"text" doc:"In the citizen's language; ____ is for you to fill in"`
	Malay string        `json:"malay,omitempty" doc:"The same in Malay, where the citizen's language is another"`
}

// ResolutionCause is what can have caused a matter.
type ResolutionCause struct {
	Code string        `json:"code" example:"JLN-WATER"`
	Name reason.Reason `json:"name"`
}

// Choices are what there is to choose from while one complaint is handled.
type Choices struct {
	Replies []Reply           `json:"replies"`
	Causes  []ResolutionCause `json:"causes" doc:"For the resolution"`
	Photo   bool              `json:"photo" doc:"A photo of the repair is asked for"`
}

// ChoicesOutput is the choices for one complaint.
type ChoicesOutput struct {
	Body Choices
}

// Choices gives replies, causes and whether a photo is asked for.
func (a *API) Choices(ctx context.Context, in *NumberInput) (*ChoicesOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	out := &ChoicesOutput{Body: Choices{Replies: []Reply{}, Causes: []ResolutionCause{}, Photo: a.Handbook().AsksPhoto(c.Category)}}
	values := func(lang string) map[string]string { return a.Teller.Values.Of(c, complaint.Event{}, lang) }
	for _, use := range handbook.Uses {
		for _, r := range a.Handbook().Replies(c.Category, use) {
			x := Reply{Code: r.Code, Use: string(use), Title: r.Title, Text: r.Fill(c.Lang, values(c.Lang))}
			if c.Lang != "ms" {
				x.Malay = r.Fill("ms", values("ms"))
			}
			out.Body.Replies = append(out.Body.Replies, x)
		}
	}
	for _, x := range a.Handbook().Causes(c.Category) {
		out.Body.Causes = append(out.Body.Causes, ResolutionCause{Code: x.Code, Name: x.Name})
	}
	return out, nil
}
