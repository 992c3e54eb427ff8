package complaint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// SupportersCollection is how those who follow somebody else's complaint are stored.
var SupportersCollection = store.Collection{Name: "supporters", Indexes: []store.Index{
	{Name: "complaint", Fields: []string{"complaint", "since"}},
	{Name: "person", Fields: []string{"person", "since"}},
}}

// Supporter is somebody who follows another's complaint: they said that it is their matter, too, or made a report that
// was merged into it.
type Supporter struct {
	Complaint string    `json:"complaint"` // id
	Person    string    `json:"person"`
	Lang      string    `json:"lang"`
	Since     time.Time `json:"since"`            // UTC
	Merged    string    `json:"merged,omitempty"` // id of their own complaint that was merged into this one; empty: they chose to follow
}

func supporterID(complaint, person string) string { return complaint + ":" + person }

// Support makes a person follow a complaint and gives how many do; again is harmless. fault.NotFound where there is no
// such complaint that others may learn of, fault.Conflict where it is the person's own.
func (u *Cases) Support(ctx context.Context, number, person, lang string) (*Complaint, int64, error) {
	c, err := u.shared(ctx, number)
	if err != nil {
		return nil, 0, err
	}
	if c.Citizen == person {
		return nil, 0, fault.New(fault.Conflict, "%s is your own complaint; you are told of it anyway", c.Number)
	}
	if err := u.follow(ctx, Supporter{Complaint: c.ID, Person: person, Lang: lang, Since: u.now()}); err != nil {
		return nil, 0, err
	}
	n, err := u.Supporters(ctx, c.ID)
	return c, n, err
}

// Unsupport ends it; for whoever does not follow nothing changes.
func (u *Cases) Unsupport(ctx context.Context, number, person string) error {
	c, err := u.Store.ByNumber(ctx, number)
	if err != nil {
		return err
	}
	return u.unfollow(ctx, c.ID, person)
}

// UnsupportAll ends all that a person follows; again is harmless.
func (u *Cases) UnsupportAll(ctx context.Context, person string) error {
	for {
		list, _, err := u.Supports(ctx, person, "", 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, s := range list {
			if err := u.unfollow(ctx, s.Complaint, s.Person); err != nil {
				return err
			}
		}
	}
}

// LeaveAlone ends all following of a complaint; again is harmless.
func (u *Cases) LeaveAlone(ctx context.Context, id string) error {
	for {
		list, _, err := u.SupportersOf(ctx, id, "")
		if err != nil || len(list) == 0 {
			return err
		}
		for _, s := range list {
			if err := u.unfollow(ctx, s.Complaint, s.Person); err != nil {
				return err
			}
		}
	}
}

// shared reads a complaint that others may follow.
func (u *Cases) shared(ctx context.Context, number string) (*Complaint, error) {
	c, err := u.Store.ByNumber(ctx, number)
	if err == nil && !c.Shared() || errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no complaint with this number that others can follow")
	}
	return c, err
}

func (u *Cases) follow(ctx context.Context, s Supporter) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode supporter: %w", err)
	}
	err = u.Store.Engine.Insert(ctx, SupportersCollection.Name, store.Record{ID: supporterID(s.Complaint, s.Person), Body: body,
		Keys: store.Keys{"complaint": s.Complaint, "person": s.Person, "since": s.Since.UnixMilli()}})
	if errors.Is(err, fault.Duplicate) {
		return nil
	}
	return err
}

func (u *Cases) unfollow(ctx context.Context, complaint, person string) error {
	err := u.Store.Engine.Delete(ctx, SupportersCollection.Name, supporterID(complaint, person), 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Supporters counts who follows a complaint beside its own citizen.
func (u *Cases) Supporters(ctx context.Context, id string) (int64, error) {
	return u.Store.Engine.Count(ctx, SupportersCollection.Name, store.Query{Index: "complaint", Equal: []any{id}})
}

// SupportersOf gives a page of those who follow a complaint, in the order in which they began to.
func (u *Cases) SupportersOf(ctx context.Context, id, after string) (list []Supporter, next string, err error) {
	return u.supporters(ctx, store.Query{Index: "complaint", Equal: []any{id}, After: after, Limit: 500})
}

// Supports gives a page of what a person follows, the latest first.
func (u *Cases) Supports(ctx context.Context, person, after string, limit int) (list []Supporter, next string, err error) {
	return u.supporters(ctx, store.Query{Index: "person", Equal: []any{person}, Desc: true, After: after, Limit: limit})
}

func (u *Cases) supporters(ctx context.Context, q store.Query) (list []Supporter, next string, err error) {
	page, err := u.Store.Engine.Find(ctx, SupportersCollection.Name, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page.Records {
		var s Supporter
		if err := json.Unmarshal(rec.Body, &s); err != nil {
			return nil, "", fmt.Errorf("decode supporter: %w", err)
		}
		list = append(list, s)
	}
	return list, page.Next, nil
}

// Joined makes the citizen of a merged complaint follow the one it went into, and Unmerge ends that again. It is called
// when the event is told, which happens at least once.
func (u *Cases) Joined(ctx context.Context, c *Complaint, e Event) error {
	if e.Action != MergeIn && e.Action != Unmerge {
		return nil
	}
	target, err := u.Store.ByNumber(ctx, e.Ref)
	if err != nil {
		return fmt.Errorf("complaint that %s was merged into: %w", c.ID, err)
	}
	if e.Action == Unmerge {
		return u.part(ctx, target.ID, c)
	}
	if target.Citizen == c.Citizen || c.Merged == nil || c.Erased() {
		return nil // their own anyway, or taken back meanwhile, or nobody's any more
	}
	return u.follow(ctx, Supporter{Complaint: target.ID, Person: c.Citizen, Lang: c.Lang, Since: u.now(), Merged: c.ID})
}

// part ends what a merge began, and leaves what the person chose.
func (u *Cases) part(ctx context.Context, target string, c *Complaint) error {
	rec, err := u.Store.Engine.Get(ctx, SupportersCollection.Name, supporterID(target, c.Citizen))
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var s Supporter
	if err := json.Unmarshal(rec.Body, &s); err != nil {
		return fmt.Errorf("decode supporter: %w", err)
	}
	if s.Merged != c.ID {
		return nil
	}
	return u.unfollow(ctx, target, c.Citizen)
}
