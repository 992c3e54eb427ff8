package guard

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"respons/internal/access"
	"respons/internal/fault"
	"respons/internal/identity"
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
		p, err := g.admit(c.Request.Context(), c.GetHeader("Authorization"), c.ClientIP(), perm)
		if err != nil {
			refuse(c, err)
			c.Abort()
			return
		}
		ctx := context.WithValue(c.Request.Context(), person{}, p)
		c.Request = c.Request.WithContext(context.WithValue(ctx, address{}, c.ClientIP()))
		c.Next()
	}
}

// admit finds out who asks and whether they may at all, and not too often.
func (g *Guard) admit(ctx context.Context, authorization, from string, perm access.Permission) (identity.Person, error) {
	p, err := g.identify(ctx, authorization, from)
	if err != nil {
		return p, err
	}
	if err := g.Allowed(p, perm); err != nil {
		if errors.Is(err, fault.Forbidden) && p.Actor().Staff() && g.Refused != nil {
			g.Refused(ctx, p, perm)
		}
		return p, err
	}
	return p, g.Limits.Take(ctx, string(perm), limit.Who{limit.Address: from, limit.Account: p.ID}, g.Now())
}

// CSRF is what every form of a page must send back in its field csrf.
func CSRF(ctx context.Context) string { return "" }
