package guard

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/fault"
	"respons/internal/limit"
	"respons/internal/problem"
)

// Plain stands before a route that is none of the API's own, such as a protocol that a library speaks. It does what
// Register does for endpoints.
func (g *Guard) Plain(perm access.Permission) gin.HandlerFunc {
	return g.Before(perm, func(c *gin.Context, err error) {
		problem.Write(c.Writer, problem.Logged(c.Request.Context(), g.Log, err))
	})
}

// Before is Plain for whoever words refusals differently, such as pages.
func (g *Guard) Before(perm access.Permission, refuse func(*gin.Context, error)) gin.HandlerFunc {
	return g.PlainAs(perm, refuse, g.Count)
}

// PlainAs is Plain for a protocol that has its own form of a refusal and perhaps its own way of counting requests; its
// count is asked once it is known who asks. A permission that is not in the table is a slip in the program, which does not
// start.
func (g *Guard) PlainAs(perm access.Permission, refuse func(*gin.Context, error), count func(context.Context, access.Permission) error) gin.HandlerFunc {
	if !g.Table.Has(perm) {
		panic("guard: permissions.csv has no " + string(perm))
	}
	return func(c *gin.Context) {
		who, err := g.allow(c.Request, c.ClientIP(), perm)
		if err == nil {
			c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), askingKey{}, who))
			err = count(c.Request.Context(), perm)
		}
		if err != nil {
			refuse(c, err)
			c.Abort()
			return
		}
		c.Next()
	}
}

// Count counts one request of whoever asks by the rules of the permission; fault.TooMany.
func (g *Guard) Count(ctx context.Context, perm access.Permission) error {
	return g.Limits.Take(ctx, string(perm), limit.Who{limit.Address: Address(ctx), limit.Account: Who(ctx).ID}, g.Now())
}

// admit finds out who asks and whether they may at all, and not too often.
func (g *Guard) admit(r *http.Request, from string, perm access.Permission) (asking, error) {
	who, err := g.allow(r, from, perm)
	if err != nil {
		return who, err
	}
	return who, g.Limits.Take(r.Context(), string(perm), limit.Who{limit.Address: from, limit.Account: who.person.ID}, g.Now())
}

// allow finds out who asks and whether they may at all.
func (g *Guard) allow(r *http.Request, from string, perm access.Permission) (asking, error) {
	who, err := g.identify(r, from)
	if err != nil {
		return who, err
	}
	err = g.Allowed(who.person, perm)
	if errors.Is(err, fault.Forbidden) && who.person.Actor().Staff() && g.Refused != nil {
		g.Refused(r.Context(), who.person, perm)
	}
	return who, err
}
