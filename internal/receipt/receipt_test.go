package receipt

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
)

func signer(t *testing.T, secret string) *Signer {
	t.Helper()
	s, err := NewSigner([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAReceiptIsWrittenAsTheLibraryWritesIt(t *testing.T) {
	s := signer(t, strings.Repeat("a", 32))
	token, err := s.Sign(Claims{Number: "RR-7K3M-Q2XA", Kind: "complaint"})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	library, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: s.private, KeyID: s.public.KeyID}},
		(&jose.SignerOptions{}).WithType("receipt+jws"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := library.Sign(parsed.UnsafePayloadWithoutVerification())
	if err != nil {
		t.Fatal(err)
	}
	if want, err := signed.CompactSerialize(); token != want || err != nil {
		t.Errorf("%s, want %s, %v", token, want, err)
	}
}

func TestAReceiptIsVerifiedOfflineAndCannotBeChanged(t *testing.T) {
	s := signer(t, strings.Repeat("a", 32))
	lat, lon := 3.1186, 101.6221
	want := Claims{Number: "RR-7K3M-Q2XA", Text: strings.Repeat("0f", 32), Kind: "complaint", Lat: &lat, Lon: &lon,
		Received: time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC), Issued: time.Date(2026, 11, 26, 4, 0, 1, 0, time.UTC)}
	token, err := s.Sign(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(token, signer(t, strings.Repeat("a", 32)).Keys()) // another process, the same secret
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
	if _, err := Verify(token, signer(t, strings.Repeat("b", 32)).Keys()); !errors.Is(err, ErrForged) {
		t.Errorf("with another's keys: %v", err)
	}
	parts := strings.Split(token, ".")
	for i := range parts {
		changed := append([]string{}, parts...)
		middle := len(changed[i]) / 2
		swap := "A"
		if changed[i][middle] == 'A' {
			swap = "B"
		}
		changed[i] = changed[i][:middle] + swap + changed[i][middle+1:]
		if _, err := Verify(strings.Join(changed, "."), s.Keys()); err == nil {
			t.Errorf("part %d was changed and nobody noticed", i)
		}
	}
	for _, junk := range []string{"", "a.b", "a.b.c", token + ".x"} {
		if _, err := Verify(junk, s.Keys()); err == nil {
			t.Errorf("%q passes for a receipt", junk)
		}
	}
}
