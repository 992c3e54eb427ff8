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

func (e *Engine) stored(collection string, r store.Record) (store.Collection, *mongo.Collection, stored, error) {
	c, coll, err := e.collection(collection)
	if err == nil {
		err = c.CheckRecord(r)
	}
	if err != nil {
		return c, nil, stored{}, err
	}
	doc, err := toBSON(r.Body)
	keys := bson.M{}
	for _, ix := range c.Indexes {
		for _, f := range ix.Fields {
			if v, given := r.Keys[f]; given {
				keys[f] = v
			}
		}
	}
	return c, coll, stored{ID: r.ID, Rev: r.Rev, Keys: keys, Doc: doc}, err
}

// Insert stores a new document.
func (e *Engine) Insert(ctx context.Context, collection string, r store.Record) error {
	c, coll, s, err := e.stored(collection, r)
	if err != nil {
		return err
	}
	ctx, stop := within(ctx)
	defer stop()
	s.Rev = 1
	_, err = coll.InsertOne(ctx, s)
	if duplicate(err) {
		return taken(ctx, c, coll, s)
	}
	return failed("insert", err)
}

// Get reads a document.
func (e *Engine) Get(ctx context.Context, collection, id string) (store.Record, error) {
	_, coll, err := e.collection(collection)
	if err != nil {
		return store.Record{}, err
	}
	ctx, stop := within(ctx)
	defer stop()
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

// GetUnless reads a document, without its body where that is at a revision. One at another is read in a second request.
func (e *Engine) GetUnless(ctx context.Context, collection, id string, rev int64) (store.Record, error) {
	_, coll, err := e.collection(collection)
	if err != nil {
		return store.Record{}, err
	}
	ctx, stop := within(ctx)
	defer stop()
	if rev > 0 {
		var s stored
		err = coll.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(bson.D{{Key: "rev", Value: 1}})).Decode(&s)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			return store.Record{}, notFound(collection)
		case err != nil:
			return store.Record{}, failed("get", err)
		case s.Rev == rev:
			return store.Record{ID: id, Rev: rev}, nil
		}
	}
	return e.Get(ctx, collection, id)
}

func (s stored) record() (store.Record, error) {
	body, err := toJSON(s.Doc)
	return store.Record{ID: s.ID, Rev: s.Rev, Body: body}, err
}

// keys gives the indexed values as they were written.
func (s stored) keys() store.Keys {
	keys := store.Keys{}
	for f, v := range s.Keys {
		if elements, ok := v.(bson.A); ok {
			list := make([]string, len(elements))
			for i, e := range elements {
				list[i], _ = e.(string) // nothing else is ever written
			}
			v = list
		}
		keys[f] = v
	}
	return keys
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
	ctx, stop := within(ctx)
	defer stop()
	s.Rev = r.Rev + 1
	res, err := coll.ReplaceOne(ctx, bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}}, s)
	if duplicate(err) {
		return 0, taken(ctx, c, coll, s)
	} else if err != nil {
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
	ctx, stop := within(ctx)
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

// taken names the index whose key another document has. Not every server says it in words that can be relied on.
func taken(ctx context.Context, c store.Collection, coll *mongo.Collection, s stored) error {
	for _, ix := range c.Indexes {
		if !ix.Unique {
			continue
		}
		other := bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: s.ID}}}}
		for _, f := range ix.Fields {
			other = append(other, bson.E{Key: "k." + f, Value: s.Keys[f]})
		}
		if err := coll.FindOne(ctx, other).Err(); err == nil {
			return fault.New(fault.Duplicate, "the key of index %s is taken in %s", ix.Name, c.Name)
		}
	}
	// Its id then, or a key that came free again just now. The server's own words hold the key and stay out of the log.
	return fault.New(fault.Duplicate, "the id or a unique key is taken in %s", c.Name)
}
