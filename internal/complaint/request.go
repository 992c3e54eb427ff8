package complaint

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Request recognises a repeated request: the key the client chose and a fingerprint of what it sent. The zero Request
// recognises nothing.
type Request struct {
	Key  string `json:"key,omitempty"`
	Hash string `json:"hash,omitempty"` // HMAC-SHA-256 under the client's own key, hexadecimal
}

// NewRequest narrows a client's key to a scope (who used it, for which move) and fingerprints what was sent with it, a
// decoded body. The fingerprint is made under the client's key, which is not kept: of a short answer, such as a telephone
// number alone, it could be guessed otherwise.
func NewRequest(key, scope string, sent any) Request {
	if key == "" {
		return Request{}
	}
	body, err := json.Marshal(sent)
	if err != nil {
		panic("complaint: a decoded request cannot be encoded: " + err.Error()) // a slip in our types, not in data
	}
	secret := []byte(scope + "\x00" + key)
	m := hmac.New(sha256.New, secret)
	m.Write(body)
	return Request{Key: sum(secret)[:40], Hash: hex.EncodeToString(m.Sum(nil))}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
