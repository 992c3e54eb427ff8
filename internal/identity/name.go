package identity

import (
	"context"
	"errors"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"respons/internal/fault"
)

// names keeps for a moment what people are called: lists name many, and the same ones again and again.
type names struct {
	once sync.Once
	of   *lru.Cache[string, readName]
}

type readName struct {
	name string
	at   time.Time
}

// How many names are kept, and how old one may be.
const (
	keptNames = 5000
	oldName   = time.Minute
)

// Name is what somebody is called, or was a minute ago; empty for whoever has no account any more.
func (d *Directory) Name(ctx context.Context, id string) (string, error) {
	d.names.once.Do(func() { d.names.of, _ = lru.New[string, readName](keptNames) }) // fails for a size of 0 only
	now := d.Now()
	if known, ok := d.names.of.Get(id); ok && now.Sub(known.at).Abs() < oldName {
		return known.name, nil
	}
	p, err := d.ByID(ctx, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return "", err
	}
	if err != nil || p.Actor().Staff() { // of citizens nothing is kept in memory
		d.names.of.Add(id, readName{p.Name, now})
	}
	return p.Name, nil
}
