// Package firebaseauth verifies ID tokens of Firebase Authentication through the Admin SDK.
package firebaseauth

import (
	"context"
	"fmt"
	"os"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"
	"google.golang.org/api/option"

	"respons/internal/fault"
	"respons/internal/signin"
)

// emulatorVariable is where the SDK itself looks for an emulator.
const emulatorVariable = "FIREBASE_AUTH_EMULATOR_HOST"

// patience is how long Google's keys may take.
const patience = 10 * time.Second

// Verifier verifies the tokens of one project.
type Verifier struct{ client *auth.Client }

var _ signin.Verifier = (*Verifier)(nil)

// New takes the project's id and the address of an emulator, host:port, whose tokens are signed by nobody; empty: none. It
// needs no credentials and does not reach for the network. The SDK takes the emulator from the environment alone, so that
// is set to what our settings say.
func New(ctx context.Context, project, emulator string) (*Verifier, error) {
	if err := os.Setenv(emulatorVariable, emulator); err != nil {
		return nil, fmt.Errorf("%s: %w", emulatorVariable, err)
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: project}, option.WithoutAuthentication())
	if err != nil {
		return nil, fmt.Errorf("firebase: %w", err)
	}
	client, err := app.Auth(ctx)
	if err != nil {
		return nil, fmt.Errorf("firebase: %w", err)
	}
	return &Verifier{client}, nil
}

// Verify gives whose token it is and until when it is good; fault.Unauthorized, fault.Unavailable where Google's keys
// cannot be read.
func (v *Verifier) Verify(ctx context.Context, token string) (uid string, expires time.Time, err error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	t, err := v.client.VerifyIDToken(ctx, token)
	switch {
	case auth.IsIDTokenExpired(err):
		return "", expires, fault.New(fault.Unauthorized, "the token is over; ask Firebase for a fresh one, getIdToken(true)")
	case auth.IsIDTokenInvalid(err):
		return "", expires, fault.Wrap(fault.Unauthorized, err, "this is no ID token of our Firebase project")
	case err != nil:
		return "", expires, fault.Wrap(fault.Unavailable, err, "the token cannot be verified now; try again in a moment")
	}
	return t.UID, time.Unix(t.Expires, 0), nil
}
