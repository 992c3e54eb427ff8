package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// Fleeting is how what lasts for minutes or days is stored: codes, sign-ins under way, invitations, wrong passwords. What
// is over is deleted by Sweep.
var Fleeting = store.Collection{Name: "sign_ins", Indexes: []store.Index{
	{Name: "ends", Fields: []string{"ends"}},
	{Name: "person", Fields: []string{"person"}}, // of invitations
}}

// fleeting is one such document. Person may be empty.
type fleeting struct {
	id     string
	rev    int64 // 0: not stored yet
	ends   time.Time
	person string
}

// load reads one into doc; fault.NotFound also where it is over and not swept yet.
func (s *Service) load(ctx context.Context, id string, doc any) (fleeting, error) {
	f := fleeting{id: id}
	rec, err := s.Engine.Get(ctx, Fleeting.Name, id)
	if err != nil {
		return f, err
	}
	var end struct {
		Ends   time.Time `json:"ends"`
		Person string    `json:"person"`
	}
	if err := errors.Join(json.Unmarshal(rec.Body, &end), json.Unmarshal(rec.Body, doc)); err != nil {
		return f, fmt.Errorf("decode sign-in under way: %w", err)
	}
	f.rev, f.ends, f.person = rec.Rev, end.Ends, end.Person
	if !s.now().Before(end.Ends) {
		return f, fault.New(fault.NotFound, "this is over")
	}
	return f, nil
}

// save stores one; doc has the members ends and, where there is one, person. fault.Stale and fault.Duplicate where somebody
// else did at this moment.
func (s *Service) save(ctx context.Context, f fleeting, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode sign-in under way: %w", err)
	}
	keys := store.Keys{"ends": f.ends.UnixMilli()}
	if f.person != "" {
		keys["person"] = f.person
	}
	rec := store.Record{ID: f.id, Rev: f.rev, Keys: keys, Body: body}
	if f.rev == 0 {
		return s.Engine.Insert(ctx, Fleeting.Name, rec)
	}
	_, err = s.Engine.Replace(ctx, Fleeting.Name, rec)
	return err
}

// take deletes one that was loaded, so that of all who come with it one goes on; fault.NotFound for the others.
func (s *Service) take(ctx context.Context, f fleeting) error {
	err := s.Engine.Delete(ctx, Fleeting.Name, f.id, f.rev)
	if errors.Is(err, fault.Stale) {
		return fault.New(fault.NotFound, "somebody was faster")
	}
	return err
}

// drop deletes one, whatever its revision; again is harmless.
func (s *Service) drop(ctx context.Context, id string) error {
	err := s.Engine.Delete(ctx, Fleeting.Name, id, 0)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Sweep deletes what is over.
func (s *Service) Sweep(ctx context.Context) error {
	return s.dropEach(ctx, store.Query{Index: "ends", To: s.now().UnixMilli()})
}

func (s *Service) dropEach(ctx context.Context, q store.Query) error {
	for {
		page, err := s.Engine.Find(ctx, Fleeting.Name, q)
		if err != nil {
			return fmt.Errorf("sign-ins under way: %w", err)
		}
		for _, rec := range page.Records {
			if err := s.drop(ctx, rec.ID); err != nil {
				return fmt.Errorf("sign-ins under way: %w", err)
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
