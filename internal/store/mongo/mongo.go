// Package mongo keeps documents in MongoDB: a replica set or sharded cluster in earnest, any server that speaks its wire
// protocol in tests. Only operators that every such server knows are used.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"respons/internal/fault"
	"respons/internal/store"
)

// patience bounds every call.
const patience = 10 * time.Second

// Engine is a database of a MongoDB server.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database
	closed atomic.Bool

	mu          sync.RWMutex
	collections map[string]store.Collection
}

// Open connects and reads which collections were declared. fault.Unavailable where no server answers, fault.Invalid where
// uri is no address.
func Open(ctx context.Context, uri, database string) (*Engine, error) {
	replicated, err := replicaSet(ctx, uri)
	if err != nil {
		return nil, err
	}
	o := options.Client().ApplyURI(uri).SetRetryWrites(replicated).SetTimeout(patience)
	if replicated { // elsewhere one server acknowledges by itself, and some know no write concern
		o.SetWriteConcern(writeconcern.Majority())
	}
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "MONGODB_URI is no address of MongoDB")
	}
	e := &Engine{client: client, db: client.Database(database), collections: map[string]store.Collection{}}
	if err := e.readSchema(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// replicaSet asks the server what it is: only a replica set or a router takes retryable writes.
func replicaSet(ctx context.Context, uri string) (bool, error) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetRetryWrites(false).SetTimeout(patience))
	if err != nil {
		return false, fault.Wrap(fault.Invalid, err, "MONGODB_URI is no address of MongoDB")
	}
	defer client.Disconnect(context.WithoutCancel(ctx))
	var hello struct {
		SetName string `bson:"setName"`
		Msg     string `bson:"msg"`
	}
	err = client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	return hello.SetName != "" || hello.Msg == "isdbgrid", failed("connect", err)
}

// Close lets go of the connections; again is harmless.
func (e *Engine) Close() error {
	if e.closed.Swap(true) {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	return e.client.Disconnect(ctx)
}

// Ping asks the server.
func (e *Engine) Ping(ctx context.Context) error {
	return failed("ping", e.db.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err())
}

func (e *Engine) collection(name string) (store.Collection, *mongo.Collection, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	c, ok := e.collections[name]
	if !ok {
		return c, nil, fault.New(fault.Invalid, "there is no collection %q; Prepare declares them", name)
	}
	return c, e.db.Collection(name), nil
}

// declared gives a copy of what is declared.
func (e *Engine) declared() map[string]store.Collection {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return maps.Clone(e.collections)
}

// begun lets a write finish once it has begun: a caller that goes away then changes nothing.
func begun(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, failed("begin", err)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	return ctx, stop, nil
}

// failed gives an error of the server its fault; that the caller went away is none.
func failed(what string, err error) error {
	switch {
	case err == nil || fault.KindOf(err) != "":
		return err
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("mongo: %s: %w", what, err)
	}
	return fault.Wrap(fault.Unavailable, fmt.Errorf("mongo: %s: %w", what, err), "the store cannot be used at the moment; please try again")
}
