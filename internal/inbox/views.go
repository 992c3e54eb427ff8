package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"respons/internal/fault"
	"respons/internal/store"
)

// ViewsCollection is how saved views are stored: one document for each person.
var ViewsCollection = store.Collection{Name: "views"}

// View is a filter that somebody saved under a name.
type View struct {
	Name  string `json:"name" minLength:"1" maxLength:"40" example:"Lewat, jalan"`
	Query string `json:"query" maxLength:"300" doc:"The inbox's parameters, as in an address" example:"due=late&category=JLN"`
}

// What one person may save.
const (
	mostViews = 20
	mostName  = 40
	mostQuery = 300
)

// Views keeps what people saved.
type Views struct {
	Engine store.Engine
}

type saved struct {
	Views []View `json:"views"`
}

// Of lists a person's views in the order in which they keep them.
func (v *Views) Of(ctx context.Context, person string) ([]View, error) {
	s, _, err := v.read(ctx, person)
	return s.Views, err
}

// Put replaces a person's views; fault.Invalid. Of two who do so at once the later one wins.
func (v *Views) Put(ctx context.Context, person string, list []View) error {
	if len(list) > mostViews {
		return fault.New(fault.Invalid, "%d views can be saved; delete one first", mostViews)
	}
	names := map[string]bool{}
	for _, x := range list {
		switch {
		case x.Name == "" || utf8.RuneCountInString(x.Name) > mostName:
			return fault.New(fault.Invalid, "a view needs a name of 1 to %d characters", mostName)
		case names[x.Name]:
			return fault.New(fault.Invalid, "there is a view of this name already; choose another")
		case len(x.Query) > mostQuery:
			return fault.New(fault.Invalid, "the filter is longer than %d characters", mostQuery)
		}
		names[x.Name] = true
	}
	body, err := json.Marshal(saved{list})
	if err != nil {
		return fmt.Errorf("encode views: %w", err)
	}
	for range 5 {
		_, rev, err := v.read(ctx, person)
		if err != nil {
			return err
		}
		r := store.Record{ID: person, Rev: rev, Body: body}
		if rev == 0 {
			err = v.Engine.Insert(ctx, ViewsCollection.Name, r)
		} else {
			_, err = v.Engine.Replace(ctx, ViewsCollection.Name, r)
		}
		if !errors.Is(err, fault.Duplicate) && !errors.Is(err, fault.Stale) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "the views are being changed elsewhere; please try again")
}

// read gives the views and their revision; 0 where there are none.
func (v *Views) read(ctx context.Context, person string) (s saved, rev int64, err error) {
	rec, err := v.Engine.Get(ctx, ViewsCollection.Name, person)
	if errors.Is(err, fault.NotFound) {
		return s, 0, nil
	}
	if err != nil {
		return s, 0, err
	}
	if err := json.Unmarshal(rec.Body, &s); err != nil {
		return s, 0, fmt.Errorf("decode views: %w", err)
	}
	return s, rec.Rev, nil
}
