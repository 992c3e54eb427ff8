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
	return g.PlainAs(perm, func(c *gin.Context, err error) {
		problem.Write(c.Writer, problem.Logged(c.Request.Context(), g.Log, err))
	}, g.Count)
}

// Before is Plain for whoever words refusals differently, such as pages.
func (g *Guard) Before(perm access.Permission, refuse func(*gin.Context, error)) gin.HandlerFunc {
	return g.PlainAs(perm, refuse, g.Count)
}

// PlainAs is Plain for a protocol that has its own form of a refusal and perhaps its own way of counting requests; its
// count is asked once it is known who asks.
func (g *Guard) PlainAs(perm access.Permission, refuse func(*gin.Context, error), count func(context.Context, access.Permission) error) gin.HandlerFunc {
	if !g.Table.Has(perm) {
		panic("guard: permissions.csv has no " + string(perm))
	}
	return func(c *gin.Context) {
		p, err := g.allow(c.Request.Context(), c.GetHeader("Authorization"), c.ClientIP(), perm)
		if err == nil {
			ctx := context.WithValue(c.Request.Context(), person{}, p)
			c.Request = c.Request.WithContext(context.WithValue(ctx, address{}, c.ClientIP()))
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
func (g *Guard) admit(ctx context.Context, authorization, from string, perm access.Permission) (identity.Person, error) {
	p, err := g.allow(ctx, authorization, from, perm)
	if err != nil {
		return p, err
	}
	return p, g.Limits.Take(ctx, string(perm), limit.Who{limit.Address: from, limit.Account: p.ID}, g.Now())
}

// allow finds out who asks and whether they may at all.
func (g *Guard) allow(ctx context.Context, authorization, from string, perm access.Permission) (identity.Person, error) {
	p, err := g.identify(ctx, authorization, from)
	if err != nil {
		return p, err
	}
	err = g.Allowed(p, perm)
	if errors.Is(err, fault.Forbidden) && p.Actor().Staff() && g.Refused != nil {
		g.Refused(ctx, p, perm)
	}
	return p, err
}

// CSRF is what every form of a page must send back in its field csrf.
func CSRF(ctx context.Context) string { return "" }
