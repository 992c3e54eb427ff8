// Package app puts the parts together. It is the only package that may import everything, and the only one that reads
// the clock of the machine.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"respons/internal/amend"
	"respons/internal/announce"
	"respons/internal/apikey"
	"respons/internal/attachment"
	"respons/internal/audit"
	"respons/internal/blob"
	"respons/internal/clamd"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/export"
	"respons/internal/fault"
	"respons/internal/holiday"
	"respons/internal/identity"
	"respons/internal/inbox"
	"respons/internal/learning"
	"respons/internal/limit"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/receipt"
	"respons/internal/report"
	"respons/internal/reporter"
	"respons/internal/retention"
	"respons/internal/rights"
	"respons/internal/schedule"
	"respons/internal/seal"
	"respons/internal/signin"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/sqlite"
	"respons/internal/stream"
	"respons/internal/succession"
	"respons/migrations"
	"respons/workers"
)

// Schema is every collection.
var Schema = []store.Collection{
	complaint.Collection,
	complaint.SupportersCollection,
	apikey.Collection,
	complaint.ProgressCollection,
	inbox.ViewsCollection,
	attachment.Collection,
	holiday.Collection,
	identity.People,
	identity.Sessions,
	identity.Ways,
	signin.Fleeting,
	signin.Credentials,
	identity.Devices,
	notify.Ledger,
	export.Collection,
	schedule.Collection,
	report.FactsCollection,
	report.Sheets,
	report.Head,
	seal.Collection,
	reporter.Collection,
	reporter.Accesses,
	rights.Holds,
	rights.Erasures,
	retention.Collection,
	notify.PreferencesCollection,
	notify.Gatherings,
	notify.TargetCollection,
	announce.Collection,
	announce.Circles,
	audit.Collection,
	audit.Anchors,
	learning.Examples,
	learning.Models,
	learning.Parts,
	amend.Collection,
	succession.Collection,
}

// App is the system, wired. Parts may be replaced between New and Start in tests.
type App struct {
	Config config.Config
	Log    *slog.Logger
	Ref    *Current
	Engine store.Engine
	Redis  redis.UniversalClient
	Cases  *complaint.Cases
	People *identity.Directory
	SignIn *signin.Service
	Claims *identity.Claims

	Clients *apikey.Clients // other systems

	Receipts      *receipt.Signer
	Limits        *limit.Limiter
	News          *stream.Hub
	Figures       *report.Book
	Orders        *export.Desk
	Plans         *schedule.Book
	Teller        *notify.Teller
	Files         *attachment.Keeper
	Hooks         *notify.Targets
	Announcements *announce.Board
	Worker        *workers.Server
	Sweep         *workers.Sweep

	Holidays  *holiday.Calendar
	Recompute *holiday.Recompute

	Vault     *seal.Vault
	Rotation  *seal.Rotation
	Reporters *reporter.Reporters
	Revealer  *reporter.Revealer
	Citizens  *rights.Citizens
	Disposals *retention.Disposals
	Acts      reporter.Audit // does what is done with citizens' data, on record

	Audit  *audit.Recorder
	Router *learning.Follower // routes with the model that is live
	Tutor  *learning.Teacher

	Amendments *amend.Desk
	Seer       *amend.Seer // what would change with an amendment
	Succession *succession.Follower
	life       context.Context // of what requests leave to be done beside them
	beside     sync.WaitGroup
	taking     sync.Mutex // of amendments that count since
	amended    string     // mark of those that were taken up

	secret  []byte // of claim codes, webhooks and links in e-mails
	metrics *metrics
	closers []func() error
}

// New opens what the settings name and wires it; nothing runs yet. Whatever was opened before a failure is closed again.
func New(ctx context.Context, cfg config.Config, log *slog.Logger) (a *App, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	a = &App{Config: cfg, Log: log, metrics: newMetrics()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.Engine, err = OpenStore(ctx, cfg); err != nil {
		return a, err
	}
	a.closers = append(a.closers, a.Engine.Close)
	done, err := migrations.Run(ctx, a.Engine, Schema, time.Now, false)
	if err != nil {
		return a, err
	}
	for _, line := range done {
		log.DebugContext(ctx, "store brought up to date", "did", line)
	}
	if err := a.openReference(ctx); err != nil {
		return a, err
	}
	rdb, closeRedis, err := OpenRedis(ctx, string(cfg.RedisURL))
	if err != nil {
		return a, err
	}
	a.Redis = rdb
	a.closers = append(a.closers, closeRedis)
	sender, err := openSender(ctx, cfg, log)
	if err != nil {
		return a, err
	}
	secret := []byte(cfg.Secret)
	if len(secret) == 0 {
		if secret, err = identity.OpenSecret(cfg.Data); err != nil {
			return a, err
		}
	}
	if a.Claims, err = identity.NewClaims(secret); err != nil {
		return a, err
	}
	if err := a.openVault(ctx); err != nil {
		return a, err
	}
	if a.Receipts, err = receipt.NewSigner(secret); err != nil {
		return a, err
	}
	a.secret = secret
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	a.life = life
	a.closers = append(a.closers, func() error { end(); a.beside.Wait(); return nil })
	a.wire(sender)
	if err := a.carriers(); err != nil {
		return a, err
	}
	if err := a.openSignIn(ctx); err != nil {
		return a, err
	}
	if a.Audit.Key, err = audit.NewKey(secret); err != nil {
		return a, err
	}
	a.closers = append(a.closers, a.closeAudit)
	if err := a.Router.Refresh(ctx); err != nil { // the shipped model decides until it can be read
		log.WarnContext(ctx, "the learnt model is not taken up yet", "err", err)
	}
	return a, a.openFiles(ctx, secret)
}

// openFiles opens what attachments need beside the store.
func (a *App) openFiles(ctx context.Context, secret []byte) error {
	address := a.Config.Blobs
	if address == "" {
		address = a.Config.Data + "/blobs"
	}
	bucket, err := blob.Open(ctx, address)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, bucket.Close)
	a.Files.Blobs, a.Files.Links = bucket, attachment.NewLinks(secret)
	a.wireExports()
	if a.Config.Clamd == "" {
		return nil
	}
	scanner, err := clamd.New(a.Config.Clamd)
	a.Files.Scanner = scanner
	a.Files.Unscannable = func(err error) bool { return errors.Is(err, clamd.ErrTooLarge) }
	return err
}

func (a *App) wire(sender push.Sender) {
	a.News = &stream.Hub{Redis: a.Redis, Log: a.Log}
	a.Limits = limit.New(a.Ref.Now().Limits, a.Redis, a.Log)
	a.Audit = &audit.Recorder{Engine: a.Engine, Log: a.Log, Now: time.Now}
	a.Clients = &apikey.Clients{Engine: a.Engine, Known: a.Ref.known, Acting: a.Ref.acting, Now: time.Now}
	a.People = &identity.Directory{Engine: a.Engine, Known: a.Ref.known, Lifetimes: a.Ref.Now().Lifetimes, Secret: a.secret, Now: time.Now}
	queue := workers.NewQueue(a.Redis, a.Log)
	a.closers = append(a.closers, func() error { queue.Wait(); return nil })
	if a.Config.RedisURL == "" {
		queue.Ahead = 4 * a.every()
	}
	rules := complaint.Rules{Book: a.Ref.Now().Book, States: a.Ref.states}
	a.Holidays = &holiday.Calendar{Engine: a.Engine, Base: rules, Log: a.Log, Now: time.Now}
	a.wireLearning()
	a.Cases = &complaint.Cases{
		Store: complaint.Repository{Engine: a.Engine, Chain: a.Ref.chain, Words: a.Ref.words},
		Rules: rules, Calendars: a.Holidays,
		Router: a.Router, Catalogue: a.Ref, Register: register{a.Ref}, Access: a.Ref.Now().Access,
		Staff: staff{a.People}, Causes: a.Ref.hasCause,
		Hints: queue,
		Spans: a.Ref.Now().Spans, Repeats: a.Ref.Now().Repeats,
		Sealer: a.Vault,
		Now:    time.Now,
	}
	if a.Claims != nil { // a command beside the system has no secret, and files nothing
		a.Cases.Pseudonym = a.Claims.Pseudonym
	}
	a.wireFigures()
	a.wireTeller(sender, queue)
	a.Files = &attachment.Keeper{Engine: a.Engine, Limits: a.Ref.Now().Attachments, Cases: a.Cases, Hints: queue, Originals: a.Config.Originals,
		Log: a.Log, Now: time.Now}
	a.Worker = &workers.Server{Cases: a.Cases, Teller: a.Teller, Files: a.Files, Lateness: a.metrics.lateness.Observe, Early: a.metrics.early.Inc, Log: a.Log, Now: time.Now}
	a.Sweep = &workers.Sweep{Server: a.Worker, Find: a.Cases.Store, Queue: queue}
	a.Recompute = &holiday.Recompute{Calendar: a.Holidays, Cases: a.Cases, Log: a.Log}
	a.Seer = &amend.Seer{Desk: a.Amendments, Cases: a.Cases.Store, Router: a.routerOn}
	a.Succession = &succession.Follower{Engine: a.Engine, Cases: a.Cases, People: a.People, Register: a.Ref.register, Log: a.Log, Now: time.Now}
	a.wireSignIn()
	a.wireAudit()
	a.wireCitizens()
}

// register is the register as the complaint's use cases see it.
type register struct{ ref *Current }

func (r register) Known(code string) bool     { return r.ref.known(code) }
func (r register) Chain(code string) []string { return r.ref.chain(code) }

// staff is the directory as the complaint's use cases see it.
type staff struct{ people *identity.Directory }

func (s staff) Works(ctx context.Context, id string) (complaint.Actor, error) {
	p, err := s.people.ByID(ctx, id)
	if err != nil {
		return complaint.Actor{}, err
	}
	if p.Inactive || !p.Actor().Staff() {
		return complaint.Actor{}, fault.New(fault.NotFound, "this is nobody of the staff who works")
	}
	return p.Actor(), nil
}

// OpenStore opens MongoDB where its address is set, else the embedded store in the data folder.
func OpenStore(ctx context.Context, cfg config.Config) (store.Engine, error) {
	if cfg.MongoURI != "" {
		return mongo.Open(ctx, string(cfg.MongoURI), cfg.Database)
	}
	return sqlite.Open(storeFile(cfg))
}

func storeFile(cfg config.Config) string { return cfg.Data + "/respons.db" }

// ReadStore opens the same store for a command that only reads, also while the server runs.
func ReadStore(ctx context.Context, cfg config.Config) (store.Engine, error) {
	if cfg.MongoURI != "" {
		return mongo.Open(ctx, string(cfg.MongoURI), cfg.Database)
	}
	return sqlite.Read(storeFile(cfg))
}

func openSender(ctx context.Context, cfg config.Config, log *slog.Logger) (push.Sender, error) {
	if cfg.Firebase == "" {
		return push.Log{Log: log}, nil
	}
	credentials, err := os.ReadFile(cfg.Firebase)
	if err != nil {
		return nil, fmt.Errorf("FIREBASE_CREDENTIALS: %w", err)
	}
	if cfg.FCM != "" {
		return push.NewFCM(ctx, credentials, push.Endpoint(cfg.FCM))
	}
	return push.NewFCM(ctx, credentials)
}

// Start begins to follow the live model and, where this process has that role, the worker's part.
func (a *App) Start(ctx context.Context) error {
	if err := a.recordStart(ctx); err != nil {
		return err
	}
	a.repeat(ctx, followEvery, "learning stopped short; it is tried again", a.learn)
	a.repeat(ctx, amendedEvery, "amendments are not taken up; it is tried again", a.takeUp)
	a.loop(ctx, a.Teller.Tally.Run)
	a.loop(ctx, a.News.Run)
	a.closers = append(a.closers, func() error { a.News.Close(); return nil })
	if !a.Config.Has("worker") {
		return nil
	}
	if err := a.Holidays.Adopt(ctx); err != nil {
		return err
	}
	if err := a.Worker.Start(a.Redis); err != nil {
		return err
	}
	a.closers = append(a.closers, func() error { a.Worker.Stop(); return nil })
	a.work(ctx)
	return nil
}

// work is what the worker's part does beside the queues, again and again: whatever the store says is to be done.
func (a *App) work(ctx context.Context) {
	every := a.every()
	a.repeat(ctx, every, "sweep stopped short; the next one goes on", a.Sweep.Once)
	a.repeat(ctx, every, "spreading of an announcement stopped short; it goes on", a.Announcements.Once)
	a.repeat(ctx, every, "recomputing deadlines stopped short; the next round goes on", a.Recompute.Once, a.Holidays.News())
	a.repeat(ctx, every, "what follows an agency's succession stopped short; the next round goes on", a.Succession.Round, a.Succession.News())
	a.repeat(ctx, every, "administrators are not told of an amendment yet; it is tried again", a.Amendments.TellRest)
	a.repeat(ctx, ordersEvery, "exports wait", a.Orders.Round)
	a.repeat(ctx, every, "scheduled reports wait", a.Plans.Once)
	a.repeat(ctx, figuresEvery, "figures not brought up to date; it is tried again", a.Figures.Once)
	a.loop(ctx, a.reindex)
	a.repeat(ctx, anchorEvery, "no audit anchor yet; it is tried again", a.Audit.AnchorDay)
	a.repeat(ctx, every, "re-wrapping data keys stopped short; the next round goes on", a.Rotation.Round)
	a.repeat(ctx, time.Hour, "sessions and sign-ins that are over were not all deleted; the next round goes on", a.sweepSignIns)
	a.repeat(ctx, every, "erasing stopped short; the next round goes on", a.Citizens.Once)
	a.repeat(ctx, every, "disposal stopped short; the next round goes on", a.Disposals.Round)
}

// How often it is looked whether something is to be done; for the rest Config.SweepSeconds says so.
const (
	ordersEvery  = 2 * time.Second  // somebody waits for the file
	figuresEvery = 2 * time.Second  // bounds how far sums lag behind the complaints
	anchorEvery  = 30 * time.Second // from five past midnight
)

// Close ends everything in reverse order: work under way finishes or is given back.
func (a *App) Close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}
