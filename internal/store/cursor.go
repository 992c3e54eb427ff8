package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"respons/internal/fault"
)

// A cursor is the mark of its query and the position of the last document of the page, as a JSON array in base64. It is
// no secret and needs no signature: Equal, which decides what a caller may see, comes anew with each query.

// Cursor encodes a position: the values of Order, then the id.
func (p Plan) Cursor(position []any) (string, error) {
	b, err := json.Marshal(append([]any{p.mark}, position...))
	if err != nil {
		return "", fmt.Errorf("encode cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

func (p Plan) position(cursor string) ([]any, error) {
	malformed := fault.New(fault.Invalid, "the cursor is not one of this list; begin again without it")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, malformed
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var parts []any
	if err := d.Decode(&parts); err != nil || d.More() || len(parts) != len(p.Order)+2 || parts[0] != json.Number(fmt.Sprint(p.mark)) {
		return nil, malformed
	}
	for i, v := range parts {
		if n, ok := v.(json.Number); ok {
			if parts[i], err = n.Int64(); err != nil {
				return nil, malformed
			}
		}
		if !scalar(parts[i]) {
			return nil, malformed
		}
	}
	if _, ok := parts[len(parts)-1].(string); !ok {
		return nil, malformed
	}
	return parts[1:], nil
}

// mark tells one query from another. Bounds are left out: a bound such as "until now" moves between two pages.
func mark(collection string, q Query) uint32 {
	return crc32.ChecksumIEEE(fmt.Appendf(nil, "%q %q %#v %#v %t", collection, q.Index, q.Equal, q.Also, q.Desc))
}
