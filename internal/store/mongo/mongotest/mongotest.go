// Package mongotest starts a server that speaks MongoDB's wire protocol inside a test's process. Only tests import it.
package mongotest

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start gives the address of a server of its own, which ends with the test. It is no replica set, it carries out one
// command at a time, and it forgets everything.
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
	server, err := url.Parse(f.MongoDBURI())
	if err != nil {
		t.Fatalf("address of the MongoDB-wire server: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("stand before the MongoDB-wire server: %v", err)
	}
	front := &oneByOne{listener: l, server: server.Host, conns: map[net.Conn]bool{}}
	front.all.Go(front.run)
	t.Cleanup(func() { front.close() }) // what it closes may be closed already
	return "mongodb://" + l.Addr().String() + "/"
}
