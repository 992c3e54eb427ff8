package entrance

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/signin"
)

const (
	citizen = "citizen"
	staff   = "staff"
)

// OIDCProvider is a provider to sign in with.
type OIDCProvider struct {
	Name  string `json:"name" example:"mydigital"`
	Title string `json:"title" example:"MyDigital ID"`
}

type waysInOutput struct {
	Body struct {
		Phone     bool           `json:"phone" doc:"A code by SMS"`
		Firebase  bool           `json:"firebase" doc:"An ID token of Firebase"`
		Providers []OIDCProvider `json:"providers" doc:"OpenID Connect"`
	}
}

// CodeBody asks for a code.
type CodeBody struct {
	Phone    string `json:"phone" minLength:"1" maxLength:"40" doc:"As people type it" example:"012-345 6789"`
	Language string `json:"language,omitempty" enum:"ms,en,zh,ta" default:"ms"`
}

type codeInput struct {
	Body CodeBody
}

type codeOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Expires time.Time `json:"expires" doc:"Until when the code is good"`
		Next    time.Time `json:"next" doc:"When another one may be asked for"`
	}
}

type verifyInput struct {
	Body struct {
		CodeBody
		From
		Code string `json:"code" minLength:"1" maxLength:"20" doc:"Six digits" example:"492039"`
	}
}

type firebaseInput struct {
	Body struct {
		From
		Token    string `json:"token" minLength:"1" maxLength:"8192" doc:"ID token of Firebase, a fresh one: each lets in once"`
		Language string `json:"language,omitempty" enum:"ms,en,zh,ta" default:"ms"`
	}
}

type waysOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Ways []Way `json:"ways"`
	}
}

// Way is a way into one's account.
type Way struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" enum:"phone,firebase,oidc" doc:"Numbers and names are not kept"`
	Provider string    `json:"provider,omitempty" example:"mydigital"`
	Since    time.Time `json:"since"`
}

// RegisterCitizens adds the endpoints for citizens.
func (a *API) RegisterCitizens(api huma.API) {
	unavailable := []int{http.StatusConflict, http.StatusServiceUnavailable}
	register(a, api, citizen, "account.sign_in", huma.Operation{OperationID: "ways-in", Method: http.MethodGet, Path: "/v1/sign-in",
		Summary: "Which ways to sign in there are"}, a.waysIn)
	register(a, api, citizen, "account.code", huma.Operation{OperationID: "send-code", Method: http.MethodPost, Path: "/v1/sign-in/phone",
		DefaultStatus: http.StatusAccepted, Summary: "Send a code to a telephone number; the answer is the same whether or not the number has an account", Errors: unavailable}, a.sendCode)
	register(a, api, citizen, "account.sign_in", huma.Operation{OperationID: "verify-code", Method: http.MethodPost, Path: "/v1/sign-in/phone/verify",
		Summary: "Sign in with the code; where somebody is signed in, the number becomes another way into their account", Errors: unavailable}, a.verify)
	register(a, api, citizen, "account.sign_in", huma.Operation{OperationID: "sign-in-firebase", Method: http.MethodPost, Path: "/v1/sign-in/firebase",
		Summary: "Sign in with an ID token of Firebase; where somebody is signed in, it becomes another way into their account", Errors: unavailable}, a.firebase)
	a.oidc(api, citizen, "account.sign_in")
	a.sessions(api, citizen, "/v1", "account.sessions")
	register(a, api, citizen, "account.sessions", huma.Operation{OperationID: "list-ways", Method: http.MethodGet, Path: "/v1/me/ways",
		Summary: "The ways into your account"}, a.ways)
	register(a, api, citizen, "account.sessions", huma.Operation{OperationID: "remove-way", Method: http.MethodDelete, Path: "/v1/me/ways/{id}", DefaultStatus: http.StatusNoContent,
		Summary: "Close one way into your account", Errors: []int{http.StatusNotFound}}, a.part)
}

func (a *API) waysIn(context.Context, *struct{}) (*waysInOutput, error) {
	out := new(waysInOutput)
	out.Body.Phone = a.SignIn.Text != nil || a.SignIn.Laptop
	out.Body.Firebase = a.SignIn.Firebase != nil
	out.Body.Providers = a.providers(func(p signin.Provider) bool { return p.Citizens })
	return out, nil
}

func (a *API) providers(serves func(signin.Provider) bool) []OIDCProvider {
	list := []OIDCProvider{}
	for name, p := range a.SignIn.Providers {
		if serves(p) {
			list = append(list, OIDCProvider{name, p.Title})
		}
	}
	slices.SortFunc(list, func(x, y OIDCProvider) int { return strings.Compare(x.Title, y.Title) })
	return list
}

func (a *API) sendCode(ctx context.Context, in *codeInput) (*codeOutput, error) {
	sent, err := a.SignIn.SendCode(ctx, in.Body.Phone, in.Body.Language)
	out := &codeOutput{CacheControl: private}
	out.Body.Expires, out.Body.Next = sent.Expires, sent.Next
	return out, err
}

func (a *API) verify(ctx context.Context, in *verifyInput) (*signedInOutput, error) {
	client, err := in.Body.Client(ctx)
	if err != nil {
		return nil, err
	}
	done, err := a.SignIn.EnterCode(ctx, in.Body.Phone, in.Body.Code, in.Body.Language, client)
	return signedIn(done), err
}

func (a *API) firebase(ctx context.Context, in *firebaseInput) (*signedInOutput, error) {
	client, err := in.Body.Client(ctx)
	if err != nil {
		return nil, err
	}
	done, err := a.SignIn.FirebaseToken(ctx, in.Body.Token, in.Body.Language, client)
	return signedIn(done), err
}

func (a *API) ways(ctx context.Context, _ *struct{}) (*waysOutput, error) {
	list, err := a.People.WaysOf(ctx, guard.Who(ctx).ID)
	out := &waysOutput{CacheControl: private}
	out.Body.Ways = []Way{}
	for _, w := range list {
		out.Body.Ways = append(out.Body.Ways, Way{ID: w.ID, Kind: w.Kind, Provider: w.Provider, Since: w.Since})
	}
	return out, err
}

func (a *API) part(ctx context.Context, in *sessionPath) (*struct{}, error) {
	return nil, a.People.Part(ctx, guard.Who(ctx).ID, in.ID)
}
