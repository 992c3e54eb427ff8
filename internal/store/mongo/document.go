package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/fault"
	"respons/internal/store"
)

// stored is a document as the server keeps it: readable there, with its indexed values beside it.
type stored struct {
	ID   string `bson:"_id"`
	Rev  int64  `bson:"rev"`
	Keys bson.M `bson:"k"`
	Doc  bson.D `bson:"doc"`
}

func (e *Engine) stored(collection string, r store.Record) (*mongo.Collection, stored, error) {
	c, coll, err := e.collection(collection)
	if err == nil {
		err = c.CheckRecord(r)
	}
	if err != nil {
		return nil, stored{}, err
	}
	doc, err := toBSON(r.Body)
	keys := bson.M{}
	for k, v := range r.Keys {
		keys[k] = v
	}
	return coll, stored{ID: r.ID, Rev: r.Rev, Keys: keys, Doc: doc}, err
}

// Insert stores a new document.
func (e *Engine) Insert(ctx context.Context, collection string, r store.Record) error {
	coll, s, err := e.stored(collection, r)
	if err != nil {
		return err
	}
	s.Rev = 1
	_, err = coll.InsertOne(ctx, s)
	return failed("insert", err)
}

// Get reads a document.
func (e *Engine) Get(ctx context.Context, collection, id string) (store.Record, error) {
	_, coll, err := e.collection(collection)
	if err != nil {
		return store.Record{}, err
	}
	var s stored
	err = coll.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&s)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return store.Record{}, notFound(collection)
	}
	if err != nil {
		return store.Record{}, failed("get", err)
	}
	return s.record()
}

func (s stored) record() (store.Record, error) {
	body, err := toJSON(s.Doc)
	return store.Record{ID: s.ID, Rev: s.Rev, Body: body}, err
}

func notFound(collection string) error {
	return fault.New(fault.NotFound, "there is no such document in %s", collection)
}

// Replace stores a document over its revision.
func (e *Engine) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	coll, s, err := e.stored(collection, r)
	if err != nil {
		return 0, err
	}
	s.Rev = r.Rev + 1
	res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}}, s)
	if err != nil {
		return 0, failed("replace", err)
	}
	if res.MatchedCount == 0 {
		return 0, e.missed(ctx, collection, r.ID)
	}
	return s.Rev, nil
}

// Delete removes a document.
func (e *Engine) Delete(ctx context.Context, collection, id string, rev int64) error {
	_, coll, err := e.collection(collection)
	if err != nil {
		return err
	}
	filter := bson.D{{Key: "_id", Value: id}}
	if rev != 0 {
		filter = append(filter, bson.E{Key: "rev", Value: rev})
	}
	res, err := coll.DeleteOne(ctx, filter)
	if err != nil {
		return failed("delete", err)
	}
	if res.DeletedCount == 0 {
		return e.missed(ctx, collection, id)
	}
	return nil
}

// missed says why a guarded write changed nothing.
func (e *Engine) missed(ctx context.Context, collection, id string) error {
	r, err := e.Get(ctx, collection, id)
	if err != nil {
		return err
	}
	return fault.New(fault.Stale, "somebody else changed it first; it is at revision %d", r.Rev)
}

// counters is where counter documents live.
const counters = "counters"

// Increment adds to counters. The names are fields of one document, so one call is one atomic write.
func (e *Engine) Increment(ctx context.Context, id string, by map[string]int64) error {
	inc := bson.D{}
	for name, n := range by {
		inc = append(inc, bson.E{Key: "n." + name, Value: n})
	}
	// Two that make the document at the same moment: one of them finds it there and adds to it.
	for try := 0; ; try++ {
		_, err := e.db.Collection(counters).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$inc", Value: inc}}, options.UpdateOne().SetUpsert(true))
		if err == nil || !mongo.IsDuplicateKeyError(err) || try == 3 {
			return failed("increment", err)
		}
	}
}

// Counters reads a counter document.
func (e *Engine) Counters(ctx context.Context, id string) (map[string]int64, error) {
	var doc struct {
		N map[string]int64 `bson:"n"`
	}
	err := e.db.Collection(counters).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&doc)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && doc.N == nil {
		return map[string]int64{}, nil
	}
	return doc.N, failed("counters", err)
}
