package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"respons/internal/app"
	"respons/internal/config"
)

type serveCmd struct {
	Roles  string `help:"Parts to run: api, console, worker, several with commas (default all)." placeholder:"ROLES"`
	Listen string `help:"Address to serve on (default 127.0.0.1:8080)." placeholder:"HOST:PORT"`
	Data   string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
	Demo   bool   `help:"Add officers, supervisors and a day of complaints to look at."`
}

func (s serveCmd) apply(cfg *config.Config) {
	for _, f := range []struct{ flag, setting *string }{{&s.Roles, &cfg.Roles}, {&s.Listen, &cfg.Listen}, {&s.Data, &cfg.Data}} {
		if *f.flag != "" {
			*f.setting = *f.flag
		}
	}
	cfg.Demo = cfg.Demo || s.Demo
}

// Run serves until ctx ends, then lets requests and tasks under way finish.
func (s serveCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	s.apply(cfg)
	if err := cfg.Validate(); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	log := newLog(cfg, std.err)
	listener, err := net.Listen("tcp", cfg.Listen) // first of all: a taken address costs nothing
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	defer listener.Close()
	a, err := app.New(ctx, *cfg, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.Close(); err != nil {
			log.Error("not closed cleanly", "err", err)
		}
	}()
	if err := greet(ctx, a, listener, std.out); err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	return serve(ctx, a.Handler(), a.News.Close, listener, log)
}

func serve(ctx context.Context, h http.Handler, stopping func(), listener net.Listener, log *slog.Logger) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	srv.RegisterOnShutdown(stopping) // streams would hold the end up
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping: requests under way finish first")
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer stop()
	if err := srv.Shutdown(ctx); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// greet prints where to go and, on the first start, how to sign in.
func greet(ctx context.Context, a *app.App, l net.Listener, out io.Writer) error {
	token, err := a.FirstAdministrator(ctx)
	if err != nil {
		return err
	}
	if a.Config.Demo {
		if err := a.Demo(ctx); err != nil {
			return err
		}
	}
	base := "http://" + l.Addr().String()
	fmt.Fprintf(out, "Respons %s serves %s on %s\n", app.Version(), a.Config.Roles, base)
	fmt.Fprintf(out, "  %s/              pages for citizens; %s/console for staff\n", base, base)
	fmt.Fprintf(out, "  %s/docs/         the API, to read and to try\n", base)
	fmt.Fprintf(out, "  %s/openapi.json  its document\n", base)
	if token != "" {
		file, err := a.KeepToken(token)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "First start. The token of the first administrator is in %s; it makes accounts for staff at POST /v1/staff/officers.\n", file)
		if err := greetFirst(ctx, a, out); err != nil {
			return err
		}
	}
	if a.Config.Demo {
		fmt.Fprintln(out, "Demonstration accounts: demo-mbpj-officer, demo-mbpj-supervisor, demo-desk, and the same for DBKL, MBSA, TNB, AIRSEL.")
	}
	return nil
}

// greetFirst tells by which link the first administrator chooses a password. Output of a server is kept in logs: there it
// stands in a file instead.
func greetFirst(ctx context.Context, a *app.App, out io.Writer) error {
	link, err := a.FirstLink(ctx)
	if err != nil {
		return err
	}
	if !a.Config.Laptop() {
		if link, err = a.KeepLink(link); err != nil {
			return err
		}
		link = "in " + link
	}
	fmt.Fprintf(out, "To sign in with a password, open the link %s within 72 hours; it works once.\n", link)
	return nil
}

func newLog(cfg *config.Config, w io.Writer) *slog.Logger {
	var level slog.LevelVar
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level.Set(slog.LevelInfo) // validated before
	}
	o := &slog.HandlerOptions{Level: &level}
	if cfg.LogJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
