package apptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Dump is everything that lies in the store, in Redis and in the log.
type Dump struct {
	System *System
	Mongo  string // address; empty: the embedded store
}

// Store is every file of the embedded store, or every document of MongoDB.
func (d Dump) Store(t *testing.T) string {
	t.Helper()
	var all bytes.Buffer
	if d.Mongo == "" {
		files, err := filepath.Glob(filepath.Join(d.System.App.Config.Data, "respons.db*"))
		if err != nil || len(files) < 2 {
			t.Fatalf("files of the store: %v, %v", files, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
		return all.String()
	}
	c, err := driver.Connect(options.Client().ApplyURI(d.Mongo))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Disconnect(t.Context())
	db := c.Database(d.System.App.Config.Database)
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	if err != nil || len(names) < 10 {
		t.Fatalf("collections %v, %v", names, err)
	}
	for _, name := range names {
		cur, err := db.Collection(name).Find(t.Context(), bson.D{})
		if err != nil {
			t.Fatal(err)
		}
		for cur.Next(t.Context()) {
			fmt.Fprintf(&all, "%s\n", cur.Current)
		}
	}
	return all.String()
}

// Redis is every key with its value.
func (d Dump) Redis(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	ctx, rdb := t.Context(), d.System.App.Redis
	keys := rdb.Scan(ctx, 0, "*", 1000).Iterator()
	for keys.Next(ctx) {
		key := keys.Val()
		value, err := redisValue(ctx, rdb, key)
		if err != nil && !errors.Is(err, redis.Nil) {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, key, value)
	}
	if err := keys.Err(); err != nil || !strings.Contains(all.String(), "asynq") {
		t.Fatalf("Redis holds %q, %v", all.String(), err)
	}
	return all.String()
}

func redisValue(ctx context.Context, rdb redis.UniversalClient, key string) (any, error) {
	switch kind, err := rdb.Type(ctx, key).Result(); {
	case err != nil:
		return nil, err
	case kind == "hash":
		return rdb.HGetAll(ctx, key).Result()
	case kind == "list":
		return rdb.LRange(ctx, key, 0, -1).Result()
	case kind == "set":
		return rdb.SMembers(ctx, key).Result()
	case kind == "zset":
		return rdb.ZRange(ctx, key, 0, -1).Result()
	}
	return rdb.Get(ctx, key).Result()
}

// Log is what was logged so far.
func (d Dump) Log() string {
	d.System.Logged.Mu.Lock()
	defer d.System.Logged.Mu.Unlock()
	return d.System.Logged.all.String()
}

// None fails the test where content holds one of the values.
func None(t *testing.T, where, content string, values ...string) {
	t.Helper()
	for _, v := range values {
		if i := strings.Index(content, v); i >= 0 {
			t.Errorf("%s holds %q: …%q…", where, v, content[max(0, i-60):min(len(content), i+60)])
		}
	}
}
