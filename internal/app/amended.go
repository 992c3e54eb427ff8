package app

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"respons/internal/amend"
	"respons/internal/complaint"
	"respons/internal/routing"
)

// amendedEvery is how often a process looks for amendments that count since: of another process, or of today.
const amendedEvery = 2 * time.Second

// openReference reads the reference data with the amendments that count. It needs the store.
func (a *App) openReference(ctx context.Context) error {
	a.Amendments = &amend.Desk{Engine: a.Engine, Base: Folder(a.Config.Configs), Now: time.Now, Tell: a.tellOfAmendment,
		Load: func(fsys fs.FS) error { _, err := LoadReference(fsys); return err },
		Held: func(ctx context.Context, code string) (bool, error) { return a.Succession.Holds(ctx, code) }}
	list, mark, err := a.Amendments.InForce(ctx, time.Now())
	if err != nil {
		return err
	}
	built, ref, err := buildReference(a.Amendments.Base, list)
	if err != nil {
		return err
	}
	a.Ref, a.amended = Hold(ref), mark
	a.Ref.built.Store(&built)
	a.tellAside(ctx, built)
	return nil
}

// buildReference is the base with amendments; the error is the base's own.
func buildReference(base fs.FS, list []*amend.Amendment) (built amend.Built, ref *Reference, err error) {
	built, err = amend.Build(base, list, func(fsys fs.FS) (err error) {
		ref, err = LoadReference(fsys)
		return err
	})
	return built, ref, err
}

// tellAside says in the log what administrators see on their pages, too.
func (a *App) tellAside(ctx context.Context, built amend.Built) {
	for _, l := range built.Laid {
		switch {
		case l.Aside != "":
			a.Log.WarnContext(ctx, "an approved amendment does not count", "amendment", l.ID, "why", l.Aside, "mistakes", len(l.Wrong))
		case len(l.Clashes) > 0:
			a.Log.WarnContext(ctx, "the shipped reference data changed what an amendment changes; the amendment counts", "amendment", l.ID, "cells", len(l.Clashes))
		}
	}
}

// takeUp lets this process work with the amendments that count now, if they are others than before. After an error
// it is tried again; the reference data before goes on where the error was in reading the other.
func (a *App) takeUp(ctx context.Context) error {
	a.taking.Lock()
	defer a.taking.Unlock()
	mark, err := a.Amendments.Mark(ctx, time.Now())
	if err != nil || mark == a.amended {
		return err
	}
	list, mark, err := a.Amendments.InForce(ctx, time.Now())
	if err != nil {
		return err
	}
	built, ref, err := buildReference(a.Amendments.Base, list)
	if err != nil {
		return fmt.Errorf("the shipped reference data: %w", err)
	}
	if err := a.Router.Rebase(ctx, ref.Classifier, ref.Router); err != nil {
		return err
	}
	a.Ref.now.Store(ref)
	a.Ref.built.Store(&built)
	a.Holidays.Rebase(complaint.Rules{Book: ref.Book, States: a.Ref.states})
	a.Succession.Changed()
	if a.Config.Has("worker") {
		if err := a.Holidays.Adopt(ctx); err != nil {
			return err
		}
	}
	if err := a.recordReference(ctx); err != nil {
		return err
	}
	a.amended = mark // from here on there is nothing left to be tried again
	a.tellAside(ctx, built)
	return nil
}

// routerOn is the router that decides with the live model on the reference data of a folder.
func (a *App) routerOn(ctx context.Context, fsys fs.FS) (*routing.Router, error) {
	ref, err := LoadReference(fsys)
	if err != nil {
		return nil, err
	}
	return a.Router.On(ctx, ref.Classifier, ref.Router)
}

// background does something beside the requests until it is done or the process ends, which waits for it.
func (a *App) background(do func(context.Context)) {
	a.beside.Go(func() { do(a.life) })
}
