package mobileapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/conditional"

	"respons/internal/complaint"
	"respons/internal/guard"
	"respons/internal/store"
)

// NumberInput names a complaint and says who asks.
type NumberInput struct {
	Credentials
	Number   string `path:"number" doc:"Number of the complaint, as typed" example:"RR-7K3M-Q2XA"`
	Language string `header:"Accept-Language" doc:"ms, en, zh or ta; Malay where none fits" example:"ms"`
}

// ComplaintOutput is a complaint as its citizen sees it.
type ComplaintOutput struct {
	Body Complaint
}

// GetInput names a complaint, and what of it the caller has already.
type GetInput struct {
	NumberInput
	conditional.Params
}

// TaggedComplaint is a complaint with a tag for asking again.
type TaggedComplaint struct {
	ETag string `header:"ETag"`
	Body Complaint
}

// ListInput asks for the account's complaints.
type ListInput struct {
	Status   string `query:"status" enum:"all,open,closed" default:"all"`
	Kind     string `query:"kind" enum:"complaint,enquiry,suggestion,appreciation" doc:"Left out: every kind"`
	Agency   string `query:"agency" maxLength:"20" doc:"Code of the agency that must act; left out: any" example:"MBPJ"`
	Language string `header:"Accept-Language"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// ListOutput is a page of them.
type ListOutput struct {
	Body struct {
		Complaints []Complaint `json:"complaints"`
		Next       string      `json:"next,omitempty" doc:"Cursor of the next page; absent on the last. With filters a page may be short or empty though others follow"`
	}
}

func (a *API) registerFollow(api huma.API) {
	register(a, api, "complaint.read", huma.Operation{OperationID: "get-complaint", Method: http.MethodGet, Path: "/v1/complaints/{number}",
		Summary: "One complaint with its timeline", Errors: []int{http.StatusNotFound}}, a.Get)
	register(a, api, "complaint.list", huma.Operation{OperationID: "list-complaints", Method: http.MethodGet, Path: "/v1/complaints",
		Summary: "The account's complaints, newest first"}, a.List)
}

// Get gives one complaint with its timeline.
func (a *API) Get(ctx context.Context, in *GetInput) (*TaggedComplaint, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	lang := Language(in.Language, c.Lang)
	tag := fmt.Sprintf("%s-%d-%s", c.ID, c.Rev, lang)
	if in.HasConditionalParams() {
		if same := in.PreconditionFailed(tag, c.Updated); same != nil {
			return nil, same
		}
	}
	return &TaggedComplaint{ETag: `"` + tag + `"`, Body: a.View.Complaint(c, lang, true)}, nil
}

// shown is a complaint after a move, in the language asked for.
func (a *API) shown(c *complaint.Complaint, language string) *ComplaintOutput {
	return &ComplaintOutput{Body: a.View.Complaint(c, Language(language, c.Lang), true)}
}

// wants says whether a complaint passes the filters.
func (in *ListInput) wants(c *complaint.Complaint) bool {
	return (in.Status == "all" || c.State.Open() == (in.Status == "open")) &&
		(in.Kind == "" || in.Kind == string(c.Kind)) && (in.Agency == "" || in.Agency == c.Agency)
}

// morePages bounds how many pages are read to fill one of a filtered list.
const morePages = 5

// List gives the account's complaints, the newest first.
func (a *API) List(ctx context.Context, in *ListInput) (*ListOutput, error) {
	p := guard.Who(ctx)
	out := new(ListOutput)
	out.Body.Complaints, out.Body.Next = []Complaint{}, in.Cursor
	for range morePages {
		list, next, err := a.Cases.Store.Find(ctx, store.Query{Index: "citizen", Equal: []any{p.ID}, Desc: true, After: out.Body.Next,
			Limit: in.Limit - len(out.Body.Complaints)})
		if err != nil {
			return nil, err
		}
		out.Body.Next = next
		for _, c := range list {
			if in.wants(c) {
				out.Body.Complaints = append(out.Body.Complaints, a.View.Complaint(c, Language(in.Language, p.Lang), false))
			}
		}
		if next == "" || len(out.Body.Complaints) == in.Limit {
			break
		}
	}
	return out, nil
}
