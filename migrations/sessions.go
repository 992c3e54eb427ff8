package migrations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// sessions makes a session of each token that a person had, so that whoever is signed in stays so. The token's hash is
// the session's id; the person keeps it no longer.
func sessions(ctx context.Context, e store.Engine) error {
	for after := ""; ; {
		page, err := e.Find(ctx, "people", store.Query{Index: "post", After: after})
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			if err := sessionOf(ctx, e, rec); err != nil {
				return fmt.Errorf("person %s: %w", rec.ID, err)
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func sessionOf(ctx context.Context, e store.Engine, rec store.Record) error {
	doc := map[string]any{}
	if err := json.Unmarshal(rec.Body, &doc); err != nil {
		return err
	}
	token, _ := doc["token_hash"].(string)
	if token == "" {
		return nil
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	body, err := json.Marshal(map[string]any{"id": token, "person": rec.ID, "kind": "token", "began": now, "seen": now})
	if err != nil {
		return err
	}
	err = e.Insert(ctx, "sessions", store.Record{ID: token, Body: body,
		Keys: store.Keys{"person": rec.ID, "began": now.UnixMilli(), "ends": now.AddDate(1, 0, 0).UnixMilli()}})
	if err != nil && !errors.Is(err, fault.Duplicate) {
		return err
	}
	delete(doc, "token_hash")
	if rec.Body, err = json.Marshal(doc); err != nil {
		return err
	}
	rec.Keys = store.Keys{}
	for _, k := range []string{"role", "agency"} {
		rec.Keys[k], _ = doc[k].(string)
	}
	if doc["role"] != "citizen" {
		name, _ := doc["name"].(string)
		rec.Keys["staff"] = strings.ToLower(name)
	}
	_, err = e.Replace(ctx, "people", rec)
	return err
}
