package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"respons/internal/store"
)

// Find gives a page.
func (e *Engine) Find(ctx context.Context, collection string, q store.Query) (store.Page, error) {
	c, coll, err := e.collection(collection)
	if err != nil {
		return store.Page{}, err
	}
	p, err := c.Plan(q)
	if err != nil {
		return store.Page{}, err
	}
	direction := 1
	if p.Desc {
		direction = -1
	}
	order := bson.D{}
	for _, f := range p.Order {
		order = append(order, bson.E{Key: "k." + f, Value: direction})
	}
	order = append(order, bson.E{Key: "_id", Value: direction})
	cur, err := coll.Find(ctx, filter(p), options.Find().SetSort(order).SetLimit(int64(p.Limit+1)))
	if err != nil {
		return store.Page{}, failed("find", err)
	}
	var list []stored
	if err := cur.All(ctx, &list); err != nil {
		return store.Page{}, failed("find", err)
	}
	var page store.Page
	for i, s := range list {
		if i == p.Limit { // the one too many, which says that there is another page
			last := make([]any, 0, len(p.Order)+1)
			for _, f := range p.Order {
				last = append(last, list[i-1].Keys[f])
			}
			page.Next, err = p.Cursor(append(last, list[i-1].ID))
			return page, err
		}
		r, err := s.record()
		if err != nil {
			return store.Page{}, err
		}
		page.Records = append(page.Records, r)
	}
	return page, nil
}

// Count counts what Find would give without limit.
func (e *Engine) Count(ctx context.Context, collection string, q store.Query) (int64, error) {
	c, coll, err := e.collection(collection)
	if err != nil {
		return 0, err
	}
	q.After = ""
	p, err := c.Plan(q)
	if err != nil {
		return 0, err
	}
	n, err := coll.CountDocuments(ctx, filter(p))
	return n, failed("count", err)
}

func filter(p store.Plan) bson.D {
	var and bson.A
	add := func(field, op string, v any) {
		and = append(and, bson.D{{Key: field, Value: bson.D{{Key: op, Value: v}}}})
	}
	for i, v := range p.Equal {
		add("k."+p.Fixed[i], "$eq", v)
	}
	for i, f := range p.Order {
		add("k."+f, "$exists", true)
		if i == 0 && p.From != nil {
			add("k."+f, "$gte", p.From)
		}
		if i == 0 && p.To != nil {
			add("k."+f, "$lt", p.To)
		}
	}
	if p.After != nil {
		and = append(and, beyond(p))
	}
	if len(and) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: and}}
}

// beyond holds for what comes after the cursor: a later value of the first field of the order, or the same there and a
// later one of the next, and so on to the id.
func beyond(p store.Plan) bson.D {
	op := "$gt"
	if p.Desc {
		op = "$lt"
	}
	var either bson.A
	for i := range p.After {
		var all bson.A
		for j := 0; j <= i; j++ {
			field, is := "_id", "$eq"
			if j < len(p.Order) {
				field = "k." + p.Order[j]
			}
			if j == i {
				is = op
			}
			all = append(all, bson.D{{Key: field, Value: bson.D{{Key: is, Value: p.After[j]}}}})
		}
		either = append(either, bson.D{{Key: "$and", Value: all}})
	}
	return bson.D{{Key: "$or", Value: either}}
}
