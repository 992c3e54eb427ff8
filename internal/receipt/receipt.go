// Package receipt signs what a citizen is given for a complaint, so that anybody can prove offline, years later and
// without asking us, what was received, when, and what was promised.
package receipt

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Claims is what a receipt says. Times are UTC.
type Claims struct {
	Number   string    `json:"number"`
	Text     string    `json:"text_sha256"` // SHA-256 of the text as it was sent, in UTF-8; hexadecimal
	Kind     string    `json:"kind"`
	Lat      *float64  `json:"lat,omitempty"` // WGS 84 degrees, as they were sent
	Lon      *float64  `json:"lon,omitempty"`
	Received time.Time `json:"received"`
	Promised time.Time `json:"promised,omitzero"` // by when it is to be mended; zero: nobody could say yet
	Agency   string    `json:"agency,omitempty"`  // who must act; empty: not decided yet
	Issued   time.Time `json:"issued"`
}

// Digest is what a receipt says of a text.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Signer signs receipts as compact JSON Web Signatures (RFC 7515) with Ed25519 (RFC 8037).
type Signer struct {
	private ed25519.PrivateKey
	head    string // the first part of every receipt
	public  jose.JSONWebKey
}

// NewSigner derives the key from the system's secret, so that every process signs with the same one. A new secret makes a
// new key; keep the old public one for old receipts.
func NewSigner(secret []byte) (*Signer, error) {
	seed, err := hkdf.Key(sha256.New, secret, nil, "respons receipt ed25519", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("receipt key: %w", err)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(jose.EdDSA), Use: "sig"}
	thumb, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("receipt key: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	head, err := json.Marshal(header{jose.EdDSA, public.KeyID, "receipt+jws"})
	if err != nil {
		return nil, fmt.Errorf("receipt key: %w", err)
	}
	return &Signer{private: private, head: base64.RawURLEncoding.EncodeToString(head), public: public}, nil
}

// header is the protected header of a receipt (RFC 7515, 4.1).
type header struct {
	Algorithm jose.SignatureAlgorithm `json:"alg"`
	Key       string                  `json:"kid"`
	Type      string                  `json:"typ"`
}

// Sign gives the receipt as three parts joined by dots: short enough to print or to show as a QR code. The compact form is
// written here, since every filing waits for it: the library takes as long again as the signature.
func (s *Signer) Sign(c Claims) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode receipt: %w", err)
	}
	b64 := base64.RawURLEncoding
	token := make([]byte, 0, len(s.head)+b64.EncodedLen(len(body))+b64.EncodedLen(ed25519.SignatureSize)+2)
	token = append(append(token, s.head...), '.')
	token = b64.AppendEncode(token, body)
	signature := ed25519.Sign(s.private, token)
	return string(b64.AppendEncode(append(token, '.'), signature)), nil
}

// Keys are the public keys with which receipts are verified, as a JSON Web Key Set.
func (s *Signer) Keys() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{s.public}}
}

// ErrForged is the answer to a receipt that none of the keys signed.
var ErrForged = errors.New("the receipt was not signed with any of these keys, or was changed afterwards")

// Verify reads a receipt that one of the keys signed.
func Verify(token string, keys jose.JSONWebKeySet) (Claims, error) {
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return Claims{}, fmt.Errorf("this is no receipt: %w", err)
	}
	for _, k := range keys.Key(signed.Signatures[0].Header.KeyID) {
		if body, err := signed.Verify(k); err == nil {
			var c Claims
			if err := json.Unmarshal(body, &c); err != nil {
				return Claims{}, fmt.Errorf("this is no receipt: %w", err)
			}
			return c, nil
		}
	}
	return Claims{}, ErrForged
}
