// Package entrance is the HTTP side of signing in, of sessions and of ways in, for citizens and staff: thin endpoints over
// package signin.
package entrance

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/signin"
)

// API holds what the endpoints call.
type API struct {
	SignIn *signin.Service
	People *identity.Directory
	Guard  *guard.Guard
	Log    *slog.Logger

	// Failed answers a browser that came back from a provider in vain; staff says whose sign-in it was. Nil: with a problem
	// document.
	Failed func(c *gin.Context, staff bool, err error)
}

func register[I, O any](a *API, api huma.API, tag string, p access.Permission, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	guard.Register(a.Guard, api, tag, p, op, fn)
}

// From says what signs in.
type From struct {
	Device string `json:"device,omitempty" maxLength:"200" doc:"What the client calls itself, shown in the list of sessions" example:"Aminah's phone"`
	Cookie bool   `json:"cookie,omitempty" doc:"For browsers: the session goes into the cookie __Host-respons and no token is in the answer"`
}

// Client gives from where somebody signs in. Only a page of ours may have the cookie set: fault.Forbidden.
func (f From) Client(ctx context.Context) (signin.Client, error) {
	c := signin.Client{Kind: identity.App, Device: f.Device, Current: guard.Who(ctx), Session: guard.Session(ctx)}
	if f.Cookie {
		c.Kind = identity.Browser
		return c, guard.SameOrigin(ctx)
	}
	return c, nil
}

// SignedIn is a sign-in that succeeded.
type SignedIn struct {
	ID    string `json:"id" doc:"Of the account"`
	Role  string `json:"role" example:"citizen"`
	Token string `json:"token,omitempty" doc:"Shown this once; send it as Authorization: Bearer. Absent with a cookie, and where a way in was added to the account that was signed in"`
	New   bool   `json:"new,omitempty" doc:"The account was made just now"`
}

type signedInOutput struct {
	CacheControl string   `header:"Cache-Control"`
	SetCookie    []string `header:"Set-Cookie"`
	Body         SignedIn
}

// private keeps tokens out of every cache on the way.
const private = "no-store"

func signedIn(in signin.In) *signedInOutput {
	out := &signedInOutput{CacheControl: private, Body: SignedIn{ID: in.Person.ID, Role: string(in.Person.Role), Token: in.Token, New: in.New}}
	if in.Session.Kind == identity.Browser && in.Token != "" {
		out.Body.Token, out.SetCookie = "", []string{guard.Cookie(in.Token).String()}
	}
	return out
}

// Session is one sign-in that lasts.
type Session struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind" enum:"browser,app,token" doc:"browser: a cookie; app: after a sign-in; token: handed out"`
	Way     string    `json:"way,omitempty" doc:"How it began: phone, firebase, oidc, password, sso, invitation, token; absent: the token was handed out" example:"phone"`
	Device  string    `json:"device,omitempty"`
	Began   time.Time `json:"began"`
	Seen    time.Time `json:"seen" doc:"Last use, roughly"`
	Current bool      `json:"current" doc:"This request's own"`
}

type sessionsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Sessions []Session `json:"sessions"`
		CSRF     string    `json:"csrf,omitempty" doc:"For a browser with a cookie: what the header X-CSRF-Token must say with every request that changes something"`
	}
}

type sessionPath struct {
	ID string `path:"id" maxLength:"64" example:"4806acb1cc50dcc095711ac0ff26fe9a51a3213bd255689f3aceb054b2d3de2e"`
}

// cleared is an answer without content that may take the cookie away.
type cleared struct {
	SetCookie []string `header:"Set-Cookie"`
}

// sessions registers what everybody may do with their own sessions, under the paths of citizens or of staff.
func (a *API) sessions(api huma.API, tag, prefix string, p access.Permission) {
	id := ""
	if tag == staff {
		id = "staff-"
	}
	register(a, api, tag, p, huma.Operation{OperationID: id + "list-sessions", Method: http.MethodGet, Path: prefix + "/me/sessions",
		Summary: "Where you are signed in, the latest first"}, a.list)
	register(a, api, tag, p, huma.Operation{OperationID: id + "end-session", Method: http.MethodDelete, Path: prefix + "/me/sessions/{id}", DefaultStatus: http.StatusNoContent,
		Summary: "Sign out one of your sessions, at once everywhere", Errors: []int{http.StatusNotFound}}, a.end)
	register(a, api, tag, p, huma.Operation{OperationID: id + "end-sessions", Method: http.MethodDelete, Path: prefix + "/me/sessions", DefaultStatus: http.StatusNoContent,
		Summary: "Sign out all your sessions but this one"}, a.endOthers)
	register(a, api, tag, p, huma.Operation{OperationID: id + "sign-out", Method: http.MethodPost, Path: prefix + "/sign-out", DefaultStatus: http.StatusNoContent,
		Summary: "Sign out"}, a.signOut)
}

func (a *API) list(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	list, err := a.People.SessionsOf(ctx, guard.Who(ctx))
	out := &sessionsOutput{CacheControl: private}
	out.Body.Sessions, out.Body.CSRF = []Session{}, guard.CSRF(ctx)
	for _, s := range list {
		out.Body.Sessions = append(out.Body.Sessions, Session{ID: s.ID, Kind: string(s.Kind), Way: s.Way, Device: s.Device, Began: s.Began, Seen: s.Seen,
			Current: s.ID == guard.Session(ctx).ID})
	}
	return out, err
}

func (a *API) end(ctx context.Context, in *sessionPath) (*struct{}, error) {
	return nil, a.People.End(ctx, guard.Who(ctx).ID, in.ID)
}

func (a *API) endOthers(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.People.EndAll(ctx, guard.Who(ctx).ID, guard.Session(ctx).ID)
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*cleared, error) {
	err := a.People.End(ctx, guard.Who(ctx).ID, guard.Session(ctx).ID)
	return &cleared{SetCookie: []string{guard.Cookie("").String()}}, err
}
