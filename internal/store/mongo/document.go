package mongo

import (
	"context"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/fault"
	"respons/internal/store"
)

// stored is a document as the server keeps it: readable there, with its indexed values beside it. One that BSON cannot
// hold as it is (an array in an array, a key with a dollar, a number of forty digits) is kept as its JSON instead.
type stored struct {
	ID   string `bson:"_id"`
	Rev  int64  `bson:"rev"`
	Keys bson.M `bson:"k"`
	Doc  bson.D `bson:"doc,omitempty"`
	JSON []byte `bson:"json,omitempty"`
}

func (e *Engine) stored(collection string, r store.Record) (store.Collection, *mongo.Collection, stored, error) {
	c, coll, err := e.collection(collection)
	if err == nil {
		err = c.CheckRecord(r)
	}
	if err != nil {
		return c, nil, stored{}, err
	}
	keys := bson.M{}
	for k, v := range r.Keys {
		keys[k] = v
	}
	s := stored{ID: r.ID, Rev: r.Rev, Keys: keys}
	var native bool
	if s.Doc, native = toBSON(r.Body); !native {
		s.Doc, s.JSON = nil, r.Body
	}
	return c, coll, s, nil
}

// Insert stores a new document.
func (e *Engine) Insert(ctx context.Context, collection string, r store.Record) error {
	c, coll, s, err := e.stored(collection, r)
	if err != nil {
		return err
	}
	ctx, stop, err := begun(ctx)
	if err != nil {
		return err
	}
	defer stop()
	s.Rev = 1
	_, err = coll.InsertOne(ctx, s)
	return failed("insert", e.taken(ctx, c, s, err))
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
	r := store.Record{ID: s.ID, Rev: s.Rev, Body: s.JSON}
	if r.Body != nil {
		return r, nil
	}
	var err error
	r.Body, err = toJSON(s.Doc)
	return r, err
}

// taken finds the unique key that made a write fail. Servers word it differently, and some do not say which, so the
// other owner of the key is looked for.
func (e *Engine) taken(ctx context.Context, c store.Collection, s stored, err error) error {
	if err == nil || mongo.IsNetworkError(err) || mongo.IsTimeout(err) {
		return err
	}
	coll := e.db.Collection(c.Name)
	for _, x := range c.Indexes {
		if !x.Unique {
			continue
		}
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: s.ID}}}}
		for _, f := range x.Fields {
			filter = append(filter, bson.E{Key: "k." + f, Value: s.Keys[f]})
		}
		if n, countErr := coll.CountDocuments(ctx, filter); countErr == nil && n > 0 {
			return fault.Wrap(fault.Duplicate, err, "the key of index %s is taken", x.Name)
		}
	}
	if mongo.IsDuplicateKeyError(err) {
		return fault.Wrap(fault.Duplicate, err, "the id is taken")
	}
	return err
}

func notFound(collection string) error {
	return fault.New(fault.NotFound, "there is no such document in %s", collection)
}

// Replace stores a document over its revision.
func (e *Engine) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	c, coll, s, err := e.stored(collection, r)
	if err != nil {
		return 0, err
	}
	ctx, stop, err := begun(ctx)
	if err != nil {
		return 0, err
	}
	defer stop()
	s.Rev = r.Rev + 1
	res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}}, s)
	if err != nil {
		return 0, failed("replace", e.taken(ctx, c, s, err))
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
	ctx, stop, err := begun(ctx)
	if err != nil {
		return err
	}
	defer stop()
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
	ctx, stop, err := begun(ctx)
	if err != nil {
		return err
	}
	defer stop()
	inc := bson.D{}
	for name, n := range by {
		inc = append(inc, bson.E{Key: "n." + escape.Replace(name), Value: n})
	}
	if len(inc) == 0 {
		return nil
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
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return nil, failed("counters", err)
	}
	out := map[string]int64{}
	for name, n := range doc.N {
		out[unescape.Replace(name)] = n
	}
	return out, nil
}

// Names of counters become names of fields, in which a dot would open a document and a dollar an operator.
var (
	escape   = strings.NewReplacer("%", "%25", ".", "%2E", "$", "%24", "\x00", "%00")
	unescape = strings.NewReplacer("%25", "%", "%2E", ".", "%24", "$", "%00", "\x00")
)
