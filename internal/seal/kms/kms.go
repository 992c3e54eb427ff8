// Package kms opens master keys kept by a key management service: Google's and Amazon's.
package kms

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go-gcpkms/v2/integration/gcpkms"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// The services and what their URIs look like.
const (
	google = "gcp-kms://"
	amazon = "aws-kms://"
)

var forms = map[string]*regexp.Regexp{
	google: regexp.MustCompile(`^gcp-kms://projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$`),
	amazon: regexp.MustCompile(`^aws-kms://arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+$`),
}

// Check says what is wrong with a URI; nil: it names a key of a service that can be used.
func Check(uri string) error {
	for scheme, form := range forms {
		if !strings.HasPrefix(uri, scheme) {
			continue
		}
		if !form.MatchString(uri) {
			return fmt.Errorf("%q does not name a key: it looks like gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K or aws-kms://arn:aws:kms:REGION:ACCOUNT:key/ID", uri)
		}
		return nil
	}
	return fmt.Errorf("%q is none of file:///PATH, gcp-kms://…, aws-kms://…", uri)
}

// Open gives the key of a URI. Credentials come from where the service's own tools take them (application default
// credentials; the AWS environment, profile or role). Each use of the key asks the service.
func Open(ctx context.Context, uri string) (tink.AEADWithContext, error) {
	if err := Check(uri); err != nil {
		return nil, err
	}
	if strings.HasPrefix(uri, amazon) {
		return awskms.NewAEADWithContext(ctx, strings.TrimPrefix(uri, amazon))
	}
	client, err := gcpkms.NewClientWithOptions(context.WithoutCancel(ctx), uri)
	if err != nil {
		return nil, err
	}
	a, err := client.GetAEAD(uri)
	if err != nil {
		return nil, err
	}
	return awaited{a}, nil
}

// awaited gives up waiting when the context ends: Google's client takes no context.
type awaited struct{ aead tink.AEAD }

func (a awaited) EncryptWithContext(ctx context.Context, plain, bound []byte) ([]byte, error) {
	return await(ctx, func() ([]byte, error) { return a.aead.Encrypt(plain, bound) })
}

func (a awaited) DecryptWithContext(ctx context.Context, sealed, bound []byte) ([]byte, error) {
	return await(ctx, func() ([]byte, error) { return a.aead.Decrypt(sealed, bound) })
}

// patience bounds one question to the service.
const patience = 8 * time.Second

func await(ctx context.Context, ask func() ([]byte, error)) ([]byte, error) {
	type answer struct {
		b   []byte
		err error
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	got := make(chan answer, 1)
	go func() {
		b, err := ask()
		got <- answer{b, err}
	}()
	select {
	case a := <-got:
		return a.b, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
