package succession_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"respons/configs"
	"respons/internal/access"
	"respons/internal/agency"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/routing"
	"respons/internal/sla"
	"respons/internal/store"
	"respons/internal/store/eachstore"
	"respons/internal/store/mongo"
	"respons/internal/succession"
	"respons/internal/table"
)

// land is a register that the test changes, complaints and staff on a real store, and a follower of its own.
type land struct {
	*process
	t      *testing.T
	engine store.Engine
	book   *sla.Book
	may    *access.Table
	filed  int
	many   int // complaints to make a crowd of: more than a page, where that is quick
}

// process is one of those that work on the store, each with the register as it knows it.
type process struct {
	*succession.Follower
	register atomic.Pointer[agency.Register]
}

// hints that nobody hears show that nothing depends on a hint.
type unheard struct{}

func (unheard) Route(context.Context, string, int64)            {}
func (unheard) Tell(context.Context, string, int64)             {}
func (unheard) Timer(context.Context, string, int64, time.Time) {}

func (p *process) Known(code string) bool { return p.register.Load().Acts(code) }
func (p *process) Chain(code string) []string {
	return append([]string{code}, p.register.Load().Chain(code)...)
}
func (p *process) Filing(string) (string, bool, error) { return "S3", false, nil }

// Route answers with the agencies that the text names in brackets, the likeliest first, of which it is sure.
func (p *process) Route(q routing.Question) routing.Decision {
	_, names, _ := strings.Cut(q.Text, "(")
	names, _, _ = strings.Cut(names, ")")
	d := routing.Decision{Category: "LPU01", Auto: true, Place: routing.Place{State: "MY-10"}}
	for i, code := range strings.Fields(names) {
		d.Alternatives = append(d.Alternatives, routing.Alternative{Agency: code, Confidence: .9 - float64(i)/10})
	}
	d.Agency = d.Alternatives[0].Agency
	return d
}

// now is a Thursday at 10:00 in Malaysia.
func now() time.Time { return time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC) }

func onEachStore(t *testing.T, test func(t *testing.T, w *land)) {
	eachstore.Run(t, []store.Collection{complaint.Collection, identity.People, identity.Sessions, identity.Ways, succession.Collection}, func(t *testing.T, e store.Engine) {
		var ms table.Mistakes
		w := &land{t: t, engine: e, book: sla.Load(configs.FS, &ms), may: access.Load(configs.FS, &ms), many: 210}
		if _, slow := e.(*mongo.Engine); slow { // the server in this process reads every document for each question
			w.many = 40
		}
		if err := ms.Err(); err != nil {
			t.Fatal(err)
		}
		w.process = w.begin(e, register)
		if err := w.Once(t.Context(), true); err != nil { // as every start does
			t.Fatal(err)
		}
		test(t, w)
	})
}

// register is the one that every test begins with: councils below a state, and a ministry.
const register = `code,kind,name_ms,name_en,parent,states,lat,lon,domain,functions,successors
KPKT,ministry,Kementerian Perumahan,Housing Ministry,,,2.92,101.68,,,
SUK-SGR,state_secretary,SUK Selangor,Selangor Secretary,,MY-10,3.07,101.51,,,
A,local_authority,Majlis A,Council A,SUK-SGR,MY-10,3.1,101.6,,,
B,local_authority,Majlis B,Council B,SUK-SGR,MY-10,3.1,101.6,,,
C,local_authority,Majlis C,Council C,SUK-SGR,MY-10,3.1,101.6,,,
D,local_authority,Majlis D,Council D,SUK-SGR,MY-10,3.1,101.6,,,
E,local_authority,Majlis E,Council E,SUK-SGR,MY-10,3.1,101.6,,,
`

// succeeded is a register in which bodies act no more; each pair says "A>B;C".
func succeeded(pairs ...string) string {
	out := register
	for _, p := range pairs {
		from, to, _ := strings.Cut(p, ">")
		row := fmt.Sprintf("%s,local_authority,Majlis %s,Council %s,SUK-SGR,MY-10,3.1,101.6,,,", from, from, from)
		out = strings.Replace(out, row, row+to, 1)
	}
	return out
}

func load(t *testing.T, content string) *agency.Register {
	t.Helper()
	var ms table.Mistakes
	r := agency.Load(fstest.MapFS{agency.File: {Data: []byte(content)}}, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}

// begin starts a process on an engine that knows a register.
func (w *land) begin(e store.Engine, content string) *process {
	w.t.Helper()
	p := new(process)
	p.register.Store(load(w.t, content))
	p.Follower = &succession.Follower{Engine: e,
		Cases: &complaint.Cases{Store: complaint.Repository{Engine: e, Chain: p.Chain},
			Rules:  complaint.Rules{Book: w.book, States: func(string) []string { return []string{"MY-10"} }},
			Router: p, Catalogue: p, Register: p, Access: w.may, Hints: unheard{}, Now: now},
		People:   &identity.Directory{Engine: e, Known: p.Known, Secret: []byte("a secret for tests"), Now: now},
		Register: p.register.Load, Log: slog.New(slog.DiscardHandler), Now: now}
	return p
}

// becomes gives the land's own process another register.
func (w *land) becomes(content string) {
	w.t.Helper()
	w.register.Store(load(w.t, content))
}

// follow makes one round.
func (w *land) follow() {
	w.t.Helper()
	if err := w.Once(w.t.Context(), true); err != nil {
		w.t.Fatal(err)
	}
}

// joins adds a member of staff.
func (w *land) joins(role complaint.Role, agency string) identity.Person {
	w.t.Helper()
	p, err := w.People.Add(w.t.Context(), identity.Person{Role: role, Agency: agency, Name: "staff of " + agency, Lang: "ms"})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// files gives a complaint that was routed to the first of the agencies.
func (w *land) files(agencies string) *complaint.Complaint {
	w.t.Helper()
	w.filed++
	c, _, err := w.Cases.File(w.t.Context(), complaint.Draft{Kind: complaint.Complain, Lang: "ms", Citizen: "aminah",
		Text: fmt.Sprintf("lampu jalan padam di tiang %d (%s)", w.filed, agencies)})
	if err == nil {
		err = w.Cases.Route(w.t.Context(), c.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(c.ID)
}

// copies stores n complaints more that stand as one does.
func (w *land) copies(of *complaint.Complaint, n int) {
	w.t.Helper()
	for i := range n {
		c := new(*of)
		c.ID, c.Number, c.Request.Key = fmt.Sprintf("%s-%04d", of.ID, i), fmt.Sprintf("%s-%04d", of.Number, i), ""
		if err := w.Cases.Store.Insert(w.t.Context(), c); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *land) read(id string) *complaint.Complaint {
	w.t.Helper()
	c, err := w.Cases.Store.ByID(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// all reads every complaint that an agency, or one below it, has in its queue.
func (w *land) all(branch string, open int64) (out []*complaint.Complaint) {
	w.t.Helper()
	for q := (store.Query{Index: "queue", Equal: []any{branch, open}, Limit: 1000}); ; {
		list, next, err := w.Cases.Store.Find(w.t.Context(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		if out, q.After = append(out, list...), next; next == "" {
			return out
		}
	}
}

func (w *land) agencyOf(id string) string {
	w.t.Helper()
	p, err := w.People.ByID(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Agency
}

func (w *land) left(agency string, want int64) {
	w.t.Helper()
	if n, err := w.Left(w.t.Context(), agency); err != nil || n != want {
		w.t.Errorf("%s has %d left, want %d (%v)", agency, n, want, err)
	}
}

// went lists from whom to whom a complaint went, such as A>B.
func went(c *complaint.Complaint) string {
	var out []string
	for _, e := range c.Events {
		if e.Action == complaint.Succeed {
			out = append(out, e.Ref+">"+e.Agency)
		}
	}
	return strings.Join(out, " ")
}

// faulty is a store on which some writes of complaints do not come through.
type faulty struct {
	store.Engine
	refuses func(id string) bool // whether the write of a complaint is refused; it may do something beside
	writes  atomic.Int64         // of complaints that came through
}

func (f *faulty) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if collection == complaint.Collection.Name {
		if f.refuses != nil && f.refuses(r.ID) {
			return 0, fault.New(fault.Unavailable, "the disk is full")
		}
		f.writes.Add(1)
	}
	return f.Engine.Replace(ctx, collection, r)
}

// elsewhere is a store on which one person cannot be changed, and something happens before another is read to be changed.
type elsewhere struct {
	store.Engine
	refused, before string
	do              func()
	did             atomic.Bool
}

func (e *elsewhere) Get(ctx context.Context, collection, id string) (store.Record, error) {
	if collection == identity.People.Name && id == e.before && !e.did.Swap(true) {
		e.do()
	}
	return e.Engine.Get(ctx, collection, id)
}

func (e *elsewhere) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if collection == identity.People.Name && r.ID == e.refused {
		return 0, fault.New(fault.Unavailable, "the disk is full")
	}
	return e.Engine.Replace(ctx, collection, r)
}
