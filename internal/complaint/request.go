package complaint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Request recognises a repeated request: the key the client chose and a fingerprint of what it sent. The zero Request
// recognises nothing.
type Request struct {
	Key  string `json:"key,omitempty"`
	Hash string `json:"hash,omitempty"` // SHA-256, hexadecimal
}

// NewRequest narrows a client's key to a scope (who used it, for which move) and fingerprints what was sent with it, a
// decoded body.
func NewRequest(key, scope string, sent any) Request {
	if key == "" {
		return Request{}
	}
	body, err := json.Marshal(sent)
	if err != nil {
		panic("complaint: a decoded request cannot be encoded: " + err.Error()) // a slip in our types, not in data
	}
	return Request{Key: sum([]byte(scope + "\x00" + key))[:40], Hash: sum(body)}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
