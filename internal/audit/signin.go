package audit

import (
	"context"
	"sync"
	"time"

	"respons/internal/sla"
)

// SignIns records who signs in. A token that comes with every request signs its owner in once a day; a token that nobody
// has is recorded once an hour for each address it came from, so that a flood of them cannot fill the record.
type SignIns struct {
	Recorder *Recorder

	mu      sync.Mutex
	hour    time.Time
	seen    map[string]bool // recorded in this hour
	refused int             // of these, refusals
}

// most is how many refusals one process records in an hour. An attack from more addresses than that is in the log.
const most = 10_000

// Known records that somebody signed in. Where it cannot be recorded they are not signed in.
func (s *SignIns) Known(ctx context.Context, who Actor) error {
	now := s.Recorder.Now()
	id := "sign_in:" + who.ID + ":" + sla.DateOf(now).String()
	return s.once(now, id, false, func() error {
		return s.Recorder.Record(ctx, Entry{ID: id, Actor: who, Action: SignIn, Outcome: Done})
	})
}

// Unknown records that a token was refused.
func (s *SignIns) Unknown(ctx context.Context) error {
	now := s.Recorder.Now()
	address := s.Recorder.Address(ctx)
	id := "refused:" + address + ":" + now.UTC().Format("2006-01-02T15")
	return s.once(now, id, true, func() error {
		return s.Recorder.Record(ctx, Entry{ID: id, Actor: Actor{Role: "unknown"}, Action: SignIn, Outcome: Refused, Address: address})
	})
}

// once calls record unless it was called for the id in this hour already. Another process may have recorded it; the id
// makes that harmless.
func (s *SignIns) once(now time.Time, id string, refusal bool, record func() error) error {
	hour := now.UTC().Truncate(time.Hour)
	s.mu.Lock()
	if !s.hour.Equal(hour) {
		s.hour, s.seen, s.refused = hour, map[string]bool{}, 0
	}
	known := s.seen[id] || refusal && s.refused >= most
	s.mu.Unlock()
	if known {
		return nil
	}
	if err := record(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refusal && !s.seen[id] {
		if s.refused++; s.refused == most {
			s.Recorder.Log.Warn("no more refused sign-ins of this hour are recorded", "recorded", most)
		}
	}
	s.seen[id] = true
	return nil
}
