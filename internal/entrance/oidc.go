package entrance

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/problem"
	"respons/internal/signin"
)

// flowCookie binds a sign-in under way to the browser that began it.
const flowCookie = "__Host-respons-flow"

type beginInput struct {
	Provider string `path:"provider" maxLength:"31" example:"mydigital"`
	Body     struct {
		From
		Return string `json:"return,omitempty" maxLength:"200" doc:"For browsers: path of this server to go on at" example:"/console"`
	}
}

type beginOutput struct {
	CacheControl string   `header:"Cache-Control"`
	SetCookie    []string `header:"Set-Cookie"`
	Body         struct {
		Address string    `json:"address" doc:"Open it in the browser"`
		Handle  string    `json:"handle,omitempty" doc:"For apps: keep it and send it with what comes back; absent with a cookie"`
		Expires time.Time `json:"expires"`
	}
}

// FinishBody is what came back to the app, as it came.
type FinishBody struct {
	State    string `json:"state" minLength:"1" maxLength:"200"`
	Code     string `json:"code,omitempty" maxLength:"4096"`
	Issuer   string `json:"iss,omitempty" maxLength:"500"`
	Error    string `json:"error,omitempty" maxLength:"200"`
	Handle   string `json:"handle" minLength:"1" maxLength:"200" doc:"From the beginning of this sign-in"`
	Language string `json:"language,omitempty" enum:"ms,en,zh,ta" default:"ms"`
	Device   string `json:"device,omitempty" maxLength:"200"`
}

type finishInput struct {
	Provider string `path:"provider" maxLength:"31" example:"mydigital"`
	Body     FinishBody
}

// oidc registers the beginning of a sign-in and, for apps, its end.
func (a *API) oidc(api huma.API, tag string, p access.Permission) {
	id, isStaff := "", tag == staff
	prefix := prefixOf(isStaff)
	if isStaff {
		id = "staff-"
	}
	errs := []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable}
	register(a, api, tag, p, huma.Operation{OperationID: id + "begin-oidc", Method: http.MethodPost, Path: prefix + "/oidc/{provider}",
		Summary: "Begin to sign in with a provider", Errors: errs}, func(ctx context.Context, in *beginInput) (*beginOutput, error) {
		client, err := in.Body.Client(ctx)
		if err != nil {
			return nil, err
		}
		begun, cookie, err := a.Begin(ctx, in.Provider, isStaff, in.Body.Return, client)
		if err != nil {
			return nil, err
		}
		out := &beginOutput{CacheControl: private}
		out.Body.Address, out.Body.Handle, out.Body.Expires = begun.Address, begun.Handle, begun.Expires
		if in.Body.Cookie {
			out.Body.Handle, out.SetCookie = "", []string{cookie.String()}
		}
		return out, nil
	})
	register(a, api, tag, p, huma.Operation{OperationID: id + "finish-oidc", Method: http.MethodPost, Path: prefix + "/oidc/{provider}/finish",
		Summary: "For apps: sign in with what came back from the provider", Errors: errs}, func(ctx context.Context, in *finishInput) (*signedInOutput, error) {
		b := in.Body
		client, err := From{Device: b.Device}.Client(ctx)
		if err != nil {
			return nil, err
		}
		done, _, err := a.SignIn.Finish(ctx, signin.Answer{Provider: in.Provider, Staff: isStaff, State: b.State, Code: b.Code, Issuer: b.Issuer, Error: b.Error, Handle: b.Handle}, b.Language, client)
		return signedIn(done), err
	})
}

// Begin starts a sign-in with a provider in a browser. The cookie binds it to that browser; back is a path of ours to go on
// at.
func (a *API) Begin(ctx context.Context, provider string, staff bool, back string, c signin.Client) (signin.Begun, *http.Cookie, error) {
	begun, err := a.SignIn.Begin(ctx, provider, staff, callbackPath(staff, provider), back, c)
	return begun, flow(begun.Handle), err
}

// prefixOf is under which path citizens or staff sign in.
func prefixOf(staff bool) string {
	if staff {
		return "/v1/staff/sign-in"
	}
	return "/v1/sign-in"
}

func callbackPath(staff bool, provider string) string {
	return prefixOf(staff) + "/oidc/" + provider + "/callback"
}

// flow makes the cookie of a sign-in under way; an empty handle takes it away. The provider sends the browser back by a
// link, with which a cookie of SameSite=Lax goes.
func flow(handle string) *http.Cookie {
	c := guard.Cookie(handle)
	c.Name = flowCookie
	if handle != "" {
		c.MaxAge = 600
	}
	return c
}

// RegisterCallbacks adds the routes to which providers send browsers back. They are no operations of the document:
// providers add parameters of their own.
func (a *API) RegisterCallbacks(r gin.IRoutes, forStaff bool) {
	p := access.Permission("account.sign_in")
	if forStaff {
		p = "staff.sign_in"
	}
	failed := func(c *gin.Context, err error) { a.failed(c, forStaff, err) }
	r.GET(callbackPath(forStaff, ":provider"), a.Guard.Before(p, failed), func(c *gin.Context) { a.callback(c, forStaff) })
}

func (a *API) failed(c *gin.Context, forStaff bool, err error) {
	if a.Failed != nil {
		a.Failed(c, forStaff, err)
		return
	}
	problem.Write(c.Writer, problem.Logged(c.Request.Context(), a.Log, err))
}

func (a *API) callback(c *gin.Context, forStaff bool) {
	ctx := c.Request.Context()
	handle, _ := c.Cookie(flowCookie) // without it nothing fits
	c.Header("Cache-Control", private)
	http.SetCookie(c.Writer, flow(""))
	client := signin.Client{Kind: identity.Browser, Device: c.GetHeader("User-Agent"), Current: guard.Who(ctx), Session: guard.Session(ctx)}
	in, back, err := a.SignIn.Finish(ctx, signin.Answer{Provider: c.Param("provider"), Staff: forStaff, State: c.Query("state"), Code: c.Query("code"),
		Issuer: c.Query("iss"), Error: c.Query("error"), Handle: handle}, "ms", client)
	if err != nil {
		a.failed(c, forStaff, err)
		return
	}
	if in.Token != "" {
		http.SetCookie(c.Writer, guard.Cookie(in.Token))
	}
	if back == "" {
		back = "/"
	}
	c.Redirect(http.StatusSeeOther, back)
}
