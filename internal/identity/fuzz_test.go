package identity

import (
	"bytes"
	"strings"
	"testing"
)

// Whatever somebody types as a claim code, it opens the complaint only if it is the code, however it is written.
func FuzzClaimCode(f *testing.F) {
	c, err := NewClaims(bytes.Repeat([]byte("s"), 32))
	if err != nil {
		f.Fatal(err)
	}
	const complaint, other = "01JD8Z7S6R4QW2N5X0B3YV9KTM", "01JD8Z7S6R4QW2N5X0B3YV9KTN"
	code := c.Code(complaint)
	for _, typed := range []string{code, strings.ToLower(code), " " + strings.ReplaceAll(code, "-", " "), c.Code(other), c.ShareCode(complaint), "", "-", "ÅÅÅÅÅ", "\x00"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if c.Opens(complaint, typed) && c.Opens(other, typed) {
			t.Errorf("%q opens two complaints", typed)
		}
		if c.Opens(complaint, typed) && c.OpensShare(complaint, typed) {
			t.Errorf("%q is a claim code and a link", typed)
		}
	})
}
