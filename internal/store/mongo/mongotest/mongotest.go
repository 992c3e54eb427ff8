// Package mongotest starts a server that speaks MongoDB's wire protocol inside a test's process. Only tests import it.
package mongotest

import (
	"context"
	"log/slog"
	"net/url"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start gives the address of a server of its own, which ends with the test. The server does not make a guarded update
// atomic, as MongoDB does for one document; a proxy before it lets one command through at a time.
func Start(t *testing.T) (uri string) {
	t.Helper()
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("start a MongoDB-wire server: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(ctx) // its error is that ctx ended
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	behind, err := url.Parse(f.MongoDBURI())
	if err != nil {
		t.Fatalf("address of the MongoDB-wire server: %v", err)
	}
	return "mongodb://" + oneAtATime(t, behind.Host) + "/"
}
