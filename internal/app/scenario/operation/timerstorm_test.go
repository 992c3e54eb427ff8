package operation_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/internal/app"
	"respons/internal/app/apptest"
	"respons/internal/app/redistest"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/push/fcmtest"
	"respons/workers"
)

// stormy is a complaint of which one threshold is passed in the storm.
type stormy struct {
	id, number string
	due        time.Time
	percent    int
}

// phones of the staff who are told in the storm: of a reminder the officer, of a breach the supervisor.
var stormPhones = map[int]struct{ phone, event string }{50: {"phone-officer", "reminder"}, 100: {"phone-supervisor", "breach"}}

// brew files and routes complaints long enough ago that each passes 50 or 100 percent of a clock within a second of at.
func brew(t *testing.T, a *app.App, n int, at time.Time) []stormy {
	t.Helper()
	for role, percent := range map[complaint.Role]int{complaint.Officer: 50, complaint.Supervisor: 100} {
		p, _, err := a.People.Enrol(t.Context(), identity.Person{Name: "Aina", Role: role, Agency: "MBPJ", Lang: "ms"}, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.People.Register(t.Context(), identity.Device{Owner: p.ID, Token: stormPhones[percent].phone, Platform: "android", Lang: "ms"}); err != nil {
			t.Fatal(err)
		}
	}
	out := make([]stormy, n)
	var wg sync.WaitGroup
	for part := range 16 {
		wg.Go(func() {
			for i := part; i < n; i += 16 {
				s, err := brewOne(t.Context(), *a.Cases, i, at.Add(time.Duration(i%1000)*time.Millisecond), 50+50*(i%2))
				if err != nil {
					t.Errorf("prepare complaint %d: %v", i, err)
					return
				}
				out[i] = s
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return out
}

func brewOne(ctx context.Context, cases complaint.Cases, nth int, due time.Time, percent int) (s stormy, err error) {
	// Class S1 gives the agency four hours to accept.
	now := due.Add(-4 * time.Hour * time.Duration(percent) / 100)
	cases.Now, cases.Hints = func() time.Time { return now }, noHints{}
	c, _, err := cases.File(ctx, complaint.Draft{Kind: complaint.Complain, Lang: "ms",
		Text: fmt.Sprintf("Lubang besar depan kedai nombor %d Jalan SS2/24 Petaling Jaya, dua motor jatuh", nth)})
	if err != nil {
		return s, err
	}
	if err := cases.Route(ctx, c.ID); err != nil {
		return s, err
	}
	for {
		if c, err = cases.Store.ByID(ctx, c.ID); err != nil {
			return s, err
		}
		if err := cases.Told(ctx, c.ID, c.Untold...); err != nil {
			return s, err
		}
		if !c.NextTimer.Before(due) {
			return stormy{c.ID, c.Number, c.NextTimer, percent}, nil
		}
		now = c.NextTimer
		if _, _, err := cases.Ring(ctx, c.ID); err != nil {
			return s, err
		}
	}
}

type noHints struct{}

func (noHints) Route(context.Context, string, int64) {}

func (noHints) Tell(context.Context, string, int64) {}

func (noHints) Timer(context.Context, string, int64, time.Time) {}

// Many timers ring in one second while the process that works on them is killed again and again and Redis is emptied in
// between. Afterwards each threshold stands in the history once and not early, and each message shows once.
func TestAStormOfTimersWithKilledWorkersAndAnEmptiedRedis(t *testing.T) {
	redisURL := redistest.Server(t)
	dir := t.TempDir()
	program := apptest.Build(t, dir)
	phones, err := fcmtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer phones.Close()
	cfg := config.Default
	cfg.Configs = restless(t)
	cfg.Data, cfg.Firebase, cfg.FCM = filepath.Join(dir, "data"), filepath.Join(dir, "firebase.json"), phones.Endpoint()
	if err := os.WriteFile(cfg.Firebase, phones.Credentials(), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	first := begin.Add(5 * time.Second).Truncate(time.Second)
	storm := brew(t, a, 400, first)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	rdb, closeRedis, err := app.OpenRedis(t.Context(), redisURL)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRedis()
	queue := workers.NewQueue(rdb, slog.New(slog.DiscardHandler))
	for _, s := range storm {
		if s.due.Before(first) || s.due.After(first.Add(time.Second)) {
			t.Fatalf("%s is due at %s, not in the second after %s", s.number, s.due, first)
		}
		queue.Timer(t.Context(), s.id, 1, s.due)
	}
	if ready := time.Since(begin); ready > 4*time.Second {
		t.Logf("preparing took %s: the storm began before the process did", ready)
	}

	address := "127.0.0.1:" + apptest.FreePort(t)
	p := &apptest.Process{T: t, Program: program, Args: []string{"serve", "--listen", address, "--data", cfg.Data},
		Env: []string{"REDIS_URL=" + redisURL, "FIREBASE_CREDENTIALS=" + cfg.Firebase, "FIREBASE_ENDPOINT=" + phones.Endpoint(), "RESPONS_SWEEP_SECONDS=1", "RESPONS_CONFIGS=" + cfg.Configs}}
	p.Start()
	told := func() int { return len(phones.Phone("phone-officer")) + len(phones.Phone("phone-supervisor")) }
	for kill, enough := range []int{5, 30, 90, 200} {
		apptest.Eventually(t, func() error {
			if n := told(); n < enough {
				return fmt.Errorf("%d of %d messages are out", n, len(storm))
			}
			return nil
		})
		p.Kill()
		if n := told(); n >= len(storm) {
			t.Fatalf("the storm was over before process %d was killed", kill+1)
		}
		if kill%2 == 0 {
			if err := rdb.FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		p.Start()
	}
	// It goes on until nothing comes any more: what was being sent when a process died has a lease for a while.
	for before := -1; told() > before; time.Sleep(1500 * time.Millisecond) {
		before = told()
	}
	checkMetrics(t, "http://"+address)
	p.Cmd.Process.Signal(os.Interrupt)
	if err := p.Cmd.Wait(); err != nil {
		t.Errorf("the process did not end cleanly: %v\n%s", err, p.Out.String())
	}
	if strings.Contains(p.Out.String(), "panic") {
		t.Errorf("the process panicked:\n%s", p.Out.String())
	}
	checkStorm(t, cfg, phones, storm)
}

// checkMetrics sees that an operator can watch the timers.
func checkMetrics(t *testing.T, base string) {
	t.Helper()
	text := string(apptest.Do(t, http.MethodGet, base+"/metrics", nil).Body)
	for _, part := range []string{`respons_timer_lateness_seconds_bucket{le="1"}`, `respons_timer_lateness_seconds_bucket{le="60"}`, "respons_timer_early_total 0"} {
		if !strings.Contains(text, part) {
			t.Errorf("/metrics lacks %s", part)
		}
	}
}

// checkStorm opens the store a minute later, when every lease is over, and lets one sweep finish what is left.
func checkStorm(t *testing.T, cfg config.Config, phones *fcmtest.Server, storm []stormy) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	later := func() time.Time { return time.Now().Add(time.Minute) }
	a.Teller.Now, a.Worker.Now = later, later
	if err := a.Sweep.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	shows := map[string]int{}
	for _, want := range stormPhones {
		for _, m := range phones.Phone(want.phone) {
			shows[want.phone+m.Data["event"]+m.Data["number"]]++
		}
	}
	for _, s := range storm {
		c, err := a.Cases.Store.ByID(t.Context(), s.id)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, e := range c.Events {
			if e.Action != complaint.Step || e.Percent != s.percent {
				continue
			}
			if n++; e.At.Before(s.due) {
				t.Errorf("%s: %d percent was recorded %s early", s.number, s.percent, s.due.Sub(e.At))
			}
		}
		if n != 1 || len(c.Untold) > 0 {
			t.Errorf("%s: %d percent stands %d times in the history; %d events untold", s.number, s.percent, n, len(c.Untold))
		}
		want := stormPhones[s.percent]
		if n := shows[want.phone+want.event+s.number]; n != 1 {
			t.Errorf("%s: %s shows %d messages of the %s", s.number, want.phone, n, want.event)
		}
	}
	for after := ""; ; {
		page, err := a.Cases.Audit(t.Context(), after, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Findings {
			t.Errorf("the audit finds %s", f)
		}
		if after = page.Next; after == "" {
			return
		}
	}
}
