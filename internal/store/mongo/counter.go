package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/fault"
)

// counters is where counter documents live. No declared collection can have a name with a dot.
const counters = "store.counters"

// Increment adds to counters. The names are fields of one document, so one call is one atomic write.
func (e *Engine) Increment(ctx context.Context, id string, by map[string]int64) error {
	if id == "" {
		return fault.New(fault.Invalid, "a counter document without an id")
	}
	if len(by) == 0 {
		return nil
	}
	ctx, stop := within(ctx)
	defer stop()
	inc := bson.D{}
	for name, n := range by {
		inc = append(inc, bson.E{Key: "n." + escape.Replace(name), Value: n})
	}
	one, add := bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$inc", Value: inc}}
	// Two that make the document at the same moment: one of them finds it there and adds to it.
	for try := 0; ; try++ {
		_, err := e.db.Collection(counters).UpdateOne(ctx, one, add, options.UpdateOne().SetUpsert(true))
		if err == nil || !mongo.IsDuplicateKeyError(err) || try == 3 {
			return failed("increment", err)
		}
	}
}

// Counters reads a counter document; one never incremented is empty.
func (e *Engine) Counters(ctx context.Context, id string) (map[string]int64, error) {
	ctx, stop := within(ctx)
	defer stop()
	var doc struct {
		N map[string]int64 `bson:"n"`
	}
	err := e.db.Collection(counters).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&doc)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return nil, failed("counters", err)
	}
	out := map[string]int64{}
	for name, n := range doc.N {
		out[unescape.Replace(name)] = n
	}
	return out, nil
}
