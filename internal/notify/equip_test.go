package notify_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/notify"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/sqlite"
	"respons/internal/table"
)

// carrier is a mail relay, an SMS gateway and an agency's system that answer as a test says and keep what they got.
type carrier struct {
	mu      sync.Mutex
	answer  notify.Outcome // zero: accepted
	letters []notify.Letter
	texts   []notify.Text
	calls   []notify.Call
	dies    bool // the process is killed when the message is out and before the ledger knows
}

func (c *carrier) out() notify.Outcome {
	if c.dies {
		c.dies = false
		panic("killed")
	}
	if c.answer.State == "" {
		return notify.Outcome{State: notify.Accepted, ProviderID: "p/1"}
	}
	return c.answer
}

func (c *carrier) Mail(_ context.Context, l notify.Letter) notify.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, l)
	return c.out()
}

func (c *carrier) Text(_ context.Context, m notify.Text) notify.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, m)
	return c.out()
}

func (c *carrier) Call(_ context.Context, x notify.Call) notify.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, x)
	return c.out()
}

// everywhere knows an address of everybody, or none.
type everywhere struct{ email, phone string }

func (e everywhere) Of(context.Context, string) (string, string, error) { return e.email, e.phone, nil }

var myt = time.FixedZone("MYT", 8*60*60)

// desk is the bench with every channel and the policy of the product, at 10:00 on a Thursday in Malaysia.
type desk struct {
	*bench
	*carrier
}

func onBothStores(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Run("embedded", func(t *testing.T) {
		engine, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, equip(t, newBenchOn(t, engine)))
	})
	t.Run("MongoDB", func(t *testing.T) {
		engine, err := mongo.Open(t.Context(), mongotest.Start(t), "respons")
		if err != nil {
			t.Fatal(err)
		}
		test(t, equip(t, newBenchOn(t, engine)))
	})
}

func equip(t *testing.T, b *bench) *desk {
	t.Helper()
	var ms table.Mistakes
	d := &desk{b, new(carrier)}
	b.Policy = notify.LoadPolicy(configs.FS, &ms)
	if err := ms.Err(); err != nil {
		t.Fatal(err)
	}
	b.Values.Zone, b.Mailer, b.Texter, b.Caller = myt, d.carrier, d.carrier, d.carrier
	b.Addresses, b.SMSBudget = everywhere{"aminah@example.my", "+60123456789"}, 100
	b.Targets = &notify.Targets{Engine: b.Engine, Known: b.Known, Check: func(string) error { return nil },
		Secret: func(id string, generation int) string { return fmt.Sprintf("%s-%d", id, generation) }, Now: func() time.Time { return b.now }}
	b.Morning = func(_ context.Context, _ string, after time.Time) (time.Time, error) { // every day but Friday, the weekend of this office
		for day := after.In(myt); ; day = day.AddDate(0, 0, 1) {
			at := time.Date(day.Year(), day.Month(), day.Day(), 7, 30, 0, 0, myt)
			if at.After(after) && at.Weekday() != time.Friday {
				return at.UTC(), nil
			}
		}
	}
	return d
}

// at moves the clock and does what is due.
func (d *desk) at(t *testing.T, when string) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, myt)
	if err != nil {
		t.Fatal(err)
	}
	d.now = at.UTC()
	d.resend(t)
}

func (d *desk) resend(t *testing.T) {
	t.Helper()
	if _, err := d.Resend(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) tell(t *testing.T) {
	t.Helper()
	if err := d.Tell(t.Context(), d.id); err != nil {
		t.Fatal(err)
	}
	d.resend(t)
}

func (d *desk) expect(t *testing.T, key string, want notify.State, why string) *notify.Row {
	t.Helper()
	r := d.rows(t)[key]
	if r == nil || r.State != want || !strings.Contains(r.Why, why) {
		t.Fatalf("at %s the ledger says of %s: %+v; want %s %q", d.now.In(myt), key, r, want, why)
	}
	return r
}
