package notify_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"respons/configs"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/notify"
	"respons/internal/push"
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

func TestAnImportantPushThatIsNotOpenedFallsBackToSMS(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.tell(t)
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		d.expect(t, "routed/citizen/sms", notify.Deferred, "not opened")
		if d.rows(t)["received/citizen/sms"] != nil {
			t.Error("the receipt, which is ordinary, falls back")
		}
		d.at(t, "2026-01-08 11:59")
		if len(d.texts) != 0 {
			t.Fatal("an SMS went out before its time")
		}
		d.at(t, "2026-01-08 12:00")
		d.at(t, "2026-01-08 13:00")
		r := d.expect(t, "routed/citizen/sms", notify.Accepted, "")
		if len(d.texts) != 1 || d.texts[0].To != "+60123456789" || d.texts[0].ID != r.ID || !strings.Contains(d.texts[0].Body, "MBPJ") {
			t.Errorf("text messages: %+v", d.texts)
		}
		if used, err := d.Engine.Counters(t.Context(), "sms/2026-01-08"); err != nil || used["segments"] != int64(notify.Segments(r.Body)) {
			t.Errorf("charged %v, %v", used, err)
		}
	})
}

func TestWhatWasOpenedNeedsNoFallback(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.tell(t)
		pushed := d.rows(t)["routed/citizen/push"]
		if err := d.Opened(t.Context(), pushed.ID, "somebody else"); !errors.Is(err, fault.NotFound) {
			t.Errorf("somebody else opens it: %v", err)
		}
		d.now = d.now.Add(time.Minute)
		first := d.now
		for range 2 { // again is harmless
			if err := d.Opened(t.Context(), pushed.ID, complaint.GuestOf(d.id)); err != nil {
				t.Fatal(err)
			}
			d.now = d.now.Add(time.Minute)
		}
		for _, key := range []string{"routed/citizen/push", "routed/citizen/inbox"} {
			if r := d.expect(t, key, notify.Opened, ""); !r.Opened.Equal(first) {
				t.Errorf("%s: opened at %s, want %s", key, r.Opened, first)
			}
		}
		d.at(t, "2026-01-08 12:00")
		d.expect(t, "routed/citizen/sms", notify.Dropped, "was opened")
		if len(d.texts) != 0 {
			t.Error("an SMS went out all the same")
		}
	})
}

func TestWhoHasNoPhoneToPushToIsReachedAtOnceByTheirOwnChoice(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		guest := complaint.GuestOf(d.id)
		if err := d.Prefer(t.Context(), guest, notify.Preferences{Lang: "en", Off: []notify.Channel{notify.Push}, Fallback: notify.Email}); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		rows := d.rows(t)
		if len(d.provider.got) != 0 || rows["routed/citizen/push"] != nil || len(d.texts) != 0 {
			t.Errorf("%d pushes, %d text messages", len(d.provider.got), len(d.texts))
		}
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
		if len(d.letters) != 1 || !strings.HasPrefix(d.letters[0].Subject, "Respons: Report RR-") || d.letters[0].To != "aminah@example.my" {
			t.Errorf("e-mails: %+v", d.letters)
		}
		if !strings.Contains(rows["routed/citizen/inbox"].Title, "Report") {
			t.Errorf("the inbox is not in the chosen language: %q", rows["routed/citizen/inbox"].Title)
		}
	})
}

func TestPreferencesAreChecked(t *testing.T) {
	d := equip(t, newBench(t))
	for name, p := range map[string]notify.Preferences{
		"a language that there is not":      {Lang: "fr"},
		"the inbox switched off":            {Off: []notify.Channel{notify.Inbox}},
		"a fallback that is switched off":   {Off: []notify.Channel{notify.SMS}, Fallback: notify.SMS},
		"a fallback to where it came from":  {Fallback: notify.Push},
		"quiet hours past the end of a day": {Quiet: &notify.Hours{From: 24 * 60}},
	} {
		if err := d.Prefer(t.Context(), "p", p); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := notify.Preferences{Lang: "ta", Off: []notify.Channel{notify.SMS}, Quiet: &notify.Hours{From: 60, To: 120}}
	if err := d.Prefer(t.Context(), "p", want); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Stop(t.Context(), "p", notify.Email); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Preferences(t.Context(), "p")
	if err != nil || got.Uses(notify.Email) || got.Uses(notify.SMS) || !got.Uses(notify.Push) || len(got.Off) != 2 || *got.Quiet != *want.Quiet {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestQuietHoursDeferAndDangerDoesNotWait(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.now = time.Date(2026, 1, 8, 23, 0, 0, 0, myt).UTC()
		d.tell(t)
		for _, key := range []string{"received/citizen/push", "routed/citizen/push"} {
			d.expect(t, key, notify.Deferred, "quiet hours")
		}
		d.expect(t, "routed/citizen/inbox", notify.Accepted, "")
		d.at(t, "2026-01-09 02:00") // the fallback's time has come, and it is night
		d.expect(t, "routed/citizen/sms", notify.Deferred, "quiet hours")
		d.at(t, "2026-01-09 06:59")
		if len(d.provider.got)+len(d.texts) != 0 {
			t.Fatalf("%d pushes and %d text messages at night", len(d.provider.got), len(d.texts))
		}
		d.at(t, "2026-01-09 07:00")
		d.expect(t, "received/citizen/push", notify.Accepted, "")
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		if len(d.provider.got) != 2 {
			t.Errorf("%d pushes in the morning", len(d.provider.got))
		}
	})
}

// A supervisor is woken by danger, and not by what can wait for the morning's digest.
func TestDangerRingsAtNight(t *testing.T) {
	for class, want := range map[string]int{"S0": 1, "S3": 0} {
		t.Run(class, func(t *testing.T) {
			d := equip(t, newBench(t))
			enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "ms"}, "supervisor's phone")
			d.now = time.Date(2026, 1, 8, 23, 0, 0, 0, myt).UTC()
			d.Cases.Catalogue = classOf(class)
			c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "tiang elektrik tumbang", Lang: "ms"})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Cases.Route(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			if err := d.Tell(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			if n := d.pushesTo("supervisor's phone"); n != want {
				t.Errorf("%d pushes at night, want %d", n, want)
			}
		})
	}
}

type classOf string

func (c classOf) Filing(string) (string, bool, error) { return string(c), false, nil }

func enrol(t *testing.T, d *desk, p identity.Person, phone string) identity.Person {
	t.Helper()
	p.Name = phone
	made, _, err := d.People.Enrol(t.Context(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.People.Register(t.Context(), identity.Device{Owner: made.ID, Token: phone, Platform: push.Android, Lang: p.Lang}); err != nil {
		t.Fatal(err)
	}
	return made
}

func (b *bench) pushesTo(token string) (n int) {
	for _, m := range b.provider.got {
		if m.Token == token {
			n++
		}
	}
	return n
}

func TestOrdinaryPushesAreLimitedByTheHourAndTheRestStaysInTheInbox(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		citizen := enrol(t, d, identity.Person{Role: complaint.CitizenRole, Lang: "en"}, "citizen's phone")
		file := func(n int) (ids []string) {
			for range n {
				c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "en", Citizen: citizen.ID})
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Tell(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
				d.now = d.now.Add(time.Second)
				ids = append(ids, c.ID)
			}
			return ids
		}
		ids := file(d.Policy.PerHour + 2)
		if n := d.pushesTo("citizen's phone"); n != d.Policy.PerHour {
			t.Errorf("%d pushes within an hour, want %d", n, d.Policy.PerHour)
		}
		d.id = ids[len(ids)-1]
		d.expect(t, "received/citizen/push", notify.Dropped, "within an hour")
		d.expect(t, "received/citizen/inbox", notify.Accepted, "")
		if err := d.Cases.Route(t.Context(), d.id); err != nil { // what is important is not counted
			t.Fatal(err)
		}
		if err := d.Tell(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "routed/citizen/push", notify.Accepted, "")
		d.now = d.now.Add(time.Hour)
		file(1)
		if n := d.pushesTo("citizen's phone"); n != d.Policy.PerHour+2 {
			t.Errorf("%d pushes after the hour", n)
		}
	})
}

func TestOfficersGetADigestInsteadOfManyAlerts(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		boss := enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "en", Email: "boss@mbpj.gov.my"}, "boss")
		route := func(n int) {
			for range n {
				c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "en"})
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Cases.Route(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
				for range 2 { // again adds nothing
					if err := d.Tell(t.Context(), c.ID); err != nil {
						t.Fatal(err)
					}
				}
				d.now = d.now.Add(time.Second)
			}
			d.resend(t)
		}
		route(3)
		d.at(t, "2026-01-08 21:00")
		d.at(t, "2026-01-09 07:31") // Friday: nobody works
		if n := d.pushesTo("boss"); n != 0 {
			t.Fatalf("%d alerts before the morning of a working day", n)
		}
		d.at(t, "2026-01-10 07:30")
		d.at(t, "2026-01-10 07:31")
		if n := d.pushesTo("boss"); n != 1 || !strings.Contains(d.provider.got[len(d.provider.got)-1].Title, "3 messages") {
			t.Fatalf("%d digests; the last push %q", n, d.provider.got[len(d.provider.got)-1].Title)
		}
		mailed := slices.IndexFunc(d.letters, func(l notify.Letter) bool { return strings.Contains(l.Subject, "Digest") })
		if mailed < 0 || !strings.Contains(d.letters[mailed].Body, "New complaints: 3") {
			t.Errorf("e-mails: %+v", d.letters)
		}
		route(d.Policy.DigestAfter - 1)
		if n := d.pushesTo("boss"); n != 1 {
			t.Errorf("%d digests below the threshold", n)
		}
		route(1)
		if n := d.pushesTo("boss"); n != 2 {
			t.Errorf("%d digests when enough came together, want 2", n)
		}
		d.at(t, "2026-01-11 07:30")
		if n := d.pushesTo("boss"); n != 2 {
			t.Errorf("%d digests; the last told nothing", n)
		}
		list, _, err := d.Search(t.Context(), notify.Search{Person: boss.ID, Channel: notify.Inbox, Limit: 100})
		if err != nil || len(list) != 3+d.Policy.DigestAfter {
			t.Errorf("%d messages in the inbox, %v", len(list), err)
		}
	})
}

// A process is killed when the digest is out and before it was crossed off: it comes again under the same id.
func TestADigestThatIsCutOffComesAgainUnderTheSameID(t *testing.T) {
	d := equip(t, newBench(t))
	enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "MBPJ", Lang: "en"}, "boss")
	d.tell(t)
	d.now = time.Date(2026, 1, 10, 7, 30, 0, 0, myt).UTC()
	d.Sender = dying{d.provider}
	func() {
		defer func() { recover() }()
		d.Resend(t.Context())
	}()
	d.Sender = d.provider
	d.resend(t)
	d.now = d.now.Add(time.Minute)
	d.resend(t)
	ids := map[string]int{}
	for _, m := range d.provider.got {
		if m.Token == "boss" {
			ids[m.ID]++
		}
	}
	if len(ids) != 1 || d.pushesTo("boss") != 2 {
		t.Errorf("digests by id: %v", ids)
	}
}

func TestTextMessagesEndWithTheDaysBudget(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		d.SMSBudget = 1
		if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Lang: "ms"}); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		if _, err := d.Cases.Accept(t.Context(), d.id, "", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Cases.Resolve(t.Context(), d.id, "Siap.", by("MBPJ")); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		d.answer = notify.Outcome{State: notify.Waiting, Why: "busy"}
		d.at(t, "2026-01-08 12:30")
		d.answer = notify.Outcome{}
		d.at(t, "2026-01-08 13:30") // what was tried before is not charged again
		sent, dropped := 0, 0
		for _, key := range []string{"routed/citizen/sms", "resolved/citizen/sms"} {
			switch r := d.rows(t)[key]; {
			case r.State == notify.Accepted && r.Attempts == 2:
				sent++
			case r.State == notify.Dropped && strings.Contains(r.Why, "budget"):
				dropped++
			}
		}
		if used, err := d.Engine.Counters(t.Context(), "sms/2026-01-08"); err != nil || used["segments"] != 1 || sent != 1 || dropped != 1 {
			t.Errorf("charged %v, %v; %d sent, %d dropped", used, err, sent, dropped)
		}
	})
}

func by(agency string) complaint.By {
	return complaint.By{Actor: complaint.Actor{Role: complaint.Officer, ID: "officer", Agency: agency}}
}

func TestAnEMailCutOffBetweenRelayAndLedgerGoesAgainUnderTheSameID(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
			t.Fatal(err)
		}
		if err := d.Tell(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		id := d.expect(t, "routed/citizen/email", notify.Queued, "").ID
		d.dies = true
		func() {
			defer func() { recover() }()
			d.Deliver(t.Context(), id)
		}()
		d.mu.TryLock() // the process that died held it
		d.mu.Unlock()
		for range 2 { // whoever comes next leaves the leased row alone
			if err := d.Deliver(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if len(d.letters) != 1 {
			t.Fatalf("%d e-mails within the lease", len(d.letters))
		}
		d.now = d.now.Add(time.Minute)
		d.resend(t)
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
		if len(d.letters) != 2 || d.letters[0].ID != d.letters[1].ID {
			t.Errorf("e-mails %+v", d.letters)
		}
	})
}

func TestARelayThatIsDownIsLeftAloneUntilTheNextRound(t *testing.T) {
	d := equip(t, newBench(t))
	if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
		t.Fatal(err)
	}
	ids := []string{d.id}
	for range 40 {
		c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Cases.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.Prefer(t.Context(), complaint.GuestOf(c.ID), notify.Preferences{Off: []notify.Channel{notify.Push, notify.SMS}}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	for _, id := range ids {
		if err := d.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	d.answer = notify.Outcome{State: notify.Waiting, Down: true, Why: "out of reach"}
	d.resend(t)
	if n := len(d.letters); n == 0 || n > 16 {
		t.Errorf("%d attempts in one round at a relay that is down", n)
	}
	d.answer = notify.Outcome{}
	d.now = d.now.Add(time.Minute)
	d.resend(t)
	for _, id := range ids {
		d.id = id
		d.expect(t, "routed/citizen/email", notify.Accepted, "")
	}
}

func TestEveryoneIsToldNothingOfARestrictedComplaintByWhateverChannel(t *testing.T) {
	d := equip(t, newBench(t))
	c, err := d.Cases.Store.ByID(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	c.Secret = true
	if err := d.Cases.Store.Replace(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Targets.Set(t.Context(), "MBPJ", "https://mbpj.example.my", nil, false); err != nil {
		t.Fatal(err)
	}
	if err := d.Prefer(t.Context(), complaint.GuestOf(d.id), notify.Preferences{Off: []notify.Channel{notify.Push}}); err != nil {
		t.Fatal(err)
	}
	d.tell(t)
	if len(d.texts) == 0 || len(d.calls) != 0 {
		t.Errorf("%d text messages, %d calls", len(d.texts), len(d.calls))
	}
	for _, m := range d.texts {
		if strings.Contains(m.Body, c.Number) || strings.Contains(m.Body, "MBPJ") {
			t.Errorf("the SMS says %q", m.Body)
		}
	}
}

// broken knows everybody's address but one person's, whose key is damaged.
type broken struct {
	everywhere
	person string
}

func (b broken) Of(ctx context.Context, person string) (string, string, error) {
	if person == b.person {
		return "", "", errors.New("the key is damaged")
	}
	return b.everywhere.Of(ctx, person)
}

func TestAMessageThatCannotBeMadeReadyHoldsUpNoOther(t *testing.T) {
	d := equip(t, newBench(t))
	first := d.id
	c, _, err := d.Cases.File(t.Context(), complaint.Draft{Kind: complaint.Complain, Text: "lampu jalan padam", Lang: "ms"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Cases.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first, c.ID} {
		if err := d.Tell(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	d.Addresses = broken{d.Addresses.(everywhere), complaint.GuestOf(first)}
	d.at(t, "2026-01-08 12:30")
	d.expect(t, "routed/citizen/sms", notify.Waiting, "could not be made ready")
	d.id = c.ID
	d.expect(t, "routed/citizen/sms", notify.Accepted, "")
	d.id = first
	for range 10 {
		d.now = d.now.Add(time.Hour)
		d.resend(t)
	}
	if r := d.rows(t)["routed/citizen/sms"]; r.State != notify.Failed || !strings.Contains(r.Why, "given up") {
		t.Errorf("after ten hours: %+v", r)
	}
}

func TestAMissedDeadlineIsToldToTheBodyAboveWhereNobodySupervises(t *testing.T) {
	onBothStores(t, func(t *testing.T, d *desk) {
		enrol(t, d, identity.Person{Role: complaint.Supervisor, Agency: "SUK-SGR", Lang: "en"}, "above")
		d.now = d.now.Add(time.Minute)
		late := d.now.AddDate(0, 1, 0)
		d.now = late
		if _, _, err := d.Cases.Ring(t.Context(), d.id); err != nil {
			t.Fatal(err)
		}
		d.tell(t)
		d.expect(t, "breach/supervisor/inbox", notify.Dropped, "nobody holds this role")
		d.expect(t, "breach/parent/inbox", notify.Accepted, "")
		if d.pushesTo("above") == 0 {
			t.Error("the body above got no push")
		}
	})
}
