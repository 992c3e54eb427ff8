package mobileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/reporter"
	"respons/internal/rights"
)

// Reporter is who a citizen is, sealed and apart from complaints. Every field is optional.
type Reporter struct {
	Name     string `json:"name,omitempty" doc:"Up to 150 characters" example:"Aminah binti Abdullah"`
	Phone    string `json:"phone,omitempty" doc:"As people type it; kept as +60…" example:"012-345 6789"`
	Email    string `json:"email,omitempty" example:"aminah@contoh.my"`
	Identity string `json:"identity,omitempty" doc:"MyKad number, or a passport's" example:"900131-14-5678"`
	Address  string `json:"address,omitempty" doc:"Home, up to 500 characters" example:"12 Jalan Mawar 3, 47300 Petaling Jaya"`
}

// MeInput says who asks.
type MeInput struct {
	Credentials
	Number   string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
	Language string `header:"Accept-Language"`
}

type putMeInput struct {
	MeInput
	Body Reporter
}

type meOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Reporter
}

type accessInput struct {
	MeInput
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// Access is one look of a member of staff at what is sealed of the citizen.
type Access struct {
	At     time.Time `json:"at" doc:"UTC"`
	Number string    `json:"number" doc:"Complaint for which it was" example:"RR-7K3M-Q2XA"`
	Role   string    `json:"role" example:"supervisor"`
	Agency *Named    `json:"agency,omitempty"`
	Fields []string  `json:"fields" example:"[\"name\",\"phone\"]"`
	Reason string    `json:"reason" doc:"In the words of who looked"`
	Basis  string    `json:"basis" doc:"By what right"`
}

type accessOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Accesses []Access `json:"accesses"`
		Next     string   `json:"next,omitempty"`
	}
}

// ExportOutput is a ZIP file.
type ExportOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

// EraseOutput says what becomes of an erasure.
type EraseOutput struct {
	Status int
	Body   struct {
		State  string `json:"state" enum:"done,deferred,requested" doc:"done: the data are gone and the account is closed; deferred: a legal hold keeps them, and they are erased when it ends; requested: they are being erased"`
		Detail string `json:"detail"`
	}
}

// private keeps what is sealed out of every cache on the way.
const private = "no-store"

func (a *API) registerMe(api huma.API) {
	errs := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, "self.read", huma.Operation{OperationID: "get-me", Method: http.MethodGet, Path: "/v1/me",
		Summary: "What you told us of yourself", Errors: errs}, a.me)
	register(a, api, "self.correct", huma.Operation{OperationID: "put-me", Method: http.MethodPut, Path: "/v1/me",
		Summary: "Tell or correct who you are; fields left out are forgotten. Agencies see none of it unless a rule lets them, and you see who looked", Errors: errs}, a.putMe)
	register(a, api, "self.read", huma.Operation{OperationID: "list-access", Method: http.MethodGet, Path: "/v1/me/access",
		Summary: "Who looked at your data, when and why, the latest first", Errors: errs}, a.access)
	register(a, api, "self.export", huma.Operation{OperationID: "export-me", Method: http.MethodGet, Path: "/v1/me/export",
		Summary: "Everything that is kept of you, as a ZIP file with export.json and export.html", Errors: errs,
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/zip": {
			Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}}, a.Export)
	register(a, api, "self.erase", huma.Operation{OperationID: "erase-me", Method: http.MethodDelete, Path: "/v1/me", DefaultStatus: http.StatusOK,
		Summary: "Erase who you are: the account closes and your sealed data become unreadable for good. Complaints stay without you", Errors: errs,
		Responses: map[string]*huma.Response{"202": {Description: "It goes on, or waits for the end of a legal hold", Content: map[string]*huma.MediaType{"*/*": {}}}}}, a.Erase)
}

func (a *API) me(ctx context.Context, in *MeInput) (*meOutput, error) {
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	d, err := a.Reporters.Of(ctx, citizen)
	return &meOutput{CacheControl: private, Body: Reporter(d)}, err
}

func (a *API) putMe(ctx context.Context, in *putMeInput) (*meOutput, error) {
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	d, err := a.Reporters.Put(ctx, citizen, reporter.Details(in.Body))
	return &meOutput{CacheControl: private, Body: Reporter(d)}, err
}

func (a *API) access(ctx context.Context, in *accessInput) (*accessOutput, error) {
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Reporters.Log(ctx, citizen, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	lang := Language(in.Language, "ms")
	out := &accessOutput{CacheControl: private}
	out.Body.Next, out.Body.Accesses = next, []Access{}
	for _, x := range list {
		out.Body.Accesses = append(out.Body.Accesses, Access{At: x.At, Number: x.Number, Role: string(x.By.Role),
			Agency: a.View.agency(x.By.Agency, lang), Fields: x.Fields, Reason: x.Reason, Basis: x.Basis.In(lang)})
	}
	return out, nil
}

// Export gives everything that is kept of a citizen as a ZIP file.
func (a *API) Export(ctx context.Context, in *MeInput) (*ExportOutput, error) {
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	file, err := a.Citizens.Export(ctx, citizen, Language(in.Language, "ms"), a.Zone)
	return &ExportOutput{ContentType: "application/zip", ContentDisposition: `attachment; filename="respons-export.zip"`,
		CacheControl: private, Body: file}, err
}

// Erase closes an account and makes what is sealed unreadable.
func (a *API) Erase(ctx context.Context, in *MeInput) (*EraseOutput, error) {
	citizen, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	e, err := a.Citizens.Erase(ctx, citizen)
	if err != nil {
		return nil, err
	}
	out := &EraseOutput{Status: http.StatusOK}
	switch e.State {
	case rights.Settling, rights.Done:
		out.Body.State, out.Body.Detail = "done", "your data are erased and your account is closed; your complaints stay, without you"
	case rights.Deferred:
		out.Status, out.Body.State = http.StatusAccepted, "deferred"
		out.Body.Detail = "a legal hold asks for your data to be kept; they are erased as soon as it ends, and until then your account works as before"
	default:
		out.Status, out.Body.State = http.StatusAccepted, "requested"
		out.Body.Detail = "your data are being erased; your account is closed"
	}
	return out, nil
}
