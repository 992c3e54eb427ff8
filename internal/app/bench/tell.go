package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/push/fcmtest"
)

// TellReport is how long it takes on an idle system from an officer's click to the citizen's push being accepted by FCM,
// which is a server of this machine. The floor is one push alone, through the same client.
type TellReport struct {
	Store  string    `json:"store"`
	Clicks int       `json:"clicks"`
	Rows   []TellRow `json:"rows"`
}

// TellRow is the measurement with one Redis.
type TellRow struct {
	Redis  string `json:"redis"`  // embedded or real
	Push   Spread `json:"push"`   // from the click to acceptance
	Answer Spread `json:"answer"` // from the click to the officer's answer
	Floor  Spread `json:"floor"`  // one push alone
}

// Spread are quantiles in milliseconds.
type Spread struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`
}

func spread(all []time.Duration) Spread {
	slices.Sort(all)
	return Spread{P50: at(all, .5), P99: at(all, .99), Max: at(all, 1)}
}

// mostBetween is the longest pause between two clicks: they must not fall in step with whatever looks for work in turns.
const mostBetween = 300 * time.Millisecond

// Tell measures a number of clicks on a store of its own in a temporary folder.
func Tell(ctx context.Context, cfg config.Config, clicks int, progress func(string)) (*TellReport, error) {
	report := &TellReport{Store: "embedded", Clicks: clicks}
	if cfg.MongoURI != "" {
		report.Store = "mongodb"
	}
	err := eachRedis(ctx, cfg, progress, func(cfg config.Config, kind string) error {
		row, err := tellWith(ctx, cfg, kind, clicks, progress)
		report.Rows = append(report.Rows, row)
		return err
	})
	return report, err
}

func tellWith(ctx context.Context, cfg config.Config, kind string, clicks int, progress func(string)) (row TellRow, err error) {
	row.Redis = kind
	dir, err := os.MkdirTemp("", "respons-bench-")
	if err != nil {
		return row, err
	}
	defer os.RemoveAll(dir)
	phones, err := fcmtest.Start()
	if err != nil {
		return row, err
	}
	defer phones.Close()
	cfg.Data, cfg.Demo, cfg.Roles = dir, false, "api,console,worker"
	cfg.Firebase, cfg.FCM = filepath.Join(dir, "firebase.json"), phones.Endpoint()
	if err := os.WriteFile(cfg.Firebase, phones.Credentials(), 0o600); err != nil {
		return row, err
	}
	a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return row, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	watch := &stopwatch{next: a.Teller.Sender, seen: map[string]chan time.Time{}}
	a.Teller.Sender, a.Teller.Policy = watch, notify.Policy{} // measured at whatever hour it is
	if err := a.Start(ctx); err != nil {
		return row, err
	}
	base, stop, err := listen(a.Handler())
	if err != nil {
		return row, err
	}
	defer stop()
	progress(fmt.Sprintf("%s Redis: %d complaints are filed and routed", kind, clicks))
	numbers, officer, err := clickable(ctx, a, base, clicks)
	if err != nil {
		return row, err
	}
	progress(fmt.Sprintf("%s Redis: %d clicks", kind, clicks))
	var pushed, answered, floor []time.Duration
	for i, number := range numbers {
		select {
		case <-time.After(rand.N(mostBetween)): // #nosec G404 -- no secret
		case <-ctx.Done():
			return row, ctx.Err()
		}
		begin := time.Now()
		out := watch.next.Send(ctx, push.Message{ID: fmt.Sprintf("floor-%d", i), Token: "floor", Platform: push.Android, Title: "x", Body: "y"})
		if floor = append(floor, time.Since(begin)); out.State != push.Accepted {
			return row, fmt.Errorf("the push alone was not accepted: %w", out.Err)
		}
		begin = time.Now()
		if err := act(ctx, base+"/v1/staff/complaints/"+number+"/accept", officer, `{}`, nil); err != nil {
			return row, err
		}
		answered = append(answered, time.Since(begin))
		select {
		case at := <-watch.of("accepted", number):
			pushed = append(pushed, at.Sub(begin))
		case <-time.After(time.Minute):
			return row, fmt.Errorf("no push followed within a minute of click %d", i+1)
		case <-ctx.Done():
			return row, ctx.Err()
		}
	}
	row.Push, row.Answer, row.Floor = spread(pushed), spread(answered), spread(floor)
	return row, nil
}

// clickable files complaints, each of a guest with a phone, waits until all are routed and told, and enrols an officer who
// may accept them.
func clickable(ctx context.Context, a *app.App, base string, n int) (numbers []string, officer string, err error) {
	agency := ""
	for i := range n {
		var made struct{ Number string }
		filing := fmt.Sprintf(`{"text":"Lubang besar depan kedai nombor %d Jalan SS2/24, dua motor jatuh","location":{"lat":3.1186,"lon":101.6221},"device":{"token":"phone-%d","platform":"android"}}`, i, i)
		if err := act(ctx, base+"/v1/complaints", "", filing, &made); err != nil {
			return nil, "", err
		}
		for limit := time.Now().Add(time.Minute); ; {
			c, err := a.Cases.Store.ByNumber(ctx, made.Number)
			if err != nil {
				return nil, "", err
			}
			if c.State == complaint.Routed && len(c.Untold) == 0 && (agency == "" || agency == c.Agency) {
				agency = c.Agency
				break
			}
			if time.Now().After(limit) {
				return nil, "", fmt.Errorf("complaint %d is %s at agency %q and %d of its events are untold after a minute", i+1, c.State, c.Agency, len(c.Untold))
			}
			time.Sleep(5 * time.Millisecond)
		}
		numbers = append(numbers, made.Number)
	}
	_, officer, err = a.People.Enrol(ctx, identity.Person{Role: complaint.Officer, Agency: agency, Name: "Bench", Lang: "ms"}, "")
	return numbers, officer, err
}

// act posts a body, signed in where there is a token, and reads the answer into out unless it is nil.
func act(ctx context.Context, url, token, body string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d: %.200s", res.StatusCode, content)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(content, out)
}

// stopwatch notes when pushes were accepted.
type stopwatch struct {
	next push.Sender
	mu   sync.Mutex
	seen map[string]chan time.Time // by event and complaint
}

// Send hands the message on.
func (s *stopwatch) Send(ctx context.Context, m push.Message) push.Outcome {
	out := s.next.Send(ctx, m)
	if out.State == push.Accepted {
		select {
		case s.of(m.Data["event"], m.Data["number"]) <- time.Now():
		default: // a repeat
		}
	}
	return out
}

// of is where the moment of a push comes in.
func (s *stopwatch) of(event, number string) chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := event + "/" + number
	if s.seen[key] == nil {
		s.seen[key] = make(chan time.Time, 1)
	}
	return s.seen[key]
}

// Write prints the report for people.
func (r *TellReport) Write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "store %s, %d clicks of an officer on an idle system, milliseconds from the click\n", r.Store, r.Clicks)
	fmt.Fprintln(w, "Redis\tpush accepted p50\tp99\tmax\tofficer answered p50\tp99\tpush alone p50\tp99\t")
	for _, x := range r.Rows {
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", x.Redis, x.Push.P50, x.Push.P99, x.Push.Max, x.Answer.P50, x.Answer.P99, x.Floor.P50, x.Floor.P99)
	}
	return w.Flush()
}
