package rights

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/store"
)

// Erasures is how requests for erasure are stored. What is done keeps no name.
var Erasures = store.Collection{Name: "erasures", Indexes: []store.Index{
	{Name: "next", Fields: []string{"next"}},
}}

// State is where a request for erasure stands.
type State string

// The states. Settling is done as far as the citizen is concerned: it is looked over once more, for what came in at the
// same moment.
const (
	Requested State = "requested"
	Deferred  State = "deferred" // a legal hold keeps the data
	Settling  State = "settling"
	Done      State = "done"
)

// Erasure is a citizen's request to be erased.
type Erasure struct {
	Citizen    string    `json:"citizen,omitempty"` // until it is done
	State      State     `json:"state"`
	Requested  time.Time `json:"requested"`
	Done       time.Time `json:"done,omitzero"`
	Complaints int       `json:"complaints"` // that stay, without the citizen

	id  string
	rev int64
}

// recheck is how often a deferred erasure is tried, settle how long after the erasure it is looked over once more: longer
// than any request that was under way.
const (
	recheck = time.Hour
	settle  = 2 * time.Minute
)

// Erase records the request and carries it out unless a legal hold defers it. The answer says which; a request cut off
// half way is finished by Run. Again is harmless.
func (s *Citizens) Erase(ctx context.Context, citizen string) (Erasure, error) {
	act := reporter.Act{By: complaint.Actor{Role: complaint.CitizenRole, ID: citizen}, Action: audit.Erase, Object: reporter.Citizen(citizen)}
	var e Erasure
	err := s.Audit(ctx, act, func() (err error) {
		e, err = s.ask(ctx, citizen)
		return err
	})
	return e, err
}

func (s *Citizens) ask(ctx context.Context, citizen string) (Erasure, error) {
	now := s.now()
	e := Erasure{Citizen: citizen, State: Requested, Requested: now, id: erasureID(citizen)}
	rec, err := s.erasure(&e, now.Add(settle))
	if err != nil {
		return e, err
	}
	err = s.Engine.Insert(ctx, Erasures.Name, rec)
	if errors.Is(err, fault.Duplicate) {
		e, err = s.request(ctx, e.id)
	} else {
		e.rev = 1
	}
	if err != nil {
		return e, err
	}
	if e.State != Requested && e.State != Deferred {
		return e, nil
	}
	if err := s.carryOut(ctx, &e); err != nil {
		s.Log.WarnContext(ctx, "an erasure was not finished; a later round goes on", "err", err)
	}
	return e, nil
}

// wake makes a deferred request due now.
func (s *Citizens) wake(ctx context.Context, citizen string) error {
	e, err := s.request(ctx, erasureID(citizen))
	if errors.Is(err, fault.NotFound) || err == nil && e.State != Deferred {
		return nil
	}
	if err != nil {
		return err
	}
	rec, err := s.erasure(&e, s.now())
	if err != nil {
		return err
	}
	if _, err = s.Engine.Replace(ctx, Erasures.Name, rec); errors.Is(err, fault.Stale) {
		return nil // it is being tried at this moment, and again within the hour
	}
	return err
}

// erasureID finds a citizen's request again without naming the citizen.
func erasureID(citizen string) string {
	sum := sha256.Sum256([]byte("erasure:" + citizen))
	return hex.EncodeToString(sum[:16])
}

func (s *Citizens) erasure(e *Erasure, next time.Time) (store.Record, error) {
	keys := store.Keys{}
	if !next.IsZero() {
		keys["next"] = next.UnixMilli()
	}
	return put(e.id, e.rev, keys, e)
}

func (s *Citizens) request(ctx context.Context, id string) (e Erasure, err error) {
	rec, err := s.Engine.Get(ctx, Erasures.Name, id)
	if err != nil {
		return e, err
	}
	return decodeErasure(rec)
}

func decodeErasure(rec store.Record) (e Erasure, err error) {
	if err := json.Unmarshal(rec.Body, &e); err != nil {
		return e, fmt.Errorf("decode erasure: %w", err)
	}
	e.id, e.rev = rec.ID, rec.Rev
	return e, nil
}

// carryOut does what there is to do and stores where the request stands. Each step may have been done before.
func (s *Citizens) carryOut(ctx context.Context, e *Erasure) error {
	held, err := false, error(nil)
	if e.State != Settling { // what was begun is finished
		held, err = s.heldOf(ctx, e.Citizen)
	}
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	now := s.now()
	next, citizen := now.Add(settle), e.Citizen
	switch {
	case held:
		e.State, next = Deferred, now.Add(recheck)
	default:
		if err := s.erase(ctx, e); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if e.Done.IsZero() {
			e.Done = now
		}
		if e.State == Settling {
			if err := s.Reporters.Vault.Forget(ctx, citizen); err != nil {
				return fmt.Errorf("erase: %w", err)
			}
			e.State, e.Citizen, next = Done, "", time.Time{}
		} else {
			e.State = Settling
		}
	}
	rec, err := s.erasure(e, next)
	if err != nil {
		return err
	}
	e.rev, err = s.Engine.Replace(ctx, Erasures.Name, rec)
	if errors.Is(err, fault.Stale) {
		return nil // another process is at it
	}
	if err == nil && !held {
		s.scrub(ctx)
	}
	return err
}

// erase first shuts the account, so that nothing is added; the key goes last, for the citizen's name is needed to find it
// in the texts.
func (s *Citizens) erase(ctx context.Context, e *Erasure) error {
	if err := s.People.Remove(ctx, e.Citizen); err != nil {
		return err
	}
	for _, also := range append(s.Also, s.People.ForgetDevices, s.People.ShutOut) {
		if err := also(ctx, e.Citizen); err != nil {
			return err
		}
	}
	details, err := s.Reporters.Of(ctx, e.Citizen)
	if err != nil && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.NotFound) {
		return err
	}
	redact := details.Redactor()
	var ids []string
	if err := s.each(ctx, e.Citizen, func(c *complaint.Complaint) error { ids = append(ids, c.ID); return nil }); err != nil {
		return err
	}
	for _, id := range ids {
		for _, also := range s.AlsoOf {
			if err := also(ctx, id); err != nil {
				return err
			}
		}
		if _, guest := guestOf(e.Citizen); !guest { // of a claim that was cut off
			if err := s.DisposeGuest(ctx, complaint.GuestOf(id)); err != nil {
				return err
			}
		}
		if err := s.Cases.Erase(ctx, id, e.Citizen, redact); err != nil {
			return err
		}
		e.Complaints++
	}
	for _, step := range []func(context.Context, string) error{s.Cases.UnsupportAll, s.Ledger.Clear, s.Reporters.ForgetLog,
		s.Reporters.Remove, s.Reporters.Vault.Destroy} {
		if err := step(ctx, e.Citizen); err != nil {
			return err
		}
	}
	return nil
}

// scrub makes the files of the store forget what was erased. Where readers keep it from that the database does it in its
// own time.
func (s *Citizens) scrub(ctx context.Context) {
	if f, ok := s.Engine.(store.Scrubber); ok {
		if err := f.Scrub(ctx); err != nil {
			s.Log.WarnContext(ctx, "what was erased stands in the free space of the store's files a while longer", "err", err)
		}
	}
}

// DisposeGuest destroys what is kept of a guest beside their one complaint, which is being disposed of; again is harmless.
func (s *Citizens) DisposeGuest(ctx context.Context, citizen string) error {
	for _, step := range append(s.Also, s.People.ForgetDevices, s.Ledger.Clear, s.Reporters.ForgetLog, s.Reporters.Remove,
		s.Reporters.Vault.Destroy, s.Reporters.Vault.Forget) {
		if err := step(ctx, citizen); err != nil {
			return err
		}
	}
	return nil
}

// Once makes one round over the requests that are due.
func (s *Citizens) Once(ctx context.Context) error {
	var errs []error
	for after := ""; ; {
		page, err := s.Engine.Find(ctx, Erasures.Name, store.Query{Index: "next", To: s.now().UnixMilli() + 1, After: after})
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, rec := range page.Records {
			e, err := decodeErasure(rec)
			if err == nil {
				err = s.carryOut(ctx, &e)
			}
			errs = append(errs, err)
		}
		if page.Next == "" {
			return errors.Join(errs...)
		}
		after = page.Next
	}
}
