package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/announce"
	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/push/fcmtest"
	"respons/internal/store"
)

// AnnounceReport is one announcement to many recipients through the Admin SDK and an FCM server of this machine, which has
// dead tokens and refuses everything for a while. The floor is pushing alone, as many at once.
type AnnounceReport struct {
	Store      string  `json:"store"`
	Recipients int     `json:"recipients"`
	Dead       int     `json:"dead"`       // of these, whose token FCM does not know any more
	Burst      float64 `json:"burst_s"`    // for how long FCM answered 503 to everything
	Seconds    float64 `json:"seconds"`    // until the last message had its end
	PerSecond  float64 `json:"per_second"` // recipients, the burst included
	Floor      float64 `json:"floor_per_second"`
	Ratio      float64 `json:"ratio"`

	Laid     int64 `json:"laid"`     // rows of inboxes in the ledger
	Accepted int64 `json:"accepted"` // pushes, as the ledger says
	Gone     int64 `json:"gone"`     // failed because the device is gone
	Other    int64 `json:"other"`    // in any other state: must be 0
	Missing  int   `json:"missing"`  // devices that are alive and got nothing: must be 0
	Twice    int   `json:"twice"`    // devices that got it more than once under one id, which shows once
	Kept     int64 `json:"kept"`     // devices that are still known: the living

	StartMiB float64 `json:"start_mib"` // resident, before
	PeakMiB  float64 `json:"peak_mib"`  // resident, the server of FCM included
}

// deadEvery makes every fiftieth token a dead one: 2 %.
const deadEvery = 50

// burst is how long FCM answers 503.
const burst = 3 * time.Second

// Announce measures on a store of its own in a temporary folder, with the Redis of the settings.
func Announce(ctx context.Context, cfg config.Config, recipients int, progress func(string)) (r *AnnounceReport, err error) {
	r = &AnnounceReport{Store: "embedded", Recipients: recipients, Burst: burst.Seconds()}
	if cfg.MongoURI != "" {
		r.Store = "mongodb"
	}
	dir, err := os.MkdirTemp("", "respons-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	phones, err := fcmtest.Start()
	if err != nil {
		return nil, err
	}
	defer phones.Close()
	phones.CountOnly()
	cfg.Data, cfg.Demo, cfg.Roles, cfg.SweepSeconds = dir, false, "worker", 1
	cfg.Firebase, cfg.FCM = filepath.Join(dir, "firebase.json"), phones.Endpoint()
	if err := os.WriteFile(cfg.Firebase, phones.Credentials(), 0o600); err != nil {
		return nil, err
	}
	a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	a.Teller.Policy = notify.Policy{} // measured at whatever hour it is
	progress(fmt.Sprintf("%d devices are registered", recipients))
	tokens, err := r.devices(ctx, a, phones)
	if err != nil {
		return nil, err
	}
	progress("pushing alone is measured")
	if r.Floor, err = pushAlone(ctx, a.Teller.Sender, min(recipients, 5000)); err != nil {
		return nil, err
	}
	progress("the announcement is spread")
	if err := a.Start(ctx); err != nil {
		return nil, err
	}
	if err := r.spread(ctx, a, phones); err != nil {
		return nil, err
	}
	return r, r.proof(ctx, a, phones, tokens)
}

// devices registers a guest with a device for each recipient and gives the tokens.
func (r *AnnounceReport) devices(ctx context.Context, a *app.App, phones *fcmtest.Server) ([]string, error) {
	tokens := make([]string, r.Recipients)
	for i := range tokens {
		tokens[i] = fmt.Sprintf("token-%06d", i)
		if i%deadEvery == 0 {
			phones.Always(tokens[i], fcmtest.Unregistered)
			r.Dead++
		}
	}
	return tokens, each(ctx, r.Recipients, func(i int) error {
		_, err := a.People.Register(ctx, identity.Device{Owner: complaint.GuestOf(ulid.Make().String()), Token: tokens[i], Platform: push.Android, Lang: "ms"})
		return err
	}, nil)
}

// pushAlone is how many pushes a second pass with as many at once as an announcement sends.
func pushAlone(ctx context.Context, s push.Sender, n int) (float64, error) {
	messages := make([]push.Message, n)
	for i := range messages {
		messages[i] = push.Message{ID: fmt.Sprintf("floor-%d", i), Token: fmt.Sprintf("floor-%d", i), Platform: push.Android, Title: "x", Body: "y"}
	}
	begin := time.Now()
	for _, out := range push.SendAll(ctx, s, messages, announce.Parallel) {
		if out.State != push.Accepted {
			return 0, fmt.Errorf("a push alone was not accepted: %w", out.Err)
		}
	}
	return float64(n) / time.Since(begin).Seconds(), nil
}

// spread announces, lets FCM refuse everything for a while when a third of the pushes are out, and waits until every
// message has its end.
func (r *AnnounceReport) spread(ctx context.Context, a *app.App, phones *fcmtest.Server) error {
	r.StartMiB = resident(os.Getpid())
	words := notify.Wording{Title: "Bekalan air terganggu", Body: "Bekalan air di Petaling terganggu hingga petang esok."}
	begin, before := time.Now(), phones.Requests()
	x, err := a.Announcements.Announce(ctx, announce.Draft{Importance: notify.Important, Target: announce.Target{Kind: announce.Everyone}, Until: begin.Add(time.Hour),
		Texts: map[string]notify.Wording{"ms": words, "en": words, "zh": {Title: "停水", Body: "停水至明日傍晚。"}, "ta": {Title: "தண்ணீர் இல்லை", Body: "நாளை மாலை வரை."}}},
		complaint.By{Actor: complaint.Actor{Role: complaint.Administrator, ID: "bench"}})
	if err != nil {
		return err
	}
	var refusing time.Time
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for n := 0; ; n++ {
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		r.PeakMiB = max(r.PeakMiB, resident(os.Getpid()))
		switch {
		case refusing.IsZero() && phones.Requests()-before > r.Recipients/3:
			refusing = time.Now()
			phones.Always(fcmtest.Any, fcmtest.Unavailable.After("1"))
		case !refusing.IsZero() && time.Since(refusing) > burst:
			phones.Always(fcmtest.Any, fcmtest.Answer{})
		}
		if n%10 != 0 {
			continue
		}
		done, err := r.counted(ctx, a, x.ID)
		if err != nil {
			return err
		}
		if done {
			r.Seconds = time.Since(begin).Seconds()
			r.PerSecond = float64(r.Recipients) / r.Seconds
			r.Ratio = r.PerSecond / r.Floor
			return nil
		}
		if time.Since(begin) > 30*time.Minute {
			return fmt.Errorf("after 30 minutes %d pushes of %d had no end", r.Other, r.Recipients)
		}
	}
}

// counted reads the ledger's counts; done: nothing is on its way.
func (r *AnnounceReport) counted(ctx context.Context, a *app.App, id string) (done bool, err error) {
	counts, err := a.Teller.CountOf(ctx, id)
	if err != nil {
		return false, err
	}
	r.Laid, r.Accepted, r.Gone, r.Other = counts[notify.Inbox][notify.Accepted], 0, 0, 0
	for state, n := range counts[notify.Push] {
		switch state {
		case notify.Accepted:
			r.Accepted = n
		case notify.Failed:
			r.Gone = n
		default:
			r.Other += n
		}
	}
	x, err := a.Announcements.ByID(ctx, id)
	return err == nil && x.State == announce.Spread && r.Other == 0, err
}

// proof compares what arrived with what the ledger says.
func (r *AnnounceReport) proof(ctx context.Context, a *app.App, phones *fcmtest.Server, tokens []string) (err error) {
	for i, token := range tokens {
		switch n := phones.Arrivals(token); {
		case n == 0 && i%deadEvery != 0:
			r.Missing++
		case n > 1:
			r.Twice++
		}
	}
	if r.Kept, err = a.Engine.Count(ctx, identity.Devices.Name, store.Query{Index: "owner"}); err != nil {
		return err
	}
	if living := int64(r.Recipients - r.Dead); r.Laid != int64(r.Recipients) || r.Accepted != living || r.Gone != int64(r.Dead) || r.Kept != living || r.Missing > 0 {
		return fmt.Errorf("not everybody is accounted for: %+v", *r)
	}
	return nil
}

// Write prints the report for people.
func (r *AnnounceReport) Write(out io.Writer) error {
	_, err := fmt.Fprintf(out, `store %s, %d recipients, %d of them with a dead token, FCM refusing everything for %.0f s
spread in %.1f s: %.0f recipients a second; pushing alone %.0f, ratio %.2f
ledger: %d in inboxes, %d pushes accepted, %d devices gone and forgotten, %d in any other state
devices: %d that live got nothing, %d got it again under the same id
resident: %.0f MiB before, %.0f MiB at most
`, r.Store, r.Recipients, r.Dead, r.Burst, r.Seconds, r.PerSecond, r.Floor, r.Ratio, r.Laid, r.Accepted, r.Gone, r.Other, r.Missing, r.Twice, r.StartMiB, r.PeakMiB)
	return err
}
