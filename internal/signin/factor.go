package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// factorField names the secret of the second factor among all that is sealed for a member of staff.
const factorField = "second factor"

const (
	period     = 30 // seconds, RFC 6238
	recoveries = 10 // codes, each good once
)

// Enrolment is what an authenticator app needs; it is shown once.
type Enrolment struct {
	Secret string // base 32, to type it in
	URI    string // otpauth://, to open it on the phone itself
	QR     string // the URI as a picture, SVG
}

// newFactor draws the secret of a second factor (TOTP, RFC 6238).
func newFactor() (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: "new", SecretSize: 20})
	if err != nil {
		return "", fmt.Errorf("draw a second factor: %w", err)
	}
	return key.Secret(), nil
}

// issuer is the name under which authenticator apps list us.
const issuer = "Respons"

// enrolment shows a secret for an account.
func enrolment(secret, account string) (Enrolment, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return Enrolment{}, fmt.Errorf("second factor: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: raw})
	if err != nil {
		return Enrolment{}, fmt.Errorf("second factor: %w", err)
	}
	picture, err := QR(key.URL())
	return Enrolment{Secret: secret, URI: key.URL(), QR: picture}, err
}

// step gives the time step that a code belongs to, of the present one and its neighbours; 0: none later than last. Clocks
// of phones are wrong by some seconds. A code is good once: last is the step of the latest one that was taken.
func step(secret, code string, now time.Time, last int64) (int64, error) {
	found := int64(0)
	for _, at := range []int64{-1, 0, 1} {
		n := now.Unix()/period + at
		want, err := hotp.GenerateCodeCustom(secret, uint64(n), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("second factor: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && n > last {
			found = n
		}
	}
	return found, nil
}

// proved looks at a code, of the authenticator app or a recovery code, and notes in c that it was used. In a
// demonstration an account without a factor needs none.
func (s *Service) proved(ctx context.Context, person string, c *credentials, code string) (bool, error) {
	if len(c.Factor) == 0 {
		return s.Laptop, nil
	}
	secret, err := s.Vault.Open(ctx, person, factorField, c.Factor)
	if err != nil {
		return false, err
	}
	code = plainCode(code)
	n, err := step(string(secret), code, s.now(), c.Step)
	if err != nil {
		return false, err
	}
	if n > 0 {
		c.Step = n
		return true, nil
	}
	hash := s.recoveryHash(person, code)
	if at := slices.Index(c.Recovery, hash); at >= 0 {
		c.Recovery = slices.Delete(slices.Clone(c.Recovery), at, at+1)
		return true, nil
	}
	return false, nil
}

// newRecovery draws recovery codes of 50 bits and gives what is stored of them.
func (s *Service) newRecovery(person string) (codes, hashes []string) {
	for range recoveries {
		raw := rand.Text()[:10] // base 32: five bits a character
		codes = append(codes, strings.ToLower(raw[:5]+"-"+raw[5:]))
		hashes = append(hashes, s.recoveryHash(person, plainCode(raw)))
	}
	return codes, hashes
}

func (s *Service) recoveryHash(person, code string) string {
	return s.digest("recovery", person+":"+code)
}

// plainCode is a code without what people put between its characters.
func plainCode(code string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code))
}
