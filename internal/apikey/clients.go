package apikey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/fault"
	"respons/internal/store"
)

// Clients keeps the clients.
type Clients struct {
	Engine store.Engine
	Known  func(agency string) bool
	Acting func(agency string) (string, bool) // who acts for an agency: itself, or its successor; nil: each acts itself
	Now    func() time.Time
}

// Make adds a client and gives its key, which is shown this once. Of c the name, agency, scopes and quota count;
// fault.Invalid.
func (cs *Clients) Make(ctx context.Context, c Client) (Client, string, error) {
	if err := c.check(cs.Known); err != nil {
		return c, "", err
	}
	key, now := newKey(), cs.now()
	made := Client{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Name: c.Name, Agency: c.Agency, PerDay: c.PerDay,
		Key: hashOf(key), Turned: now, Since: now}
	for _, s := range Scopes {
		if slices.Contains(c.Scopes, s) {
			made.Scopes = append(made.Scopes, s)
		}
	}
	rec, err := made.record()
	if err != nil {
		return c, "", err
	}
	if err := cs.Engine.Insert(ctx, Collection.Name, rec); err != nil {
		return c, "", fmt.Errorf("make client: %w", err)
	}
	made.Rev = 1
	return made, key, nil
}

// All lists a page of clients, the latest first.
func (cs *Clients) All(ctx context.Context, after string, limit int) (out []Client, next string, err error) {
	page, err := cs.Engine.Find(ctx, Collection.Name, store.Query{Index: "since", Desc: true, After: after, Limit: limit})
	if err != nil {
		return nil, "", fmt.Errorf("list clients: %w", err)
	}
	for _, rec := range page.Records {
		c, err := decode(rec)
		if err != nil {
			return nil, "", err
		}
		out = append(out, c)
	}
	return out, page.Next, nil
}

// ByID reads one; fault.NotFound.
func (cs *Clients) ByID(ctx context.Context, id string) (Client, error) {
	rec, err := cs.Engine.Get(ctx, Collection.Name, id)
	if errors.Is(err, fault.NotFound) {
		return Client{}, fault.New(fault.NotFound, "there is no client %q", id)
	}
	if err != nil {
		return Client{}, err
	}
	return decode(rec)
}

// Turn gives a client a new key, which is shown this once. The one before is taken for another day unless it is to end at
// once. fault.NotFound, fault.Conflict where the client was revoked.
func (cs *Clients) Turn(ctx context.Context, id string, atOnce bool) (Client, string, error) {
	key := newKey()
	c, err := cs.change(ctx, id, func(c *Client) error {
		if !c.Active() {
			return fault.New(fault.Conflict, "the client %q was revoked; make a new one", c.Name)
		}
		if c.Was = c.Key; atOnce {
			c.Was = ""
		}
		c.Key, c.Turned = hashOf(key), cs.now()
		return nil
	})
	return c, key, err
}

// Revoke ends a client's keys for good; again is harmless. fault.NotFound.
func (cs *Clients) Revoke(ctx context.Context, id string) (Client, error) {
	return cs.change(ctx, id, func(c *Client) error {
		if c.Active() {
			c.Revoked = cs.now()
		}
		return nil
	})
}

// Authenticate gives the client whose key it is, of the agency that acts for its own by now; fault.Unauthorized.
func (cs *Clients) Authenticate(ctx context.Context, key string) (Client, error) {
	hash := hashOf(key)
	page, err := cs.Engine.Find(ctx, Collection.Name, store.Query{Index: "key", Equal: []any{hash}, Limit: 1})
	if err != nil {
		return Client{}, fmt.Errorf("look up api_key: %w", err)
	}
	for _, rec := range page.Records {
		if c, err := decode(rec); err != nil || c.takes(hash, cs.now()) {
			return cs.following(c), err
		}
	}
	return Client{}, fault.New(fault.Unauthorized, "this api_key is not known, or was replaced or revoked; ask whoever gave it to you")
}

// following is a client as it works: the system of an agency that acts no more goes on for the successor.
func (cs *Clients) following(c Client) Client {
	if cs.Acting != nil && c.Agency != "" {
		if code, ok := cs.Acting(c.Agency); ok {
			c.Agency = code
		}
	}
	return c
}

func (cs *Clients) now() time.Time { return cs.Now().UTC().Truncate(time.Millisecond) }

// tries bounds how often a change is begun again because somebody else was faster.
const tries = 10

func (cs *Clients) change(ctx context.Context, id string, fn func(*Client) error) (Client, error) {
	for range tries {
		c, err := cs.ByID(ctx, id)
		if err != nil {
			return c, err
		}
		if err := fn(&c); err != nil {
			return c, err
		}
		rec, err := c.record()
		if err != nil {
			return c, err
		}
		if c.Rev, err = cs.Engine.Replace(ctx, Collection.Name, rec); !errors.Is(err, fault.Stale) {
			return c, err
		}
	}
	return Client{}, fault.New(fault.Unavailable, "several administrators changed the client at once; please try again")
}

func (c Client) record() (store.Record, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return store.Record{}, fmt.Errorf("encode client: %w", err)
	}
	keys := []string{c.Key}
	if c.Was != "" {
		keys = append(keys, c.Was)
	}
	return store.Record{ID: c.ID, Rev: c.Rev, Body: body, Keys: store.Keys{"since": c.Since.UnixMilli(), "key": keys}}, nil
}

func decode(rec store.Record) (c Client, err error) {
	if err := json.Unmarshal(rec.Body, &c); err != nil {
		return c, fmt.Errorf("decode client %s: %w", rec.ID, err)
	}
	c.Rev = rec.Rev
	return c, nil
}
