package mongo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/fault"
	"respons/internal/store"
)

// catalog is where the declarations are kept, so that a store can be used without declaring it again.
const catalog = "store.catalog"

type declaration struct {
	Collection string `bson:"_id"`
	Declared   string `bson:"declared"` // a store.Collection as JSON
}

func (e *Engine) loadCatalog(ctx context.Context) (map[string]store.Collection, error) {
	cur, err := e.db.Collection(catalog).Find(ctx, bson.D{})
	if err != nil {
		return nil, failed("read the catalog", err)
	}
	var list []declaration
	if err := cur.All(ctx, &list); err != nil {
		return nil, failed("read the catalog", err)
	}
	out := map[string]store.Collection{}
	for _, d := range list {
		var c store.Collection
		if err := json.Unmarshal([]byte(d.Declared), &c); err != nil {
			return nil, fmt.Errorf("mongo: read the catalog: %w", err)
		}
		out[c.Name] = c
	}
	return out, nil
}

// Prepare makes collections and indexes that are not there, one after the other: what was made before a failure stays
// and is found the next time. Any number of processes may prepare at once.
func (e *Engine) Prepare(ctx context.Context, schema []store.Collection, plan bool) ([]string, error) {
	for _, c := range schema {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	declared, err := e.loadCatalog(ctx)
	if err != nil {
		return nil, err
	}
	there, err := e.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return nil, failed("prepare", err)
	}
	var lines []string
	for _, c := range schema {
		old := declared[c.Name]
		sum := store.Collection{Name: c.Name, Indexes: old.Indexes}.With(c)
		if err := sum.Check(); err != nil {
			return lines, err
		}
		did, err := e.prepare(ctx, old, sum, slices.Contains(there, c.Name), plan)
		lines = append(lines, did...)
		if err != nil {
			return lines, err
		}
		if !plan && !reflect.DeepEqual(old, sum) {
			if err := e.declare(ctx, sum); err != nil {
				return lines, err
			}
		}
		declared[c.Name] = sum
	}
	if !plan {
		e.mu.Lock()
		defer e.mu.Unlock()
		maps.Copy(e.collections, declared)
	}
	return lines, nil
}

// prepare brings one collection from old to what c declares.
func (e *Engine) prepare(ctx context.Context, old, c store.Collection, there, plan bool) (lines []string, err error) {
	coll := e.db.Collection(c.Name)
	have := map[string]bool{}
	if there {
		if have, err = indexes(ctx, coll); err != nil {
			return nil, err
		}
	} else {
		lines = append(lines, "create collection "+c.Name)
		if !plan {
			if err := e.db.CreateCollection(ctx, c.Name); err != nil && !exists(err) {
				return nil, failed("prepare", err)
			}
		}
	}
	for _, ix := range c.Indexes {
		at := slices.IndexFunc(old.Indexes, func(o store.Index) bool { return o.Name == ix.Name })
		changed := at >= 0 && !reflect.DeepEqual(old.Indexes[at], ix)
		if have[ix.Name] && !changed {
			continue
		}
		verb := "create"
		if have[ix.Name] {
			verb = "change"
		}
		line := verb + " index " + c.Name + "." + ix.Name
		if !plan {
			if err := remake(ctx, coll, ix, have[ix.Name]); err != nil {
				return lines, fmt.Errorf("%s: %w", line, err)
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func remake(ctx context.Context, coll *mongo.Collection, ix store.Index, there bool) error {
	if there {
		if err := coll.Indexes().DropOne(ctx, ix.Name); err != nil {
			return failed("drop", err)
		}
	}
	keys := bson.D{}
	for _, f := range ix.Fields {
		keys = append(keys, bson.E{Key: "k." + f, Value: 1})
	}
	o := options.Index().SetName(ix.Name)
	if ix.Unique {
		o.SetUnique(true)
	} else {
		keys = append(keys, bson.E{Key: "_id", Value: 1})
	}
	_, err := coll.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: keys, Options: o})
	if duplicate(err) {
		return fault.New(fault.Conflict, "what is stored in %s does not allow the unique index %s", coll.Name(), ix.Name)
	}
	return failed("create", err)
}

func (e *Engine) declare(ctx context.Context, c store.Collection) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("mongo: write the catalog: %w", err)
	}
	_, err = e.db.Collection(catalog).ReplaceOne(ctx, bson.D{{Key: "_id", Value: c.Name}},
		declaration{Collection: c.Name, Declared: string(text)}, options.Replace().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return nil // another process declared it at the same moment
	}
	return failed("write the catalog", err)
}

// exists says whether another process made the collection at the same moment.
func exists(err error) bool {
	const namespaceExists = 48
	ce, ok := err.(mongo.CommandError)
	return ok && ce.Code == namespaceExists
}

func indexes(ctx context.Context, coll *mongo.Collection) (map[string]bool, error) {
	cur, err := coll.Indexes().List(ctx)
	if err != nil {
		return nil, failed("prepare", err)
	}
	var list []struct {
		Name string `bson:"name"`
	}
	if err := cur.All(ctx, &list); err != nil {
		return nil, failed("prepare", err)
	}
	out := map[string]bool{}
	for _, ix := range list {
		out[ix.Name] = true
	}
	return out, nil
}
