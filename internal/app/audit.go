package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"respons/internal/access"
	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// wireAudit hangs the audit record where people sign in and where moves are told.
func (a *App) wireAudit() {
	signIns := &audit.SignIns{Recorder: a.Audit}
	a.SignIn.Heard = func(ctx context.Context, p identity.Person, way string, in bool) error {
		if p.ID == "" {
			return signIns.Unknown(ctx)
		}
		e := audit.Entry{Actor: audit.By(p.Actor()), Action: audit.SignIn, Outcome: audit.Done, Details: map[audit.Detail]string{audit.Way: way}}
		if !in {
			e.Actor, e.Outcome, e.Object = audit.Actor{Role: "unknown"}, audit.Refused, audit.Object{Kind: "officer", ID: p.ID}
		}
		return a.Audit.Record(ctx, e)
	}
	a.People.Attempted = func(ctx context.Context, p identity.Person, known bool) error {
		switch {
		case !known:
			return signIns.Unknown(ctx)
		case p.Actor().Staff():
			return signIns.Known(ctx, audit.By(p.Actor()))
		}
		return nil
	}
	a.Teller.Recorded = a.recordMoves
}

// recordMoves records what staff did to a complaint. The events are the truth and are told at least once; the event's id
// keeps a repeat out of the record. What was written in them stays with the complaint.
func (a *App) recordMoves(ctx context.Context, c *complaint.Complaint, events []complaint.Event) error {
	var list []audit.Entry
	for _, e := range events {
		if !e.Actor.Staff() {
			continue
		}
		details := map[audit.Detail]string{audit.To: string(e.To)}
		for k, v := range map[audit.Detail]string{audit.From: string(e.From), audit.Agency: e.Agency, audit.Target: e.Ref} {
			if v != "" {
				details[k] = v
			}
		}
		list = append(list, audit.Entry{ID: "move:" + e.ID, Acted: e.At, Actor: audit.By(e.Actor), Action: audit.Move(e.Action),
			Object: audit.Object{Kind: "complaint", ID: c.Number}, Outcome: audit.Done, Details: details})
	}
	return a.Audit.Record(ctx, list...)
}

// recordRefused records that a member of staff asked for what their role may not do. The refusal stands either way.
func (a *App) recordRefused(ctx context.Context, p identity.Person, asked access.Permission) {
	err := a.Audit.Record(ctx, audit.Entry{Actor: audit.By(p.Actor()), Action: audit.AccessRefused, Outcome: audit.Refused,
		Details: map[audit.Detail]string{audit.Asked: string(asked)}})
	if err != nil {
		a.Log.ErrorContext(ctx, "a refusal is not on record", "permission", asked, "err", err)
	}
}

// closeAudit anchors the end of the record. A store that went away first is no reason to fail: the record is in it.
func (a *App) closeAudit() error {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	if err := a.Audit.Close(ctx); err != nil {
		a.Log.WarnContext(ctx, "the end of the audit record is not anchored", "err", err)
	}
	return nil
}

// program is the actor of what nobody signed in for.
var program = audit.Actor{Role: string(complaint.System)}

// FirstAdministrator makes the first administrator where there is none yet and gives the token; empty: there was one.
func (a *App) FirstAdministrator(ctx context.Context) (token string, err error) {
	have, err := a.People.Holding(ctx, complaint.Administrator, "")
	if err != nil || len(have) > 0 {
		return "", err
	}
	act := audit.Entry{Actor: program, Action: audit.OfficerCreate, Details: map[audit.Detail]string{audit.Role: string(complaint.Administrator)}}
	err = a.Audit.Act(ctx, act, func(*audit.Entry) (err error) {
		token, err = a.People.FirstAdministrator(ctx)
		return err
	})
	return token, err
}

// RecordCommand does what a command does to a file of the reference data, and records it where there is a store. While a
// server has the embedded store the command goes unrecorded, which note tells; the change itself is recorded when a server
// begins to use it.
func RecordCommand(ctx context.Context, cfg config.Config, action audit.Action, file string, content []byte, note func(string), do func() error) error {
	if cfg.MongoURI == "" {
		if _, err := os.Stat(storeFile(cfg)); errors.Is(err, os.ErrNotExist) {
			return do()
		}
	}
	a, err := openAudit(ctx, cfg)
	if cfg.MongoURI == "" && errors.Is(err, fault.Unavailable) {
		note("a running server has the store open; it records the change when it is started with it")
		return do()
	}
	if err != nil {
		return err
	}
	act := audit.Entry{Actor: audit.Actor{Role: string(complaint.System), ID: "command"}, Action: action, Object: audit.Object{Kind: "file", ID: file},
		Details: map[audit.Detail]string{audit.Content: digest(content)}}
	err = a.Audit.Act(ctx, act, func(*audit.Entry) error { return do() })
	return errors.Join(err, a.Close())
}

// openAudit opens the store to record in it and nothing else.
func openAudit(ctx context.Context, cfg config.Config) (_ *App, err error) {
	secret, err := AuditSecret(cfg)
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Log: slog.New(slog.DiscardHandler)}
	if a.Engine, err = OpenStore(ctx, cfg); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.Engine.Close)
	a.Audit = &audit.Recorder{Engine: a.Engine, Log: a.Log, Now: time.Now}
	if a.Audit.Key, err = audit.NewKey(secret); err == nil {
		_, err = a.Engine.Prepare(ctx, []store.Collection{audit.Collection, audit.Anchors}, false)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// AuditSecret reads the secret that seals the audit record and makes none; fault.NotFound where there is none yet.
func AuditSecret(cfg config.Config) ([]byte, error) {
	if cfg.Secret != "" {
		return []byte(cfg.Secret), nil
	}
	file := filepath.Join(cfg.Data, identity.SecretFile)
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "there is no secret in %s; set RESPONS_SECRET, or name the folder that has %s", cfg.Data, identity.SecretFile)
	}
	return b, err
}
