package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"respons/internal/announce"
	"respons/internal/complaint"
	"respons/internal/console"
	"respons/internal/mail"
	"respons/internal/notify"
	"respons/internal/push"
	"respons/internal/sla"
	"respons/internal/sms"
	"respons/internal/stream"
	"respons/internal/webhook"
	"respons/mobileapi"
	"respons/workers"
)

// wireTeller makes what tells people. E-mail and SMS are added by carriers where the settings name them.
func (a *App) wireTeller(sender push.Sender, hints *workers.Queue) {
	loopback := a.Config.WebhookLoopback
	a.Hooks = &notify.Targets{Engine: a.Engine, Known: a.Ref.known, Before: a.Ref.before, Secret: webhook.Secrets(a.secret), Now: time.Now,
		Check: func(url string) error { return webhook.Check(url, loopback) }}
	a.Teller = &notify.Teller{Cases: a.Cases, People: a.People, Engine: a.Engine, Rules: a.Ref.Now().Rules, Policy: a.Ref.Now().Policy,
		Texts: texts{a.Ref}, SMS: smsTexts{a.Ref}, Frames: a.Ref.Now().Frames, Values: a.Ref.values(),
		Pages:  notify.Pages{Base: strings.TrimSuffix(a.Config.PublicURL, "/"), Stop: a.stopLink},
		Sender: sender, Caller: webhook.New(loopback, time.Now), Targets: a.Hooks, Hints: hints, Parent: a.Ref.parent,
		Morning: a.morning, SMSBudget: a.Config.SMSPerDay,
		Log: a.Log, Now: time.Now, Counted: a.metrics.message, Alarmed: a.metrics.alarm, Tally: &notify.Tally{Engine: a.Engine, Log: a.Log}, Heard: a.heard}
	a.metrics.holding(&a.Teller.Holding)
	a.Announcements = &announce.Board{Engine: a.Engine, Teller: a.Teller, Places: spots{a.Ref}, Chain: a.Ref.chain, Log: a.Log, Now: time.Now}
	a.Teller.Cancelled = a.Announcements.IsCancelled
}

// spots is what announcements may name, as package announce sees it.
type spots struct{ ref *Current }

func (s spots) District(state, name string) string { return s.ref.district(state, name) }
func (s spots) Known(agency string) bool           { return s.ref.known(agency) }

// heard hands an event on to whoever learns from it and counts it, and to those who look on.
func (a *App) heard(ctx context.Context, c *complaint.Complaint, e complaint.Event) error {
	if err := a.Tutor.Notebook.Hear(ctx, c, e); err != nil {
		return err
	}
	if err := a.Announcements.Join(ctx, c, e); err != nil {
		return err
	}
	if err := a.Figures.Count(ctx, c); err != nil {
		return err
	}
	topics := []string{mobileapi.CitizenTopic(c.Citizen)}
	for _, branch := range a.Cases.Store.Branches(c) {
		topics = append(topics, console.BranchTopic(branch, c.Secret))
	}
	if agency := e.Concerns(); agency != "" && agency != c.Agency { // it has left them
		for _, branch := range append(a.Ref.chain(agency), complaint.OwnBranch(agency)) {
			topics = append(topics, console.BranchTopic(branch, c.Secret))
		}
	}
	a.News.Tell(ctx, stream.News{Topics: topics, Number: c.Number, Action: string(e.Action)})
	return nil
}

// carriers opens the mail relay and the SMS gateway that the settings name.
func (a *App) carriers() error {
	if a.Config.SMTPURL != "" {
		relay, err := mail.New(string(a.Config.SMTPURL), a.Config.MailFrom, nil)
		if err != nil {
			return fmt.Errorf("SMTP_URL: %w", err)
		}
		a.Teller.Mailer = relay
	}
	if a.Config.SMSURL != "" {
		gateway, err := sms.New(string(a.Config.SMSURL), a.Config.SMSBody, string(a.Config.SMSHeader), time.Now)
		if err != nil {
			return fmt.Errorf("SMS_URL: %w", err)
		}
		a.Teller.Texter = gateway
	}
	return nil
}

// morning is when officers of an agency get their next digest: at the policy's time on a working day of its state.
func (a *App) morning(ctx context.Context, agency string, after time.Time) (time.Time, error) {
	rules, err := a.Holidays.Rules(ctx, 0)
	if err != nil {
		return time.Time{}, err
	}
	state := sla.OfficeState(rules.States(agency), "")
	var at time.Time
	for day := sla.DateOf(after); day < sla.DateOf(after)+30; day++ {
		at = day.Begins().Add(time.Duration(a.Teller.Policy.DigestAt) * time.Minute)
		if works, _, _ := rules.Book.WorkingDay(state, day); works && at.After(after) {
			return at, nil
		}
	}
	return at, nil // a month without a working day: told all the same
}

// stopLink ends e-mails to a person with one POST (RFC 8058). Its code is derived from the system's secret.
func (a *App) stopLink(person string) string {
	return strings.TrimSuffix(a.Config.PublicURL, "/") + "/v1/unsubscribe?" + url.Values{"person": {person}, "code": {a.stopCode(person)}}.Encode()
}

func (a *App) stopCode(person string) string {
	m := hmac.New(sha256.New, a.secret)
	m.Write([]byte("unsubscribe:" + person))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// mayStop says whether the code is the person's.
func (a *App) mayStop(person, code string) bool {
	return subtle.ConstantTimeCompare([]byte(code), []byte(a.stopCode(person))) == 1
}
