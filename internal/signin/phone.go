package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/reporter"
)

// A code has six digits and is good for five minutes and five tries. Between two codes to one number lies a pause that
// doubles from one minute to sixteen, and a number gets ten a day at the most: whoever asks for codes to others' numbers
// neither floods them nor costs much, and whoever guesses has fifty tries a day at one in a million.
const (
	CodeLasts  = 5 * time.Minute
	codeTries  = 5
	codeDigits = 6
	firstPause = time.Minute
	mostPause  = 16 * time.Minute
	codesADay  = 10
)

// phoneCode is what is kept of the codes to one number.
type phoneCode struct {
	Ends  time.Time `json:"ends"`           // of this document: a day after the first code
	Code  string    `json:"code,omitempty"` // digest; empty: it was used
	Until time.Time `json:"until"`          // how long the code is good
	Tries int       `json:"tries"`          // at this code
	Sent  int       `json:"sent"`           // codes since the first one
	Next  time.Time `json:"next"`           // when another one may be asked for
}

// Sent says what becomes of a code that was asked for. It is the same whether or not somebody has this number.
type Sent struct {
	Expires time.Time
	Next    time.Time // when another one may be asked for
}

// SendCode sends a code to a telephone number, as people type it. fault.Invalid for what is no number or one that gets no
// codes, fault.TooMany before the pause is over, fault.Conflict where there is no gateway, fault.Unavailable where it does
// not answer.
func (s *Service) SendCode(ctx context.Context, typed, lang string) (Sent, error) {
	phone, err := reporter.ParsePhone(typed)
	if err != nil {
		return Sent{}, err
	}
	if !slices.ContainsFunc(s.Prefixes, func(p string) bool { return strings.HasPrefix(phone, p) }) {
		return Sent{}, fault.New(fault.Invalid, "codes go to numbers that begin with %s; sign in another way", strings.Join(s.Prefixes, " or "))
	}
	if s.Text == nil && !s.Laptop {
		return Sent{}, fault.New(fault.Conflict, "codes by SMS are not set up here; sign in another way")
	}
	var c phoneCode
	f, err := s.load(ctx, s.codeID(phone), &c)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Sent{}, err
	}
	now := s.now()
	if errors.Is(err, fault.NotFound) {
		c = phoneCode{Ends: now.Add(24 * time.Hour)}
		f.ends = c.Ends
	}
	switch {
	case c.Sent >= codesADay:
		return Sent{}, tooSoon(c.Ends.Sub(now), "this number got %d codes today", codesADay)
	case now.Before(c.Next):
		return Sent{}, tooSoon(c.Next.Sub(now), "a code was sent a moment ago")
	}
	code, err := digits(codeDigits)
	if err != nil {
		return Sent{}, err
	}
	c.Code, c.Until, c.Tries, c.Next = s.digest("code", phone+":"+code), now.Add(CodeLasts), 0, now.Add(min(firstPause<<c.Sent, mostPause))
	c.Sent++
	switch err := s.save(ctx, f, c); {
	case errors.Is(err, fault.Stale), errors.Is(err, fault.Duplicate):
		return Sent{}, tooSoon(firstPause, "a code was sent a moment ago")
	case err != nil:
		return Sent{}, err
	}
	return Sent{Expires: c.Until, Next: c.Next}, s.text(ctx, phone, code, lang)
}

// text sends the code. In a demonstration without a gateway it stands in the log, which nobody else can read.
func (s *Service) text(ctx context.Context, phone, code, lang string) error {
	text := s.Texts.Code(lang, code, int(CodeLasts.Minutes()))
	if s.Text == nil {
		s.Log.InfoContext(ctx, "sign-in code; no SMS gateway is set", "code", code)
		return nil
	}
	left, err := s.Charge(ctx, 1)
	if err != nil {
		return err
	}
	if !left {
		return fault.New(fault.Unavailable, "no more text messages can be sent today; sign in another way")
	}
	if err := s.Text(ctx, phone, text); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the text message could not be sent; try again later, or sign in another way")
	}
	return nil
}

// EnterCode lets in whoever has the code that was sent to a number. A try is counted before its outcome is
// told, so that tries at once are all counted. The one answer to whatever is wrong is
// fault.Unauthorized.
func (s *Service) EnterCode(ctx context.Context, typed, code, lang string, client Client) (In, error) {
	wrong := fault.New(fault.Unauthorized, "the code is wrong or over; compare it with the text message, or ask for another one")
	phone, err := reporter.ParsePhone(typed)
	if err != nil {
		return In{}, err
	}
	for {
		var c phoneCode
		f, err := s.load(ctx, s.codeID(phone), &c)
		if errors.Is(err, fault.NotFound) {
			return In{}, wrong
		}
		if err != nil {
			return In{}, err
		}
		if c.Code == "" || c.Tries >= codeTries || !s.now().Before(c.Until) {
			return In{}, wrong
		}
		right := subtle.ConstantTimeCompare([]byte(s.digest("code", phone+":"+strings.TrimSpace(code))), []byte(c.Code)) == 1
		if c.Tries++; right {
			c.Code, c.Sent = "", 1 // once; and whoever has the phone need not wait as guessers do
		}
		switch err := s.save(ctx, f, c); {
		case errors.Is(err, fault.Stale): // somebody else tried at this moment
			continue
		case err != nil:
			return In{}, err
		case !right:
			return In{}, wrong
		}
		return s.citizen(ctx, identity.Phone, "", phone, lang, client)
	}
}

func (s *Service) codeID(phone string) string { return "code:" + s.digest("phone", phone) }

func tooSoon(wait time.Duration, format string, args ...any) error {
	wait = wait.Round(time.Second)
	err := fault.New(fault.TooMany, "%s; try again in %s", fmt.Sprintf(format, args...), max(wait, time.Second))
	err.Wait = max(wait, time.Second)
	return err
}

// digits gives n random digits.
func digits(n int) (string, error) {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	x, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%0"+strconv.Itoa(n)+"d", x), nil
}
