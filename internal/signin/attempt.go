package signin

import (
	"context"
	"errors"
	"time"

	"respons/internal/fault"
)

// After five wrong tries in a row under one e-mail address each further one has to wait, from half a minute up to a
// quarter of an hour. It makes no difference whether the address is anybody's. A lock that lasted longer would let
// anybody keep somebody out.
const (
	freeTries   = 5
	firstLock   = 30 * time.Second
	longestLock = 15 * time.Minute
	forgotten   = 24 * time.Hour
)

// attempts are the wrong tries in a row under one address.
type attempts struct {
	Ends  time.Time `json:"ends"`
	Count int       `json:"count"`
	Until time.Time `json:"until,omitzero"` // before that none is looked at
}

// attempt counts a try before it is looked at, so that a thousand at once are a thousand; fault.TooMany, with how long to
// wait, where none is looked at now.
func (s *Service) attempt(ctx context.Context, email string) error {
	for {
		var a attempts
		f, err := s.load(ctx, s.attemptID(email), &a)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if errors.Is(err, fault.NotFound) {
			a = attempts{} // what is over but not swept yet is replaced
		}
		now := s.now()
		if now.Before(a.Until) {
			return tooSoon(a.Until.Sub(now), "too many wrong tries under this e-mail address")
		}
		a.Count++
		if over := a.Count - freeTries; over >= 0 {
			a.Until = now.Add(min(firstLock<<min(over, 10), longestLock))
		}
		a.Ends = now.Add(forgotten)
		f.ends = a.Ends
		err = s.save(ctx, f, a)
		if errors.Is(err, fault.Stale) || errors.Is(err, fault.Duplicate) || errors.Is(err, fault.NotFound) {
			continue
		}
		return err
	}
}

// forgive forgets the wrong tries under an address, once somebody signed in or was invited anew.
func (s *Service) forgive(ctx context.Context, email string) error {
	return s.drop(ctx, s.attemptID(email))
}

func (s *Service) attemptID(email string) string { return "tries:" + s.digest("tries", email) }
