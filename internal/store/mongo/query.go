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
	ctx, stop := within(ctx)
	defer stop()
	o := options.Find().SetLimit(int64(p.Limit + 1))
	if by := order(p); len(by) > 0 {
		o.SetSort(sorted(by, p.Desc))
	}
	cur, err := coll.Find(ctx, filter(p), o)
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
		if p.Keys {
			r.Keys = s.keys()
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
	ctx, stop := within(ctx)
	defer stop()
	o := options.Count()
	if q.Most > 0 {
		o.SetLimit(q.Most)
	}
	n, err := coll.CountDocuments(ctx, filter(p), o)
	return n, failed("count", err)
}

// order gives the fields that sort. Those of a Unique index leave no tie for the id to break, and the index has no id.
func order(p store.Plan) []string {
	var by []string
	for _, f := range p.Order {
		by = append(by, "k."+f)
	}
	if !p.Index.Unique {
		by = append(by, "_id")
	}
	return by
}

func sorted(by []string, desc bool) bson.D {
	direction := 1
	if desc {
		direction = -1
	}
	var out bson.D
	for _, f := range by {
		out = append(out, bson.E{Key: f, Value: direction})
	}
	return out
}

// filter gives the condition of a query. What comes after a position is what has a later value in the first field of the
// order, or the same there and a later one in the next, and so on. Each of these is a condition of its own under one $or
// at the root: the server walks the index for each from the very place, and merges them in order.
func filter(p store.Plan) bson.D {
	by := order(p)
	if p.After == nil || len(by) == 0 {
		return branch(p, by, 0)
	}
	var either bson.A
	for n := range by {
		either = append(either, branch(p, by, n+1))
	}
	return bson.D{{Key: "$or", Value: either}}
}

// branch is the condition with the first n fields of the order tied to the position: n-1 equal and the n-th beyond.
func branch(p store.Plan, by []string, n int) bson.D {
	out := bson.D{}
	for i, v := range p.Equal {
		is := bson.D{{Key: "$eq", Value: v}}
		if i == 0 && len(p.Also) > 0 {
			is = append(is, bson.E{Key: "$all", Value: p.Also})
		}
		out = append(out, bson.E{Key: "k." + p.Fixed[i], Value: is})
	}
	for i, f := range by {
		var is bson.D
		switch {
		case i < n-1:
			is = append(is, bson.E{Key: "$eq", Value: p.After[i]})
		case i == n-1 && p.Desc:
			is = append(is, bson.E{Key: "$lt", Value: p.After[i]})
		case i == n-1:
			is = append(is, bson.E{Key: "$gt", Value: p.After[i]})
		case f != "_id":
			is = append(is, bson.E{Key: "$exists", Value: true})
		}
		// The bound that lies behind the position holds by itself when the position is honest, and is checked all the same.
		if i == 0 && p.From != nil {
			is = append(is, bson.E{Key: "$gte", Value: p.From})
		}
		if i == 0 && p.To != nil && !(n == 1 && p.Desc) {
			is = append(is, bson.E{Key: "$lt", Value: p.To})
		}
		if len(is) > 0 {
			out = append(out, bson.E{Key: f, Value: is})
		}
	}
	return out
}
