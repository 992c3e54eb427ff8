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

// Before is Plain for whoever words refusals differently, such as pages. A permission that is not in the table is a slip
// in the program, which does not start.
func (g *Guard) Before(perm access.Permission, refuse func(*gin.Context, error)) gin.HandlerFunc {
	if !g.Table.Has(perm) {
		panic("guard: permissions.csv has no " + string(perm))
	}
	return func(c *gin.Context) {
		who, err := g.admit(c.Request, c.ClientIP(), perm)
		if err != nil {
			refuse(c, err)
			c.Abort()
			return
		}
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), askingKey{}, who))
		c.Next()
	}
}

// admit finds out who asks and whether they may at all, and not too often.
func (g *Guard) admit(r *http.Request, from string, perm access.Permission) (asking, error) {
	ctx := r.Context()
	who, err := g.identify(r, from)
	if err != nil {
		return who, err
	}
	p := who.person
	if err := g.Allowed(p, perm); err != nil {
		if errors.Is(err, fault.Forbidden) && p.Actor().Staff() && g.Refused != nil {
			g.Refused(ctx, p, perm)
		}
		return who, err
	}
	return who, g.Limits.Take(ctx, string(perm), limit.Who{limit.Address: from, limit.Account: p.ID}, g.Now())
}
