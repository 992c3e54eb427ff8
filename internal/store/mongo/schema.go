package mongo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/fault"
	"respons/internal/store"
)

// schemaCollection holds what was declared, so that a process knows it without preparing again.
const schemaCollection = "respons_schema"

type declaration struct {
	Name    string        `bson:"_id"`
	Indexes []store.Index `bson:"indexes"`
}

func (e *Engine) readSchema(ctx context.Context) error {
	cur, err := e.db.Collection(schemaCollection).Find(ctx, bson.D{})
	if err != nil {
		return failed("read the schema", err)
	}
	var list []declaration
	if err := cur.All(ctx, &list); err != nil {
		return failed("read the schema", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, d := range list {
		e.collections[d.Name] = store.Collection{Name: d.Name, Indexes: d.Indexes}
	}
	return nil
}

// Prepare makes collections and indexes that are not there, and makes those anew that are declared otherwise.
func (e *Engine) Prepare(ctx context.Context, schema []store.Collection, plan bool) ([]string, error) {
	for _, c := range schema {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	var lines []string
	have := e.declared()
	for _, c := range schema {
		old, known := have[c.Name]
		sum := old.With(c)
		sum.Name = c.Name
		if err := sum.Check(); err != nil {
			return nil, err
		}
		if !known {
			lines = append(lines, "make collection "+c.Name)
		}
		changed := !known
		for _, x := range c.Indexes {
			i := slices.IndexFunc(old.Indexes, func(o store.Index) bool { return o.Name == x.Name })
			if i >= 0 && same(old.Indexes[i], x) {
				continue
			}
			changed = true
			lines = append(lines, fmt.Sprintf("make index %s of %s on %s", x.Name, c.Name, strings.Join(x.Fields, ", ")))
			if plan {
				continue
			}
			if err := e.index(ctx, c.Name, x, i >= 0); err != nil {
				return nil, err
			}
		}
		if !changed || plan {
			continue
		}
		_, err := e.db.Collection(schemaCollection).ReplaceOne(ctx, bson.D{{Key: "_id", Value: c.Name}},
			declaration{c.Name, sum.Indexes}, options.Replace().SetUpsert(true))
		if err != nil {
			return nil, failed("write the schema", err)
		}
		e.mu.Lock()
		e.collections[c.Name] = sum
		e.mu.Unlock()
	}
	return lines, nil
}

func same(a, b store.Index) bool {
	return slices.Equal(a.Fields, b.Fields) && a.Multi == b.Multi && a.Unique == b.Unique
}

// index makes an index; anew drops the one of the same name first.
func (e *Engine) index(ctx context.Context, collection string, x store.Index, anew bool) error {
	indexes := e.db.Collection(collection).Indexes()
	if anew {
		if err := indexes.DropOne(ctx, x.Name); err != nil {
			return failed("drop index "+x.Name, err)
		}
	}
	keys := bson.D{}
	for _, f := range x.Fields {
		keys = append(keys, bson.E{Key: "k." + f, Value: 1})
	}
	if !x.Unique {
		keys = append(keys, bson.E{Key: "_id", Value: 1})
	}
	_, err := indexes.CreateOne(ctx, mongo.IndexModel{Keys: keys, Options: options.Index().SetName(x.Name).SetUnique(x.Unique)})
	if mongo.IsDuplicateKeyError(err) {
		return fault.Wrap(fault.Conflict, err, "what is stored in %s has a value twice that index %s wants once", collection, x.Name)
	}
	return failed("make index "+x.Name, err)
}
