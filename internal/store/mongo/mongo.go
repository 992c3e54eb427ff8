// Package mongo keeps documents in MongoDB: a replica set or sharded cluster in earnest, any server that speaks its wire
// protocol in tests. Only operators that every such server knows are used.
package mongo

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"respons/internal/fault"
	"respons/internal/store"
)

// patience bounds every call but Prepare, which may have to index what is there.
const patience = 10 * time.Second

// Engine is a database of a MongoDB server.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database

	mu          sync.RWMutex
	collections map[string]store.Collection // as declared; see catalog

	close func() error
}

// Open connects. fault.Unavailable where no server answers.
func Open(ctx context.Context, uri, database string) (*Engine, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	replicated, err := replicaSet(ctx, uri)
	if err != nil {
		return nil, failed("connect", err)
	}
	o := options.Client().ApplyURI(uri).SetRetryWrites(replicated).SetRetryReads(true)
	if replicated { // elsewhere a single server acknowledges by itself, and some know no write concern
		o.SetWriteConcern(writeconcern.Majority())
	}
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "MONGODB_URI is no address of MongoDB")
	}
	e := &Engine{client: client, db: client.Database(database)}
	e.close = sync.OnceValue(func() error {
		ctx, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		return client.Disconnect(ctx)
	})
	if e.collections, err = e.loadCatalog(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// within bounds a call; a ctx that ends earlier counts.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, patience)
}

// replicaSet asks the server what it is: only a replica set or a router takes retryable writes.
func replicaSet(ctx context.Context, uri string) (bool, error) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetRetryWrites(false))
	if err != nil {
		return false, fault.Wrap(fault.Invalid, err, "MONGODB_URI is no address of MongoDB")
	}
	defer client.Disconnect(ctx)
	var hello struct {
		SetName string `bson:"setName"`
		Msg     string `bson:"msg"`
	}
	err = client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	return hello.SetName != "" || hello.Msg == "isdbgrid", err
}

// Close waits for calls under way and lets go of the connections. What comes later gets fault.Unavailable; closing twice
// is harmless.
func (e *Engine) Close() error { return e.close() }

// Ping asks the server.
func (e *Engine) Ping(ctx context.Context) error {
	ctx, stop := within(ctx)
	defer stop()
	return failed("ping", e.db.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err())
}

func (e *Engine) collection(name string) (store.Collection, *mongo.Collection, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	c, ok := e.collections[name]
	if !ok {
		return c, nil, fault.New(fault.Invalid, "collection %q is not declared", name)
	}
	return c, e.db.Collection(name), nil
}
