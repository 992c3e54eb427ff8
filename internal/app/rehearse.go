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
	rules := func(book *sla.Book) (complaint.Rules, error) {
		k := &holiday.Calendar{Engine: engine, Base: complaint.Rules{Book: book, States: ref.states}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		return k.Rules(ctx, 0)
	}
	before, err := rules(ref.Book)
	after, errAfter := rules(changed)
	var report complaint.Rehearsal
	if err = errors.Join(err, errAfter); err == nil {
		repo := complaint.Repository{Engine: engine, Chain: ref.chain}
		report, err = complaint.Rehearse(ctx, repo, before, after, from, to, time.Now(), page)
	}
	if errors.Is(err, fault.Invalid) {
		return report, fault.Wrap(fault.Invalid, err, "the store lacks what this command looks for; run respons migrate first")
	}
	return report, err
}
