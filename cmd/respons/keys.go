package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/seal"
	"respons/internal/store"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" default:"withargs" help:"Name the master keys and how many citizens' data keys each wraps. Example: respons keys list"`
	Rotate keysRotateCmd `cmd:"" help:"Wrap every citizen's data key under a new master key and retire the old one. Example: respons keys rotate"`
}

type keysListCmd struct {
	Data string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
}

// Run prints one line for each master key: name, state, data keys under it; also beside a running server.
func (l keysListCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if l.Data != "" {
		cfg.Data = l.Data
	}
	_, file, err := app.Masters(*cfg)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	names, counts, err := wrapped(ctx, *cfg)
	if err != nil {
		return err
	}
	state := map[string]string{}
	if file != nil {
		list, err := file.List()
		if err != nil {
			return err
		}
		for _, k := range list {
			if state[k.Name] = "being replaced"; k.Current {
				state[k.Name] = "current"
			}
			if _, used := counts[k.Name]; !used {
				names = append(names, k.Name)
			}
		}
	} else {
		state[cfg.SealKey] = "current"
	}
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	for _, name := range names {
		if state[name] == "" {
			state[name] = "being replaced"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\n", name, state[name], counts[name])
	}
	return w.Flush()
}

// wrapped counts the data keys under each master key; none where there is no store yet.
func wrapped(ctx context.Context, cfg config.Config) (names []string, counts map[string]int64, err error) {
	engine, err := app.ReadStore(ctx, cfg)
	if errors.Is(err, fault.NotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	names, counts, err = (&seal.Vault{Engine: engine}).Wrapped(ctx)
	if errors.Is(err, fault.Invalid) { // nothing was sealed in it yet
		err = nil
	}
	return names, counts, err
}

type keysRotateCmd struct {
	Resume bool   `help:"Only finish a rotation that was begun before."`
	Data   string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
}

// Run adds a master key to the file and re-wraps. With a key service the new key is that of the settings. A server that
// has the embedded store open does the re-wrapping itself.
func (r keysRotateCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	vault, file, close, err := openVault(ctx, cfg, r.Data)
	busy := errors.Is(err, fault.Unavailable) && cfg.MongoURI == ""
	if err != nil && !busy {
		return err
	}
	defer close()
	if file != nil && !r.Resume {
		name, err := file.Add()
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "new master key %s in %s; back the file up\n", name, file.Path)
	}
	if busy {
		fmt.Fprintln(std.out, "the running server re-wraps the data keys now and retires the old master key when it is done")
		return nil
	}
	rotation := seal.Rotation{Vault: vault, File: file, Alone: cfg.MongoURI == "", Log: slog.New(slog.DiscardHandler)}
	n, retired, err := rotation.Once(ctx)
	fmt.Fprintf(std.out, "%d data keys re-wrapped\n", n)
	switch {
	case err != nil:
		return fmt.Errorf("stopped short; go on with respons keys rotate --resume: %w", err)
	case retired:
		fmt.Fprintln(std.out, "the old master key is retired")
	case file == nil:
		fmt.Fprintln(std.out, "disable the former key at its service once respons keys list names it no more and every server was restarted with the new one")
	default:
		fmt.Fprintf(std.out, "a running server retires the old master key in %s, or respons keys rotate --resume does\n", seal.Grace)
	}
	return nil
}

// openVault opens the store and the master keys; close is never nil. fault.Unavailable where a server has the embedded
// store: the vault is nil then, the file is there.
func openVault(ctx context.Context, cfg *config.Config, data string) (v *seal.Vault, file *seal.File, close func() error, err error) {
	if data != "" {
		cfg.Data = data
	}
	close = func() error { return nil }
	masters, file, err := app.Masters(*cfg)
	if err != nil {
		return nil, nil, close, fmt.Errorf("%w: %w", errUsage, err)
	}
	engine, err := app.OpenStore(ctx, *cfg)
	if err != nil {
		return nil, file, close, err
	}
	if _, err := engine.Prepare(ctx, []store.Collection{seal.Collection}, false); err != nil {
		return nil, file, engine.Close, err
	}
	return &seal.Vault{Engine: engine, Masters: masters, Now: time.Now}, file, engine.Close, nil
}
