// Package guard stands before every endpoint: it finds out who asks and whether their role may at all. Whether they may
// on the complaint in question is the use case's to say, by the same table.
package guard

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"respons/internal/access"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/limit"
	"respons/internal/problem"
)

// Guard knows the people and the table.
type Guard struct {
	People *identity.Directory
	Table  *access.Table
	Limits *limit.Limiter
	Origin string // https://host under which browsers reach the product, where a proxy hides it; may be empty
	Log    *slog.Logger
	Now    func() time.Time

	Refused func(ctx context.Context, p identity.Person, perm access.Permission) // records that staff were refused; may be nil
}

// metadata is under which key of an operation its permission stands.
const metadata = "permission"

// PermissionOf gives the permission that an operation was registered with.
func PermissionOf(op *huma.Operation) access.Permission {
	p, _ := op.Metadata[metadata].(access.Permission)
	return p
}

// maxBody is the largest body of an endpoint that does not say otherwise, in bytes.
const maxBody = 256 << 10

// Register adds one endpoint that asks for a permission. Its errors become problem documents; those that are ours to mend
// are logged. A permission that is not in the table is a slip in the program, which does not start.
func Register[I, O any](g *Guard, api huma.API, tag string, p access.Permission, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	if !g.Table.Has(p) {
		panic("guard: permissions.csv has no " + string(p) + ", which " + op.OperationID + " asks for")
	}
	g.Mark(&op, p)
	op.Tags = []string{tag}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError)
	op.Middlewares = append(huma.Middlewares{g.stand(p)}, op.Middlewares...)
	huma.Register(api, op, problem.Handle(g.Log, fn))
}

// Mark notes at an operation of the document which permission it asks for, for operations that Plain stands before.
func (g *Guard) Mark(op *huma.Operation, p access.Permission) {
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata[metadata] = p
	op.Security = []map[string][]string{{"token": {}}, {"cookie": {}}}
	if g.Table.Scope(p, access.Public) != access.No {
		op.Security = append(op.Security, map[string][]string{})
	}
}

// asking is what the guard found out about a request.
type asking struct {
	guard   *Guard
	person  identity.Person
	session identity.Session
	csrf    string // of a session that a cookie stands for
	address string
	request *http.Request
}

type askingKey struct{}

func asked(ctx context.Context) asking {
	a, _ := ctx.Value(askingKey{}).(asking)
	return a
}

// Who is the person who asks; the zero Person is somebody who has not signed in.
func Who(ctx context.Context) identity.Person { return asked(ctx).person }

// Address is the network address of whoever asks, as far as proxies that are trusted tell it.
func Address(ctx context.Context) string { return asked(ctx).address }

func (g *Guard) stand(perm access.Permission) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := humagin.Unwrap(ctx)
		who, err := g.admit(c.Request, c.ClientIP(), perm)
		if err != nil {
			g.refuse(ctx, err)
			return
		}
		next(huma.WithValue(ctx, askingKey{}, who))
	}
}

// Guess carries out try, which may be a guess at a secret of a complaint. Whoever guessed wrong too often is refused
// before. Guesses are counted by where they come from and not by complaint: a code has 50 bits, and nobody shall be able
// to lock a citizen out of their own.
func (g *Guard) Guess(ctx context.Context, try func() error) error {
	return g.guess(ctx, limit.ClaimWrong, fault.NotFound, try)
}

// GuessKey is Guess for a key of another system, which is wrong where try gives fault.Unauthorized.
func (g *Guard) GuessKey(ctx context.Context, try func() error) error {
	return g.guess(ctx, limit.TokenWrong, fault.Unauthorized, try)
}

func (g *Guard) guess(ctx context.Context, counted string, wrong fault.Kind, try func() error) error {
	who := limit.Who{limit.Address: Address(ctx)}
	if err := g.Limits.Check(ctx, counted, who, g.Now()); err != nil {
		return err
	}
	err := try()
	if errors.Is(err, wrong) {
		if slow := g.Limits.Take(ctx, counted, who, g.Now()); slow != nil {
			return slow
		}
	}
	return err
}

// identify finds out who asks: by the Authorization header or else by the cookie.
func (g *Guard) identify(r *http.Request, from string) (asking, error) {
	who := asking{guard: g, address: from, request: r}
	if header := r.Header.Get("Authorization"); header != "" {
		token, ok := strings.CutPrefix(header, "Bearer ")
		if !ok {
			return who, fault.New(fault.Unauthorized, "the Authorization header must be Bearer and a token")
		}
		var err error
		who.person, who.session, err = g.authenticate(r.Context(), token, from)
		return who, err
	}
	cookie, err := r.Cookie(CookieName)
	if err != nil || cookie.Value == "" {
		return who, nil
	}
	p, s, err := g.authenticate(r.Context(), cookie.Value, from)
	if errors.Is(err, fault.Unauthorized) { // the browser goes on sending it: they have not signed in
		return who, nil
	}
	if err != nil {
		return who, err
	}
	csrf := identity.CSRFToken(cookie.Value)
	if err := g.forged(r, csrf); err != nil {
		return who, err
	}
	who.person, who.session, who.csrf = p, s, csrf
	return who, nil
}

// authenticate counts tokens that nobody has as guesses; fault.Unauthorized, fault.TooMany.
func (g *Guard) authenticate(ctx context.Context, token, from string) (identity.Person, identity.Session, error) {
	who := limit.Who{limit.Address: from}
	if err := g.Limits.Check(ctx, limit.TokenWrong, who, g.Now()); err != nil {
		return identity.Person{}, identity.Session{}, err
	}
	p, s, err := g.People.Authenticate(ctx, token)
	if errors.Is(err, fault.Unauthorized) && !errors.Is(err, identity.Ended) {
		if slow := g.Limits.Take(ctx, limit.TokenWrong, who, g.Now()); slow != nil {
			return p, s, slow
		}
	}
	return p, s, err
}

// Allowed is nil where the person's role may do it on anything at all; else fault.Unauthorized where signing in might
// help, or fault.Forbidden.
func (g *Guard) Allowed(p identity.Person, perm access.Permission) error {
	role := string(p.Role)
	if p.ID == "" {
		role = access.Public
	}
	switch {
	case g.Table.Scope(perm, role) != access.No:
		return nil
	case p.ID == "":
		return fault.New(fault.Unauthorized, "sign in: send an Authorization header, Bearer and your token")
	case p.Role == complaint.CitizenRole:
		return fault.New(fault.Forbidden, "this is for staff; citizens use /v1/complaints")
	case g.Table.Scope(perm, "citizen") != access.No:
		return fault.New(fault.Forbidden, "this is for citizens; staff use /v1/staff")
	}
	return fault.New(fault.Forbidden, "the role %s may not do this (%s)", p.Role, perm)
}

func (g *Guard) refuse(ctx huma.Context, err error) {
	d := problem.Of(err)
	if d.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		g.Log.ErrorContext(ctx.Context(), "could not tell who asks", "err", err)
	}
	ctx.SetHeader("Content-Type", d.ContentType(""))
	for name, values := range d.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetStatus(d.Status)
	json.NewEncoder(ctx.BodyWriter()).Encode(d) // fails only where the client has hung up
}
