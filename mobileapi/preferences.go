package mobileapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/fault"
	"respons/internal/notify"
)

type preferencesInput struct {
	Credentials
	Number string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
}

type preferInput struct {
	Credentials
	Number string `query:"number" doc:"For a guest: number of the complaint that the Claim-Code opens"`
	Body   notify.Chosen
}

type preferencesOutput struct {
	Body notify.Chosen
}

type stopInput struct {
	Person string `query:"person" required:"true" maxLength:"100"`
	Code   string `query:"code" required:"true" maxLength:"100"`
	Form   []byte `contentType:"application/x-www-form-urlencoded" required:"false"`
}

type stopPage struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) registerPreferences(api huma.API) {
	missing := []int{http.StatusNotFound}
	register(a, api, "account.preferences", huma.Operation{OperationID: "get-preferences", Method: http.MethodGet, Path: "/v1/preferences",
		Summary: "How you are told", Errors: missing}, a.preferences)
	register(a, api, "account.preferences", huma.Operation{OperationID: "put-preferences", Method: http.MethodPut, Path: "/v1/preferences",
		Summary: "Choose how you are told; what is left out goes the usual way", Errors: missing}, a.prefer)
	register(a, api, "mail.unsubscribe", huma.Operation{OperationID: "unsubscribe-page", Method: http.MethodGet, Path: "/v1/unsubscribe",
		Summary: "The page behind the link in an e-mail; it changes nothing", Errors: missing}, a.stopPage)
	register(a, api, "mail.unsubscribe", huma.Operation{OperationID: "unsubscribe", Method: http.MethodPost, Path: "/v1/unsubscribe",
		Summary: "End e-mails with one click (RFC 8058); again is harmless", Errors: missing}, a.stop)
}

func (a *API) preferences(ctx context.Context, in *preferencesInput) (*preferencesOutput, error) {
	person, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	return a.chosen(ctx, person)
}

func (a *API) prefer(ctx context.Context, in *preferInput) (*preferencesOutput, error) {
	person, err := a.whose(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	p, err := in.Body.Preferences()
	if err != nil {
		return nil, err
	}
	if err := a.Teller.Prefer(ctx, person, p); err != nil {
		return nil, err
	}
	return a.chosen(ctx, person)
}

func (a *API) chosen(ctx context.Context, person string) (*preferencesOutput, error) {
	p, err := a.Teller.Preferences(ctx, person)
	if err != nil {
		return nil, err
	}
	return &preferencesOutput{Body: p.Chosen(a.Teller.Policy)}, nil
}

var errStop = fault.New(fault.NotFound, "this link ends nobody's e-mails; copy it whole from the e-mail, or choose in the app")

// A mail program asks for the page when it looks whether links are safe, so only the button ends anything.
const stopForm = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Respons</title>
<form method="post"><p>Henti menerima e-mel daripada Respons? · Stop e-mails from Respons? · 停止接收邮件？ · மின்னஞ்சல்களை நிறுத்தவா?</p>
<button>Henti · Stop · 停止 · நிறுத்து</button></form>`

const stopped = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Respons</title>
<p>Selesai. · Done. · 完成。 · முடிந்தது.</p>`

func (a *API) stopPage(_ context.Context, in *stopInput) (*stopPage, error) {
	if !a.MayStop(in.Person, in.Code) {
		return nil, errStop
	}
	return &stopPage{"text/html; charset=utf-8", []byte(stopForm)}, nil
}

func (a *API) stop(ctx context.Context, in *stopInput) (*stopPage, error) {
	if !a.MayStop(in.Person, in.Code) {
		return nil, errStop
	}
	if err := a.Teller.Stop(ctx, in.Person, notify.Email); err != nil {
		return nil, err
	}
	return &stopPage{"text/html; charset=utf-8", []byte(stopped)}, nil
}
