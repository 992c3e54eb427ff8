package signin

import (
	"bufio"
	"context"
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"respons/internal/fault"
	"respons/internal/identity"
)

// Cost is what hashing one password takes (argon2id, RFC 9106).
type Cost struct {
	MemoryKiB  uint32
	Iterations uint32
}

func (c Cost) params() *argon2id.Params {
	return &argon2id.Params{Memory: c.MemoryKiB, Iterations: c.Iterations, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// hash makes what is stored of a password.
func (s *Service) hash(ctx context.Context, password string) (hash string, err error) {
	err = s.bounded(ctx, func() error {
		hash, err = argon2id.CreateHash(password, s.Cost.params())
		return err
	})
	return hash, err
}

// matches says whether a password is the one that was hashed, and whether it should be hashed anew at today's cost.
func (s *Service) matches(ctx context.Context, password, hash string) (same, stale bool, err error) {
	err = s.bounded(ctx, func() error {
		var was *argon2id.Params
		if same, was, err = argon2id.CheckHash(password, hash); err == nil {
			stale = was.Memory != s.Cost.MemoryKiB || was.Iterations != s.Cost.Iterations
		}
		return err
	})
	return same, stale, err
}

// bounded waits until few enough hash at once; each takes much memory.
func (s *Service) bounded(ctx context.Context, do func() error) error {
	select {
	case s.Hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.Hashing }()
	return do()
}

// Lengths of a password in characters. NIST SP 800-63B-4 asks for 8 beside a second factor and for 64 to be taken.
const (
	minPassword = 12
	maxPassword = 128
)

//go:embed common.txt
var commonText string

// common are passwords that everybody tries first, and what people make them longer with.
var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for lines := bufio.NewScanner(strings.NewReader(commonText)); lines.Scan(); {
		if w := strings.TrimSpace(lines.Text()); w != "" && !strings.HasPrefix(w, "#") {
			out[w] = true
		}
	}
	return out
})

// unleet reads digits and signs as the letters that they stand for.
var unleet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// Weakness is why a password would soon be guessed; empty: it would not.
type Weakness string

// The weaknesses.
const (
	NoText   Weakness = "no-text"
	TooShort Weakness = "short"
	TooLong  Weakness = "long"
	Repeats  Weakness = "repeats"
	Runs     Weakness = "runs"
	Common   Weakness = "common"
	Own      Weakness = "own"
)

// why words each weakness behind "the password".
var why = map[Weakness]string{
	NoText:   "is no text",
	TooShort: "is too short; take 12 characters or more, such as four words that do not belong together",
	TooLong:  "is too long; take 128 characters at the most",
	Repeats:  "repeats few characters; take words that do not belong together",
	Runs:     "runs along the alphabet or the keyboard; take words that do not belong together",
	Common:   "is one that many people use, and the first that is tried; take words that do not belong together",
	Own:      "is little more than your name, your e-mail address or the name of this system",
}

// weak is fault.Invalid for a password that has a weakness.
func weak(password string, p identity.Person) error {
	w := WeaknessOf(password, p)
	if w == "" {
		return nil
	}
	f := fault.New(fault.Invalid, "the password %s", why[w])
	f.Fields = []fault.Field{{Path: "body.password", Text: why[w]}}
	return f
}

// WeaknessOf finds why a password that a person chooses would soon be guessed. Rules for kinds of characters are none: they
// make passwords no harder to guess.
func WeaknessOf(password string, p identity.Person) Weakness {
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password):
		return NoText
	case n < minPassword:
		return TooShort
	case n > maxPassword:
		return TooLong
	case distinct(lower) < 5:
		return Repeats
	case sequence(lower):
		return Runs
	}
	bare := strings.Trim(lower, "0123456789!@#$%^&*()-_=+.,;:?/ ")
	for _, form := range []string{lower, bare, unleet.Replace(lower), unleet.Replace(bare), half(lower), half(bare)} {
		if common()[form] {
			return Common
		}
	}
	local, _, _ := strings.Cut(strings.ToLower(p.Email), "@")
	for _, own := range append(strings.Fields(strings.ToLower(p.Name)), local, "respons") {
		if utf8.RuneCountInString(own) >= 4 && strings.Contains(lower, own) && n-utf8.RuneCountInString(own) < 8 {
			return Own
		}
	}
	return ""
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// sequence says whether a password is one run along the alphabet, the digits or a keyboard, there or back.
func sequence(s string) bool {
	for _, run := range []string{"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "1234567890-=qwertyuiop", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp"} {
		if strings.Contains(run, s) || strings.Contains(reverse(run), s) {
			return true
		}
	}
	return false
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// half is one half of what was typed twice, else nothing.
func half(s string) string {
	if n := len(s) / 2; len(s)%2 == 0 && s[:n] == s[n:] {
		return s[:n]
	}
	return ""
}
