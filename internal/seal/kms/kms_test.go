package kms_test

import (
	"testing"

	"respons/internal/seal/kms"
)

func TestAURINamesAKeyOfAKnownService(t *testing.T) {
	for uri, ok := range map[string]bool{
		"gcp-kms://projects/p/locations/asia-southeast1/keyRings/respons/cryptoKeys/master":          true,
		"aws-kms://arn:aws:kms:ap-southeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab": true,
		"aws-kms://arn:aws:kms:ap-southeast-1:123456789012:alias/respons":                            true,
		"gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1":               false,
		"gcp-kms://projects/p": false,
		"aws-kms://key/1":      false,
		"azure-kms://vault/k":  false,
		"hcvault://host/k":     false,
		"":                     false,
	} {
		if err := kms.Check(uri); (err == nil) != ok {
			t.Errorf("%q: %v", uri, err)
		}
		if _, err := kms.Open(t.Context(), uri); !ok && err == nil {
			t.Errorf("%q was opened", uri)
		}
	}
}
