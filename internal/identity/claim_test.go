package identity_test

import (
	"bytes"
	"strings"
	"testing"

	"respons/internal/identity"
)

func TestAClaimCodeOpensItsComplaintHoweverItIsTyped(t *testing.T) {
	secret, err := identity.OpenSecret(t.TempDir() + "/new")
	if err != nil {
		t.Fatal(err)
	}
	claims, err := identity.NewClaims(secret)
	if err != nil {
		t.Fatal(err)
	}
	code := claims.Code("01A")
	if code != claims.Code("01A") {
		t.Error("the same complaint has two codes")
	}
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "0", "O")} {
		if !claims.Opens("01A", typed) {
			t.Errorf("%q does not open", typed)
		}
	}
	for _, wrong := range []string{"", "-", code[1:], code + "0", claims.Code("01B"), "00000-00000"} {
		if claims.Opens("01A", wrong) {
			t.Errorf("%q opens", wrong)
		}
	}
}

func TestTheSecretIsMadeOnceAndNeverShort(t *testing.T) {
	dir := t.TempDir()
	first, err := identity.OpenSecret(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := identity.OpenSecret(dir)
	if err != nil || !bytes.Equal(first, again) || len(first) != 32 {
		t.Errorf("first %d bytes, again the same %v, %v", len(first), bytes.Equal(first, again), err)
	}
	if _, err := identity.NewClaims(first[:31]); err == nil {
		t.Error("a short secret is taken")
	}
}
