package app

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"

	"respons/internal/access"
	"respons/internal/audit"
	"respons/internal/console"
	"respons/internal/console/pages"
	"respons/internal/entrance"
	"respons/internal/fault"
	"respons/internal/guard"
	"respons/internal/inbox"
	"respons/internal/presence"
	"respons/internal/problem"
	"respons/internal/transfer"
	"respons/mobileapi"
	"respons/workers"
)

// Handler serves what the roles of this process ask for.
func (a *App) Handler() http.Handler { return local(a.routes()) }

// local takes out of a request by what the router would lead to another site where it corrects an address: the whole
// address in the request line, and the prefix that a proxy names.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "", ""
		r.Header.Del("X-Forwarded-Prefix")
		h.ServeHTTP(w, r)
	})
}

// Routes lists every route that Handler serves.
func (a *App) Routes() gin.RoutesInfo { return a.routes().Routes() }

func (a *App) routes() *gin.Engine {
	r := a.router()
	api := a.api(r)
	pages := a.pages()
	if a.Config.Has("api") {
		a.mobileAPI().Register(api)
		a.entrance().RegisterCitizens(api)
		a.doors(pages).RegisterCallbacks(r, false)
		a.uploads(r)
		a.open311().Register(r)
		a.open311().Document(api)
		pages.RegisterPublic(r)
	}
	if a.Config.Has("console") {
		a.consoleAPI().Register(api)
		a.entrance().RegisterStaff(api)
		a.doors(pages).RegisterCallbacks(r, true)
		pages.Register(r)
	}
	if a.Config.Has("api") || a.Config.Has("console") {
		transfer.RegisterBlobs(a.guard(), api, a.Files)
	}
	mobileapi.AddExamples(api.OpenAPI())
	return r
}

// OpenAPI is the document of both APIs, made from the handlers.
func OpenAPI(ref *Reference) *huma.OpenAPI {
	a := &App{Ref: Hold(ref), Log: slog.New(slog.DiscardHandler), metrics: newMetrics()}
	a.wire(nil)
	api := a.api(newEngine())
	a.mobileAPI().Register(api)
	a.open311().Document(api)
	a.consoleAPI().Register(api)
	a.entrance().RegisterCitizens(api)
	a.entrance().RegisterStaff(api)
	transfer.RegisterBlobs(a.guard(), api, a.Files)
	mobileapi.AddExamples(api.OpenAPI())
	return api.OpenAPI()
}

// uploads serves the tus protocol.
func (a *App) uploads(r *gin.Engine) {
	h, err := a.mobileAPI().Uploads()
	if err != nil {
		panic("app: the uploads' settings are ours: " + err.Error())
	}
	may := a.guard().Plain("upload")
	for _, at := range []string{transfer.Path, transfer.Path + "/"} {
		r.POST(at, may, gin.WrapH(h))
		r.OPTIONS(at, gin.WrapH(h)) // what the protocol can do is no secret
	}
	for _, method := range []string{http.MethodHead, http.MethodPatch, http.MethodDelete, http.MethodPost} { // POST: with X-HTTP-Method-Override
		r.Handle(method, transfer.Path+"/:id", may, gin.WrapH(h))
	}
}

func (a *App) mobileAPI() *mobileapi.API {
	return &mobileapi.API{Cases: a.Cases, Guard: a.guard(), People: a.People, Claims: a.Claims, Receipts: a.Receipts, Teller: a.Teller, Announcements: a.Announcements, Files: a.Files, News: a.News, Figures: a.Figures, Base: a.base(), Log: a.Log, Reference: a.Ref.lists(), MayStop: a.mayStop,
		View: a.view(), Reporters: a.Reporters, Citizens: a.Citizens, Zone: a.Ref.Now().Zone}
}

func (a *App) view() mobileapi.View {
	return mobileapi.View{Texts: texts{a.Ref}, Values: a.Ref.values(), Emergency: a.Router.Emergency}
}

func (a *App) consoleAPI() *console.API {
	return &console.API{Cases: a.Cases, Guard: a.guard(), People: a.People, Teller: a.Teller, Holidays: a.Holidays, Hooks: a.Hooks, Announcements: a.Announcements, Audit: a.Audit, Files: a.Files, Tutor: a.Tutor, News: a.News, Clients: a.Clients, Log: a.Log,
		Figures: a.Figures, Orders: a.Orders, Plans: a.Plans, Names: a.Ref.values(), Areas: a.Ref.Now().Places.Districts,
		Search: &inbox.Search{Cases: a.Cases, Read: a.Ref.readWords, Zone: a.Ref.Now().Zone, Now: time.Now}, Saved: &inbox.Views{Engine: a.Engine},
		Presence: &presence.Board{Redis: a.Redis, Log: a.Log, Now: time.Now}, Handbook: a.Ref.handbook, Agencies: a.Ref.register, Places: a.Ref.Now().Places,
		Inspector: workers.NewInspector(a.Redis), Revealer: a.Revealer, Citizens: a.Citizens, Disposals: a.Disposals, Alias: a.alias, Invite: a.SignIn.Invite, Insults: a.Ref.Now().Insults,
		Amendments: a.Amendments, Amended: a.Ref.Amended, Seer: a.Seer, Succession: a.Succession, Former: a.Ref.former, Background: a.background}
}

func (a *App) entrance() *entrance.API {
	return &entrance.API{SignIn: a.SignIn, People: a.People, Guard: a.guard(), Log: a.Log}
}

// doors are those that browsers come back through, and are told by a page where that was in vain.
func (a *App) doors(p *pages.Pages) *entrance.API {
	e := a.entrance()
	e.Failed = p.Returned
	return e
}

// PagePermissions gives what each page asks for, by method and path.
func (a *App) PagePermissions() map[string]access.Permission {
	p, r := a.pages(), newEngine()
	p.RegisterPublic(r)
	p.Register(r)
	return p.Asked
}

func (a *App) pages() *pages.Pages {
	return &pages.Pages{API: a.consoleAPI(), Mobile: a.mobileAPI(), Doors: a.entrance(), Demo: a.demoAccounts(), Tiles: pages.Tiles{URL: a.Config.MapTiles, Credit: a.Config.MapCredit}, Classes: a.Ref.classes, Guard: a.guard(), Names: a.Ref.values(), Version: Version(), Log: a.Log, Now: time.Now}
}

func (a *App) guard() *guard.Guard {
	return &guard.Guard{People: a.People, Table: a.Ref.Now().Access, Limits: a.Limits, Origin: a.Config.Origin(), Log: a.Log, Now: time.Now, Refused: a.recordRefused}
}

func (a *App) api(r *gin.Engine) huma.API {
	problem.Huma()
	cfg := huma.DefaultConfig("Respons", Version())
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Info.Description = "File a complaint once; Respons finds who must act, starts the clocks, and tells the citizen what happens."
	cfg.DocsPath = ""     // served below, without a request to any other host
	cfg.CreateHooks = nil // no $schema fields in answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"},
		"cookie": {Type: "apiKey", In: "cookie", Name: guard.CookieName, Description: "What changes something also needs the header " + guard.CSRFHeader + "; GET /v1/me/sessions or /v1/staff/me/sessions tells it"}}
	return humagin.New(r, cfg)
}

// schemaName tells types of the same name in different packages apart: a Complaint is a citizen's, a StaffTicket staff's.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	prefix := map[string]string{"console": "Staff", "complaint": "Record", "notify": "Message", "open311": "Open311", "routing": "Routing", "learning": "Learning", "sla": "SLA", "reason": ""}[path.Base(t.PkgPath())]
	return prefix + huma.DefaultSchemaNamer(t, hint)
}

// newEngine makes gin's router; in its debug mode it would write to standard output, where the document is printed.
func newEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	return gin.New()
}

func (a *App) router() *gin.Engine {
	r := newEngine()
	r.HandleMethodNotAllowed = true
	if err := r.SetTrustedProxies(a.Config.Proxies()); err != nil {
		panic("app: proxies that were validated are not taken: " + err.Error())
	}
	r.ContextWithFallback = true
	r.Use(a.observe, headers, address)
	r.NoRoute(func(c *gin.Context) {
		problem.Write(c.Writer, fault.New(fault.NotFound, "there is nothing at %s; /docs describes what there is", c.Request.URL.Path))
	})
	r.NoMethod(func(c *gin.Context) {
		problem.Write(c.Writer, problem.Plain(http.StatusMethodNotAllowed, "this address does not take "+c.Request.Method))
	})
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/readyz", a.ready)
	r.GET("/metrics", gin.WrapH(a.metrics.handler()))
	docs := v5emb.New("Respons", "/openapi.json", "/docs/")
	r.GET("/docs/*any", docsPolicy, gin.WrapH(docs))
	return r
}

// ready says whether this process can do its work: the store answers. Without Redis the sweep goes on, so that is told
// and no failure.
func (a *App) ready(c *gin.Context) {
	ctx, stop := context.WithTimeout(c, 2*time.Second)
	defer stop()
	if err := a.Engine.Ping(ctx); err != nil {
		problem.Write(c.Writer, fault.Wrap(fault.Unavailable, err, "the store does not answer"))
		return
	}
	hints := "ok"
	if err := a.Redis.Ping(ctx).Err(); err != nil {
		hints = "down; the sweep does the work every " + strconv.Itoa(a.Config.SweepSeconds) + " s"
	}
	pushes := "ok"
	if since, why, _ := a.Teller.Holding.Held(); !since.IsZero() {
		pushes = "held since " + since.Format(time.RFC3339) + ": " + why
	}
	c.JSON(http.StatusOK, gin.H{"store": "ok", "redis": hints, "push": pushes})
}

// observe measures each request, and turns a panic into a problem document and one log line without the request's
// content.
func (a *App) observe(c *gin.Context) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			a.Log.ErrorContext(c, "panic in a request", "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				problem.Write(c.Writer, errInternal)
			}
			c.Abort()
		}
		route := c.FullPath()
		if route == "" {
			route = "none"
		}
		a.metrics.requests.WithLabelValues(c.Request.Method, route, strconv.Itoa(c.Writer.Status())).Observe(time.Since(start).Seconds())
	}()
	c.Next()
}

var errInternal = fault.New("", "")

// address remembers where a request came from, for the audit record, as far as proxies that are trusted tell it.
func address(c *gin.Context) {
	c.Request = c.Request.WithContext(audit.WithAddress(c.Request.Context(), c.ClientIP()))
	c.Next()
}

// headers are on every answer: nothing is loaded from elsewhere, framed or sniffed, and of the API nothing is kept by
// anybody on the way. Pages, files and lists that everybody may keep say otherwise themselves.
func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		h.Set("Cache-Control", "no-store")
	}
	c.Next()
}

// docsPolicy lets the API's description run the scripts it comes with. Nothing that anybody wrote stands in it.
func docsPolicy(c *gin.Context) {
	c.Header("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "+
		"form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	c.Next()
}
