// Package open311 serves Open311 GeoReport v2, the protocol in which cities' apps file and look at reports, with the
// updates that mySociety added to it: thin endpoints over the same use cases as everything else.
package open311

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/apikey"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/identity"
	"respons/internal/insult"
	"respons/internal/limit"
	"respons/internal/notify"
	"respons/internal/reporter"
	"respons/internal/service"
)

// Path is where the endpoint begins.
const Path = "/open311/v2"

// The permissions.
const (
	mayRead   access.Permission = "open311.read"
	mayFile   access.Permission = "open311.file"
	mayUpdate access.Permission = "open311.update"
)

// API holds what the endpoints call.
type API struct {
	Cases     *complaint.Cases
	Guard     *guard.Guard
	Clients   *apikey.Clients
	Limits    *limit.Limiter
	Claims    *identity.Claims
	Reporters *reporter.Reporters
	Services  func() *service.List
	Texts     Texts
	Values    notify.Values
	Insults   *insult.List             // hidden in what others wrote
	Emergency func(text string) string // number to call now; empty: none
	Log       *slog.Logger

	Jurisdiction string                                   // the one that there is
	Contact      string                                   // whom to ask about this server and for keys
	URL          string                                   // of the endpoint, for discovery
	Test         bool                                     // what is filed is acted on by nobody
	Changed      func(context.Context) (time.Time, error) // when services and questions last changed
}

// answer is what an endpoint gives: a root element and what is in it.
type answer struct {
	status int // 0: 200
	root   string
	body   any
}

type endpoint func(ctx context.Context, q *question) (answer, error)

// Register adds every route.
func (a *API) Register(r gin.IRoutes) {
	for _, x := range []struct {
		method, path string
		may          access.Permission
		needs        apikey.Scope // of the api_key
		serve        endpoint
	}{
		{http.MethodGet, "/discovery.:format", mayRead, apikey.Read, a.discovery},
		{http.MethodGet, "/services.:format", mayRead, apikey.Read, a.services},
		{http.MethodGet, "/services/:file", mayRead, apikey.Read, a.definition},
		{http.MethodGet, "/requests.:format", mayRead, apikey.Read, a.requests},
		{http.MethodGet, "/requests/:file", mayRead, apikey.Read, a.request},
		{http.MethodGet, "/tokens/:file", mayRead, apikey.Read, a.token},
		{http.MethodGet, "/servicerequestupdates.:format", mayRead, apikey.Read, a.updates},
		{http.MethodPost, "/requests.:format", mayFile, apikey.File, a.file},
		{http.MethodPost, "/servicerequestupdates.:format", mayUpdate, apikey.Update, a.update},
	} {
		r.Handle(x.method, Path+x.path, a.Guard.PlainAs(x.may, a.refuse, uncounted), a.handle(x.may, x.needs, x.serve))
	}
}

// uncounted leaves the counting to admit: whoever has a key is counted by it.
func uncounted(context.Context, access.Permission) error { return nil }

func (a *API) handle(may access.Permission, needs apikey.Scope, serve endpoint) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx := c.Request.Context()
		q, err := ask(c)
		if err == nil {
			err = a.admit(ctx, q, may, needs)
		}
		var out answer
		if err == nil {
			out, err = serve(ctx, q)
		}
		if err != nil {
			a.refuse(c, err)
			return
		}
		a.write(c, out)
	}
}

// admit looks at the jurisdiction and the key, and counts the request: with a key by its quota, without one by the rules
// of the permission. Only reading needs no key.
func (a *API) admit(ctx context.Context, q *question, may access.Permission, needs apikey.Scope) error {
	if id := q.get("jurisdiction_id"); id != "" && !strings.EqualFold(id, a.Jurisdiction) {
		return fault.New(fault.NotFound, "there is no jurisdiction_id %q here; leave it out, or send %s", id, a.Jurisdiction)
	}
	key := q.get("api_key")
	if key == "" {
		if needs != apikey.Read {
			return fault.New(fault.Unauthorized, "api_key is missing; discovery says whom to ask for one")
		}
		return a.Guard.Count(ctx, may)
	}
	err := a.Guard.GuessKey(ctx, func() (err error) {
		q.client, err = a.Clients.Authenticate(ctx, key)
		return err
	})
	if err != nil {
		return err
	}
	if err := q.client.May(needs); err != nil {
		return err
	}
	return a.Limits.Quota(ctx, q.client.ID, q.client.PerDay)
}
