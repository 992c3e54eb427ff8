package entrance

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/guard"
	"respons/internal/signin"
)

type staffWaysOutput struct {
	Body struct {
		Providers []OIDCProvider `json:"providers" doc:"Agencies' own sign-in, by OpenID Connect"`
	}
}

type staffInput struct {
	Body struct {
		From
		Email    string `json:"email" minLength:"1" maxLength:"254" example:"aina@mbpj.gov.my"`
		Password string `json:"password" minLength:"1" maxLength:"1000"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"Of the authenticator app, or a recovery code" example:"492039"`
	}
}

type tokenInput struct {
	Body struct {
		From
		Token string `json:"token" minLength:"1" maxLength:"200"`
	}
}

// Link is what stands behind # in the link of an invitation.
type Link struct {
	Link string `json:"link" minLength:"1" maxLength:"200" doc:"What stands behind # in the link"`
}

type invitationInput struct {
	Body Link
}

type invitationOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Name    string    `json:"name"`
		Email   string    `json:"email,omitempty" doc:"Absent: of the first administrator, who gives it"`
		Secret  string    `json:"secret" doc:"For the authenticator app, to be typed in"`
		URI     string    `json:"uri" doc:"For the authenticator app, to be opened on the phone itself" example:"otpauth://totp/Respons:aina@mbpj.gov.my?…"`
		QR      string    `json:"qr" doc:"The same as a picture, SVG"`
		Factor  bool      `json:"factor" doc:"Whether a code of the app must be given"`
		Expires time.Time `json:"expires"`
	}
}

type acceptInput struct {
	Body struct {
		Link
		From
		Email    string `json:"email,omitempty" maxLength:"254" doc:"Only of the first administrator"`
		Password string `json:"password" minLength:"1" maxLength:"1000" doc:"12 characters or more"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"Of the authenticator app, to show that it is set up"`
	}
}

type acceptOutput struct {
	CacheControl string   `header:"Cache-Control"`
	SetCookie    []string `header:"Set-Cookie"`
	Body         struct {
		SignedIn
		Recovery []string `json:"recovery_codes,omitempty" doc:"Each good once where the phone is lost; shown this once"`
	}
}

type passwordInput struct {
	Body struct {
		Old      string `json:"old" minLength:"1" maxLength:"1000"`
		Password string `json:"password" minLength:"1" maxLength:"1000" doc:"12 characters or more"`
	}
}

type againInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"1000" doc:"Your present one"`
	}
}

type factorOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Secret string `json:"secret"`
		URI    string `json:"uri"`
		QR     string `json:"qr" doc:"SVG"`
	}
}

type confirmInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"40" doc:"Of the authenticator app, after it took the new secret"`
	}
}

type recoveryOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Recovery []string `json:"recovery_codes" doc:"Each good once; shown this once. Those of before are worth nothing any more"`
	}
}

type securityOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Password bool       `json:"password"`
		Changed  *time.Time `json:"changed,omitempty" doc:"The password"`
		Factor   bool       `json:"factor" doc:"A second factor"`
		Recovery int        `json:"recovery_codes" doc:"How many are left"`
	}
}

// RegisterStaff adds the endpoints for staff.
func (a *API) RegisterStaff(api huma.API) {
	const in, self = "staff.sign_in", "staff.self"
	register(a, api, staff, in, huma.Operation{OperationID: "staff-ways-in", Method: http.MethodGet, Path: "/v1/staff/sign-in",
		Summary: "Which agencies' own sign-ins there are beside e-mail and password"}, a.staffWays)
	register(a, api, staff, in, huma.Operation{OperationID: "staff-sign-in", Method: http.MethodPost, Path: "/v1/staff/sign-in",
		Summary: "Sign in with e-mail, password and second factor in one step"}, a.staff)
	register(a, api, staff, in, huma.Operation{OperationID: "look-at-invitation", Method: http.MethodPost, Path: "/v1/staff/sign-in/invitation",
		Summary: "What to set up behind an invitation's link", Errors: []int{http.StatusNotFound}}, a.invitation)
	register(a, api, staff, in, huma.Operation{OperationID: "accept-invitation", Method: http.MethodPost, Path: "/v1/staff/sign-in/invitation/accept",
		Summary: "Choose a password, show that the second factor is set up, and sign in; once", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.accept)
	register(a, api, staff, in, huma.Operation{OperationID: "staff-sign-in-token", Method: http.MethodPost, Path: "/v1/staff/sign-in/token",
		Summary: "Sign a browser or app in with a token that was handed out; the token itself need not be kept there"}, a.byToken)
	a.oidc(api, staff, in)
	a.sessions(api, staff, "/v1/staff", self)
	errs := []int{http.StatusNotFound, http.StatusConflict}
	register(a, api, staff, self, huma.Operation{OperationID: "my-security", Method: http.MethodGet, Path: "/v1/staff/me/security",
		Summary: "What you sign in with"}, a.security)
	register(a, api, staff, self, huma.Operation{OperationID: "set-password", Method: http.MethodPut, Path: "/v1/staff/me/password", DefaultStatus: http.StatusNoContent,
		Summary: "Change your password; your other sessions end", Errors: errs}, a.setPassword)
	register(a, api, staff, self, huma.Operation{OperationID: "begin-factor", Method: http.MethodPost, Path: "/v1/staff/me/factor",
		Summary: "Begin to change your second factor, as for a new phone", Errors: errs}, a.newFactor)
	register(a, api, staff, self, huma.Operation{OperationID: "confirm-factor", Method: http.MethodPost, Path: "/v1/staff/me/factor/confirm",
		Summary: "Put the new second factor in the place of the old one", Errors: errs}, a.confirmFactor)
	register(a, api, staff, self, huma.Operation{OperationID: "new-recovery-codes", Method: http.MethodPost, Path: "/v1/staff/me/recovery-codes",
		Summary: "Make new recovery codes", Errors: errs}, a.newRecovery)
}

func (a *API) staffWays(context.Context, *struct{}) (*staffWaysOutput, error) {
	out := new(staffWaysOutput)
	out.Body.Providers = a.providers(func(p signin.Provider) bool { return len(p.Domains) > 0 })
	return out, nil
}

func (a *API) staff(ctx context.Context, in *staffInput) (*signedInOutput, error) {
	client, err := in.Body.Client(ctx)
	if err != nil {
		return nil, err
	}
	done, err := a.SignIn.Staff(ctx, in.Body.Email, in.Body.Password, in.Body.Code, client)
	return signedIn(done), err
}

func (a *API) byToken(ctx context.Context, in *tokenInput) (*signedInOutput, error) {
	client, err := in.Body.Client(ctx)
	if err != nil {
		return nil, err
	}
	done, err := a.SignIn.ByToken(ctx, in.Body.Token, client)
	return signedIn(done), err
}

func (a *API) invitation(ctx context.Context, in *invitationInput) (*invitationOutput, error) {
	i, err := a.SignIn.Open(ctx, in.Body.Link)
	out := &invitationOutput{CacheControl: private}
	b := &out.Body
	b.Name, b.Email, b.Secret, b.URI, b.QR, b.Factor, b.Expires = i.Person.Name, i.Person.Email, i.Secret, i.URI, i.QR, i.Factor, i.Expires
	return out, err
}

func (a *API) accept(ctx context.Context, in *acceptInput) (*acceptOutput, error) {
	client, err := in.Body.Client(ctx)
	if err != nil {
		return nil, err
	}
	done, recovery, err := a.SignIn.Accept(ctx, in.Body.Link.Link, signin.Acceptance{Email: in.Body.Email, Password: in.Body.Password, Code: in.Body.Code}, client)
	s := signedIn(done)
	out := &acceptOutput{CacheControl: private, SetCookie: s.SetCookie}
	out.Body.SignedIn, out.Body.Recovery = s.Body, recovery
	return out, err
}

func (a *API) security(ctx context.Context, _ *struct{}) (*securityOutput, error) {
	s, err := a.SignIn.Secured(ctx, guard.Who(ctx).ID)
	out := &securityOutput{CacheControl: private}
	out.Body.Password, out.Body.Factor, out.Body.Recovery = s.Password, s.Factor, s.Recovery
	if !s.Changed.IsZero() {
		out.Body.Changed = &s.Changed
	}
	return out, err
}

func (a *API) setPassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	return nil, a.SignIn.SetPassword(ctx, guard.Who(ctx), guard.Session(ctx).ID, in.Body.Old, in.Body.Password)
}

func (a *API) newFactor(ctx context.Context, in *againInput) (*factorOutput, error) {
	e, err := a.SignIn.NewFactor(ctx, guard.Who(ctx), in.Body.Password)
	out := &factorOutput{CacheControl: private}
	out.Body.Secret, out.Body.URI, out.Body.QR = e.Secret, e.URI, e.QR
	return out, err
}

func (a *API) confirmFactor(ctx context.Context, in *confirmInput) (*recoveryOutput, error) {
	codes, err := a.SignIn.ConfirmFactor(ctx, guard.Who(ctx), in.Body.Code)
	out := &recoveryOutput{CacheControl: private}
	out.Body.Recovery = codes
	return out, err
}

func (a *API) newRecovery(ctx context.Context, in *againInput) (*recoveryOutput, error) {
	codes, err := a.SignIn.NewRecovery(ctx, guard.Who(ctx), in.Body.Password)
	out := &recoveryOutput{CacheControl: private}
	out.Body.Recovery = codes
	return out, err
}
