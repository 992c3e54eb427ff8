package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/holiday"
	"respons/internal/sla"
	"respons/internal/table"
)

// Rehearse replays the complaints received from one moment to before another against the classes and calendars of other
// reference data. Holidays that were declared count on both sides. page, if not nil, hears how many were read.
func Rehearse(ctx context.Context, cfg config.Config, other fs.FS, from, to time.Time, page func(read int)) (complaint.Rehearsal, error) {
	ref, err := LoadReference(Folder(cfg.Configs))
	if err != nil {
		return complaint.Rehearsal{}, err
	}
	var ms table.Mistakes
	changed := sla.Load(other, &ms)
	if err := ms.Err(); err != nil {
		return complaint.Rehearsal{}, err
	}
	engine, err := ReadStore(ctx, cfg)
	if err != nil {
		return complaint.Rehearsal{}, err
	}
	defer engine.Close()
	calendar := func(book *sla.Book) *holiday.Calendar {
		return &holiday.Calendar{Engine: engine, Base: complaint.Rules{Book: book, States: ref.states}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	}
	before, err := calendar(ref.Book).Rules(ctx, 0)
	after, errAfter := calendar(changed).Rules(ctx, 0)
	indexed, errIndexed := calendar(ref.Book).Indexed(ctx)
	if err := errors.Join(err, errAfter, errIndexed); err != nil && !errors.Is(err, fault.Invalid) {
		return complaint.Rehearsal{}, err
	}
	if !indexed {
		return complaint.Rehearsal{}, fault.New(fault.Unavailable, "complaints of this store cannot be found by period yet; start the server, and try again when it has run for some minutes")
	}
	repo := complaint.Repository{Engine: engine, Chain: ref.chain}
	return complaint.Rehearse(ctx, repo, before, after, from, to, time.Now(), page)
}
