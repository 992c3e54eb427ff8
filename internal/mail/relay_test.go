package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"respons/internal/notify"
)

// relay is an SMTP server that answers as a test says and keeps what it took.
type relay struct {
	mu     sync.Mutex
	answer error // to the recipient
	got    [][]byte
	secure []bool // whether it came encrypted
	who    []string
}

type session struct {
	r    *relay
	conn *smtp.Conn
	who  string
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{r: r, conn: c}, nil }

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) AuthMechanisms() []string             { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.who = user
		return nil
	}), nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	return s.r.answer
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	_, secure := s.conn.TLSConnectionState()
	s.r.got, s.r.secure, s.r.who = append(s.r.got, content), append(s.r.secure, secure), append(s.r.who, s.who)
	return nil
}

// serve starts the server; with certificate it offers STARTTLS.
func (r *relay) serve(t *testing.T, certificate *tls.Config) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(r)
	srv.Domain, srv.TLSConfig = "example.com", certificate
	srv.AllowInsecureAuth = certificate == nil
	srv.ErrorLog = quiet{}
	ended := make(chan struct{})
	go func() { defer close(ended); srv.Serve(l) }() //nolint:errcheck // ends with Close
	t.Cleanup(func() { srv.Close(); <-ended })
	return l.Addr()
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func connect(t *testing.T, address string, trust *tls.Config) *Relay {
	t.Helper()
	r, err := New(address, "Respons <respons@example.gov.my>", trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var letter = notify.Letter{ID: "0123456789abcdef0123456789abcdef", To: "aminah@example.my", Subject: "Laporan RR-7K3M-Q2XA: பதில்",
	Body: "Ada balasan.\n\nHenti: https://x\n", Stop: "https://respons.example.gov.my/v1/unsubscribe?person=01A&code=ff"}

func TestAnEMailIsPlainTextThatCanBeEndedAndIsRecognisedWhenItComesAgain(t *testing.T) {
	server := new(relay)
	r := connect(t, "smtp://"+server.serve(t, nil).String(), nil)
	for range 2 {
		if out := r.Mail(t.Context(), letter); out.State != notify.Accepted {
			t.Fatalf("%+v", out)
		}
	}
	var ids []string
	for _, raw := range server.got {
		m, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
		for name, want := range map[string]string{"List-Unsubscribe": "<" + letter.Stop + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"Auto-Submitted": "auto-generated", "From": `"Respons" <respons@example.gov.my>`, "To": "<aminah@example.my>"} {
			if got := m.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || subject != letter.Subject {
			t.Errorf("subject %q, %v", subject, err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if got := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")); err != nil || got != strings.TrimSpace(letter.Body) {
			t.Errorf("body %q, %v", got, err)
		}
		if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
			t.Errorf("content type %q", kind)
		}
	}
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] != "<"+letter.ID+"@example.gov.my>" {
		t.Errorf("message ids %v", ids)
	}
}

func TestAFileIsAttached(t *testing.T) {
	server := new(relay)
	l := letter
	l.Files = []notify.File{{Name: "respons.xlsx", Kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: []byte("PK\x03\x04 and so on")}}
	if out := connect(t, "smtp://"+server.serve(t, nil).String(), nil).Mail(t.Context(), l); out.State != notify.Accepted {
		t.Fatalf("%+v", out)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(server.got[0]))
	if err != nil {
		t.Fatal(err)
	}
	_, with, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, with["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(text); err != nil || !strings.Contains(string(body), "Ada balasan.") {
		t.Errorf("the text is %q, %v", body, err)
	}
	file, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, file))
	if err != nil || !bytes.Equal(body, l.Files[0].Body) || file.FileName() != "respons.xlsx" || !strings.HasPrefix(file.Header.Get("Content-Type"), l.Files[0].Kind) {
		t.Errorf("the file %q of %s is %q, %v", file.FileName(), file.Header.Get("Content-Type"), body, err)
	}
}

func TestTheRelaysAnswers(t *testing.T) {
	cases := []struct {
		name   string
		answer error
		want   notify.State
	}{
		{"the mailbox is full for now", &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "<aminah@example.my> over quota"}, notify.Waiting},
		{"there is no such mailbox", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<aminah@example.my> unknown"}, notify.Failed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := &relay{answer: c.answer}
			out := connect(t, "smtp://"+server.serve(t, nil).String(), nil).Mail(t.Context(), letter)
			if out.State != c.want || out.Down || out.Err == nil {
				t.Errorf("%+v, want %s", out, c.want)
			}
			if strings.Contains(out.Err.Error()+out.Why, letter.To) {
				t.Errorf("the address would be logged: %v, %s", out.Err, out.Why)
			}
		})
	}
	t.Run("nobody answers", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if out := connect(t, "smtp://"+l.Addr().String(), nil).Mail(t.Context(), letter); out.State != notify.Waiting || !out.Down {
			t.Errorf("%+v", out)
		}
	})
	t.Run("the relay hangs", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		if out := connect(t, "smtp://"+l.Addr().String(), nil).Mail(ctx, letter); out.State != notify.Waiting || !out.Down {
			t.Errorf("%+v", out)
		}
	})
}

// away makes a relay named example.com, which is not this machine, lead to a server of this test.
func away(t *testing.T, user string, to net.Addr, trust *tls.Config) *Relay {
	r := connect(t, "smtp://"+user+"example.com", trust)
	r.dial = func(ctx context.Context, _, address string) (net.Conn, error) {
		if address != "example.com:587" {
			return nil, errors.New("dialed " + address)
		}
		return new(net.Dialer).DialContext(ctx, "tcp", to.String())
	}
	return r
}

func TestNothingLeavesThisMachineUnencrypted(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, which is of example.com
	defer web.Close()
	trust := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "example.com", MinVersion: tls.VersionTLS12}
	trust.RootCAs.AddCert(web.Certificate())

	plain := new(relay)
	out := away(t, "", plain.serve(t, nil), trust).Mail(t.Context(), letter)
	if out.State != notify.Waiting || !out.Alarm || !strings.Contains(out.Why, "STARTTLS") || len(plain.got) != 0 {
		t.Errorf("without STARTTLS: %+v, %d e-mails went", out, len(plain.got))
	}

	safe := new(relay)
	address := safe.serve(t, &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if out := away(t, "respons:secret@", address, trust).Mail(t.Context(), letter); out.State != notify.Accepted || !safe.secure[0] || safe.who[0] != "respons" {
		t.Errorf("with STARTTLS: %+v, encrypted %v, as %v", out, safe.secure, safe.who)
	}
	if out := away(t, "respons:wrong@", address, trust).Mail(t.Context(), letter); out.State != notify.Waiting || !out.Alarm || !strings.Contains(out.Why, "password") {
		t.Errorf("with a wrong password: %+v", out)
	}
	if out := away(t, "", address, nil).Mail(t.Context(), letter); out.State != notify.Waiting || len(safe.got) != 1 {
		t.Errorf("with a certificate nobody vouches for: %+v", out)
	}
}

func TestARelaysAddressIsChecked(t *testing.T) {
	for address, from := range map[string]string{"http://x": "a@b.my", "smtp://": "a@b.my", "smtp://relay:x": "a@b.my", "smtps://relay": "a@b.my", "smtp://relay": "Respons"} {
		if _, err := New(address, from, nil); err == nil {
			t.Errorf("%s, %s is taken", address, from)
		}
	}
}
