package receipt

import (
	"bytes"
	"strings"
	"testing"
)

// Whatever is shown as a receipt, it is one that was signed or is refused.
func FuzzVerify(f *testing.F) {
	s, err := NewSigner(bytes.Repeat([]byte("s"), 32))
	if err != nil {
		f.Fatal(err)
	}
	genuine, err := s.Sign(Claims{Number: "RR-7K3M-Q2XA", Text: Digest("lubang besar")})
	if err != nil {
		f.Fatal(err)
	}
	head, rest, _ := strings.Cut(genuine, ".")
	for _, token := range []string{genuine, "", ".", "..", head + "..", "." + rest, genuine + "A", strings.ToUpper(genuine), "eyJhbGciOiJub25lIn0." + rest,
		"eyJhbGciOiJIUzI1NiJ9." + rest, `{"payload":"","signatures":[]}`} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		c, err := Verify(token, s.Keys())
		if err == nil && (c.Number != "RR-7K3M-Q2XA" || c.Text != Digest("lubang besar")) {
			t.Errorf("%q passes as a receipt about %+v", token, c)
		}
	})
}
