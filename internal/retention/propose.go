package retention

import (
	"context"
	"errors"
	"fmt"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Propose puts on lists what is due and on none yet, and gives how many lists it made. Two processes at once make each
// list once: its id comes from its first complaint.
func (d *Disposals) Propose(ctx context.Context) (lists int, err error) {
	listed, err := d.listed(ctx)
	if err != nil {
		return 0, err
	}
	for from := ""; ; {
		q := store.Query{Index: "ended", Limit: 1}
		if from != "" {
			q.From = from
		}
		list, _, err := d.Cases.Store.Find(ctx, q)
		if err != nil || len(list) == 0 {
			return lists, err
		}
		category := list[0].Category
		n, err := d.category(ctx, category, listed)
		if lists += n; err != nil {
			return lists, fmt.Errorf("propose disposal of %s: %w", category, err)
		}
		from = category + "\x01"
	}
}

// listed gives the complaints on lists that are not done.
func (d *Disposals) listed(ctx context.Context) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, state := range []State{Proposed, Approved} {
		for after := ""; ; {
			list, next, err := d.find(ctx, store.Query{Index: "state", Equal: []any{string(state)}, After: after})
			if err != nil {
				return nil, err
			}
			for _, x := range list {
				for _, i := range x.Items {
					ids[i.ID] = true
				}
			}
			if next == "" {
				break
			}
			after = next
		}
	}
	return ids, nil
}

func (d *Disposals) category(ctx context.Context, category string, listed map[string]bool) (lists int, err error) {
	rule, now := d.Rules.For(category), d.now()
	q := store.Query{Index: "ended", Equal: []any{category}, To: now.AddDate(-rule.Years, 0, 0).UnixMilli(), Limit: 500}
	x := &Disposal{Category: category, Years: rule.Years, Basis: rule.Basis, State: Proposed, Made: now}
	for {
		list, next, err := d.Cases.Store.Find(ctx, q)
		if err != nil {
			return lists, err
		}
		for _, c := range list {
			item, ok, err := d.item(ctx, c, listed)
			if err != nil {
				return lists, err
			}
			if ok {
				x.Items = append(x.Items, item)
			}
			if len(x.Items) == mostItems {
				if err := d.add(ctx, x); err != nil {
					return lists, err
				}
				lists, x.Items = lists+1, nil
			}
		}
		if next == "" {
			break
		}
		q.After = next
	}
	if len(x.Items) == 0 {
		return lists, nil
	}
	return lists + 1, d.add(ctx, x)
}

func (d *Disposals) item(ctx context.Context, c *complaint.Complaint, listed map[string]bool) (Item, bool, error) {
	if listed[c.ID] {
		return Item{}, false, nil
	}
	held, err := d.Held(ctx, c)
	return Item{ID: c.ID, Number: c.Number, Ended: c.Ended()}, !held && err == nil, err
}

func (d *Disposals) add(ctx context.Context, x *Disposal) error {
	category := x.Category
	if category == "" {
		category = "none"
	}
	x.ID = fmt.Sprintf("%s-%s-%s", category, x.Made.Format("20060102"), x.Items[0].ID)
	rec, err := d.record(x)
	if err != nil {
		return err
	}
	if err := d.Engine.Insert(ctx, Collection.Name, rec); !errors.Is(err, fault.Duplicate) {
		return err
	}
	return nil // another process made the same list
}
