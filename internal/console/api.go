// Package console is where officers, supervisors, the desk and administrators work: the staff's JSON API and, in time,
// their pages.
package console

import (
	"context"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/access"
	"respons/internal/agency"
	"respons/internal/amend"
	"respons/internal/announce"
	"respons/internal/apikey"
	"respons/internal/attachment"
	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/export"
	"respons/internal/guard"
	"respons/internal/handbook"
	"respons/internal/holiday"
	"respons/internal/identity"
	"respons/internal/inbox"
	"respons/internal/insult"
	"respons/internal/learning"
	"respons/internal/notify"
	"respons/internal/place"
	"respons/internal/presence"
	"respons/internal/report"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/rights"
	"respons/internal/schedule"
	"respons/internal/stream"
	"respons/internal/succession"
	"respons/workers"
)

// API holds what the staff's endpoints call.
type API struct {
	Cases         *complaint.Cases
	Guard         *guard.Guard
	People        *identity.Directory
	Teller        *notify.Teller
	Holidays      *holiday.Calendar
	Files         *attachment.Keeper
	Hooks         *notify.Targets
	Announcements *announce.Board
	Audit         *audit.Recorder
	Tutor         *learning.Teacher
	Clients       *apikey.Clients
	News          *stream.Hub
	Figures       *report.Book
	Orders        *export.Desk
	Plans         *schedule.Book
	Names         notify.Values           // of agencies and categories
	Areas         func() []place.District // of the gazetteer
	Search        *inbox.Search
	Saved         *inbox.Views
	Presence      *presence.Board
	Handbook      func() *handbook.Book
	Agencies      func() *agency.Register
	Places        *place.Finder
	Log           *slog.Logger

	Inspector *workers.Inspector // of the queues of hints

	Revealer   *reporter.Revealer
	Citizens   *rights.Citizens
	Disposals  *retention.Disposals
	Alias      func(c *complaint.Complaint) string // what staff call its citizen
	Insults    *insult.List                        // hidden where staff read what citizens wrote
	Amendments *amend.Desk
	Amended    func() amend.Built // what this process made of the amendments that count
	Seer       *amend.Seer
	Succession *succession.Follower
	Former     func() []string             // codes of agencies that act no more
	Background func(func(context.Context)) // does something after the answer, until the process ends

	Invite func(ctx context.Context, p identity.Person) (expires time.Time, err error)
}

// Register adds every endpoint to the document and the router.
func (a *API) Register(api huma.API) {
	a.registerQueue(api)
	a.registerHandling(api)
	a.registerViews(api)
	a.registerBulk(api)
	a.registerStream(api)
	a.registerFigures(api)
	a.registerExports(api)
	a.registerScheduled(api)
	a.registerMoves(api)
	a.registerOfficers(api)
	a.registerHolidays(api)
	a.registerReveal(api)
	a.registerHolds(api)
	a.registerDisposals(api)
	a.registerAudit(api)
	a.registerAttachments(api)
	a.registerMessages(api)
	a.registerStatistics(api)
	a.registerAnnouncements(api)
	a.registerPreferences(api)
	a.registerWebhooks(api)
	a.registerAPIKeys(api)
	a.registerRecord(api)
	a.registerModels(api)
	a.registerTables(api)
	a.registerAmendments(api)
	a.registerAmended(api)
	a.registerQueues(api)
}

// register adds one endpoint of the staff's part.
func register[I, O any](a *API, api huma.API, p access.Permission, op huma.Operation, fn func(context.Context, *I) (*O, error)) {
	guard.Register(a.Guard, api, "staff", p, op, fn)
}

// complaintOf finds a complaint that the member of staff may see.
func (a *API) complaintOf(ctx context.Context, number string) (*complaint.Complaint, identity.Person, error) {
	p := guard.Who(ctx)
	c, err := a.Cases.Store.ByNumber(ctx, number)
	if err != nil {
		return nil, p, err
	}
	return c, p, a.Cases.Sees(p.Actor(), c)
}
