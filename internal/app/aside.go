package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/report"
	"respons/migrations"
)

// OpenCases opens the store for a command that works beside the system or without it: nothing is migrated, no worker
// runs. A store that is not there or not up to date is refused, fault.Conflict, rather than made: an empty one proves
// nothing. fault.Unavailable where a running system has the embedded store. Hints go to the Redis of the settings; without
// one the sweep of the next start finds what is due.
func OpenCases(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *complaint.Cases, close func() error, err error) {
	a, err := openAside(ctx, cfg, log)
	if err != nil {
		return nil, nil, err
	}
	return a.Cases, a.Close, nil
}

// OpenFigures is OpenCases for the command that counts anew.
func OpenFigures(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *report.Book, close func() error, err error) {
	a, err := openAside(ctx, cfg, log)
	if err != nil {
		return nil, nil, err
	}
	return a.Figures, a.Close, nil
}

func openAside(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *App, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(storeFile(cfg)); cfg.MongoURI == "" && errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Conflict, "there is no store in %q; name its folder with --data", cfg.Data)
	}
	a := &App{Config: cfg, Log: log, metrics: newMetrics()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.Engine, err = OpenStore(ctx, cfg); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.Engine.Close)
	todo, err := migrations.Run(ctx, a.Engine, Schema, time.Now, true)
	if err != nil {
		return nil, err
	}
	if len(todo) > 0 {
		return nil, fault.New(fault.Conflict, "the store is not up to date: %s; run respons migrate", todo[0])
	}
	if err := a.openReference(ctx); err != nil {
		return nil, err
	}
	if cfg.RedisURL != "" {
		if a.Redis, err = dialRedis(string(cfg.RedisURL)); err != nil {
			return nil, fmt.Errorf("REDIS_URL: %w", err)
		}
		a.closers = append(a.closers, a.Redis.Close)
	}
	a.wire(nil)
	if a.Redis == nil {
		a.Cases.Hints = noHints{}
	}
	return a, nil
}

// noHints is for a process without a Redis.
type noHints struct{}

func (noHints) Route(context.Context, string, int64)            {}
func (noHints) Tell(context.Context, string, int64)             {}
func (noHints) Timer(context.Context, string, int64, time.Time) {}
