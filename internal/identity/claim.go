package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Claims gives each complaint of a guest the code that opens it. The code is derived from the complaint's id and a
// secret that is not in the store: a repeated request gets the same code, and a stolen store holds none.
type Claims struct{ secret []byte }

// crockford is base 32 without letters that are read wrongly.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewClaims takes a secret of at least 32 bytes.
func NewClaims(secret []byte) (*Claims, error) {
	if len(secret) < 32 {
		return nil, errors.New("the secret for claim codes must have at least 32 bytes")
	}
	return &Claims{secret: secret}, nil
}

// SecretFile is the name of the secret's file in the data folder.
const SecretFile = "secret.key"

// OpenSecret reads the secret from dir/secret.key, or makes one there on the first start.
func OpenSecret(dir string) ([]byte, error) {
	file := filepath.Join(dir, SecretFile)
	b, err := os.ReadFile(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	b = make([]byte, 32)
	rand.Read(b)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(file) // another process of ours was faster
	} else if err != nil {
		return nil, fmt.Errorf("make %s: %w", file, err)
	}
	_, err = f.Write(b)
	return b, errors.Join(err, f.Sync(), f.Close())
}

// Code is the claim code of a complaint: 50 bits as two groups of five characters.
func (c *Claims) Code(complaintID string) string {
	s := c.derive("claim", complaintID)
	return s[:5] + "-" + s[5:]
}

// Alias is what staff of an agency call a citizen whom they do not know: the same for all that the citizen sends to the
// agency, another one at every other agency, so that two of them cannot put their lists together.
func (c *Claims) Alias(citizen, agency string) string {
	m := hmac.New(sha256.New, c.secret)
	m.Write([]byte("alias:" + citizen + "\x00" + agency))
	return "Pengadu " + crockford.EncodeToString(m.Sum(nil))[:4]
}

// Opens says whether the code, as typed, is the complaint's.
func (c *Claims) Opens(complaintID, typed string) bool {
	return same(typed, c.derive("claim", complaintID))
}

// ShareCode is the part of a link that shows others where a complaint stands: 50 bits in ten characters.
func (c *Claims) ShareCode(complaintID string) string { return c.derive("share", complaintID) }

// OpensShare says whether the code is that of the complaint's link.
func (c *Claims) OpensShare(complaintID, typed string) bool {
	return same(typed, c.ShareCode(complaintID))
}

// Pseudonym is a name for a value that must not be stored: the same for the same, and nobody without the secret learns or
// checks what stands behind it.
func (c *Claims) Pseudonym(kind, value string) string {
	m := hmac.New(sha256.New, c.secret)
	m.Write([]byte("pseudonym:" + kind + "\x00" + value))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// derive makes a code for one purpose, so that a code for one is none for another.
func (c *Claims) derive(purpose, complaintID string) string {
	m := hmac.New(sha256.New, c.secret)
	m.Write([]byte(purpose + ":" + complaintID))
	return crockford.EncodeToString(m.Sum(nil))[:10]
}

// misread are letters that people type for the digits they look like.
var misread = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

func same(typed, code string) bool {
	return subtle.ConstantTimeCompare([]byte(misread.Replace(strings.ToUpper(typed))), []byte(code)) == 1
}
