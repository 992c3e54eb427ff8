// Package mail hands e-mails to a relay by SMTP. DKIM and bounces are the relay's.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"respons/internal/notify"
)

// Relay is an SMTP server that takes our e-mails.
type Relay struct {
	host    string
	options []gomail.Option
	dial    gomail.DialContextFunc
	from    mail.Address
	domain  string // of message ids
}

// New takes an address smtp://user:password@host:port (587 where the port is left out) and whom the e-mails are from, such
// as Respons <respons@example.gov.my>. Without STARTTLS nothing is sent, unless the host is this machine. trust may be nil:
// the machine's certificates.
func New(address, from string, trust *tls.Config) (*Relay, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" {
		return nil, errors.New("is no smtp:// address")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is no e-mail address such as Respons <respons@example.gov.my>", from)
	}
	r := &Relay{host: u.Hostname(), dial: new(net.Dialer).DialContext, from: *sender, domain: sender.Address[strings.LastIndex(sender.Address, "@")+1:]}
	port := 587
	policy := gomail.TLSMandatory
	if ip := net.ParseIP(r.host); r.host == "localhost" || ip != nil && ip.IsLoopback() {
		policy = gomail.TLSOpportunistic
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("has a port that is no number")
		}
	}
	r.options = append(r.options, gomail.WithPort(port), gomail.WithTLSPolicy(policy), gomail.WithHELO(r.domain), gomail.WithoutNoop())
	if trust != nil {
		r.options = append(r.options, gomail.WithTLSConfig(trust))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		r.options = append(r.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(r.host, r.options...); err != nil {
		return nil, err
	}
	return r, nil
}

var _ notify.Mailer = (*Relay)(nil)

// Mail hands over one e-mail on a connection of its own, which ends with ctx: the library itself waits for ever for a
// relay that hangs, and leaves connections open on which a relay refused to go on.
func (r *Relay) Mail(ctx context.Context, l notify.Letter) notify.Outcome {
	m, err := r.message(l)
	if err != nil {
		return notify.Outcome{State: notify.Failed, Why: "the e-mail could not be written", Err: err}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c, err := gomail.NewClient(r.host, append(slices.Clip(r.options), gomail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := r.dial(dialing, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // it may be closed already
		}
		return conn, err
	}))...)
	if err != nil {
		return notify.Outcome{State: notify.Waiting, Why: "the relay's settings are wrong", Alarm: true, Down: true, Err: err}
	}
	if err := c.DialWithContext(ctx); err != nil {
		return unreachable(err)
	}
	if err := c.Send(m); err != nil {
		return refused(err, l.To)
	}
	c.Close() //nolint:errcheck // the relay answered for the message already; what it says to QUIT changes nothing
	return notify.Outcome{State: notify.Accepted, ProviderID: m.GetMessageID()}
}

// unreachable reads why no session came about.
func unreachable(err error) notify.Outcome {
	out := notify.Outcome{State: notify.Waiting, Why: "the mail relay is out of reach", Down: true, Err: err}
	switch answer, ok := errors.AsType[*textproto.Error](err); {
	case ok && answer.Code == 535, errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		out.Why, out.Alarm = "the mail relay refuses our password", true
	case strings.Contains(err.Error(), "STARTTLS"): // the library has no error of its own for it
		out.Why, out.Alarm = "the mail relay offers no STARTTLS, without which nothing is sent", true
	}
	return out
}

// refused reads the relay's answer: 4xx passes, 5xx does not; a connection that broke may have carried the message, and
// the same Message-ID lets the relay or the reader's program recognise the repeat.
func refused(err error, to string) notify.Outcome {
	var e *gomail.SendError
	if errors.As(err, &e) && e.ErrorCode() >= 500 {
		return notify.Outcome{State: notify.Failed, Why: "the mail relay refused it for good: " + strconv.Itoa(e.ErrorCode()), Err: hide(err, to)}
	}
	return notify.Outcome{State: notify.Waiting, Why: "the mail relay asked to wait", Err: hide(err, to)}
}

func (r *Relay) message(l notify.Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&r.from)
	if err := m.To(l.To); err != nil {
		return nil, errors.New("the address is malformed")
	}
	m.Subject(l.Subject)
	m.SetDate()
	m.SetMessageIDWithValue(l.ID + "@" + r.domain)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	if l.Stop != "" {
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+l.Stop+">")
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click") // RFC 8058
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	for _, f := range l.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Body), gomail.WithFileContentType(gomail.ContentType(f.Kind))); err != nil {
			return nil, fmt.Errorf("attach a file: %w", err)
		}
	}
	return m, nil
}

// hide takes the recipient's address out of an error: relays like to repeat it.
func hide(err error, to string) error {
	return errors.New(strings.ReplaceAll(err.Error(), to, "(address)"))
}
