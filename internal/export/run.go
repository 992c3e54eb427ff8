package export

import (
	"context"
	"errors"
	"io"

	"respons/internal/fault"
	"respons/internal/store"
)

// Round makes everything that is ordered, one after the other.
func (d *Desk) Round(ctx context.Context) error {
	for {
		if did, err := d.Once(ctx); err != nil || !did {
			return err
		}
	}
}

// Once makes one export that waits or that a process left, and throws away what was kept long enough. It says whether
// there was one.
func (d *Desk) Once(ctx context.Context) (did bool, err error) {
	if err := d.sweep(ctx); err != nil {
		return false, err
	}
	j, rev, ok, err := d.next(ctx)
	if err != nil || !ok {
		return false, err
	}
	j.State, j.Moved, j.Rows, j.Tries = Running, d.now(), 0, j.Tries+1
	if rev, err = d.keep(ctx, j, rev); err != nil {
		if errors.Is(err, fault.Stale) {
			return true, nil // another process has it
		}
		return false, err
	}
	err = d.make(ctx, &j, &rev)
	switch {
	case err == nil:
		j.State, j.Until, j.Why = Ready, d.now().Add(kept), ""
	case ctx.Err() != nil:
		j.State = Waiting
		ctx = context.WithoutCancel(ctx)
	case errors.Is(err, fault.Stale):
		return true, nil // it was taken for dead
	case j.Tries >= mostTry || fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Forbidden:
		j.State, j.Until, j.Why = Failed, d.now().Add(kept), why(err)
		d.Log.ErrorContext(ctx, "export failed", "export", j.ID, "err", err)
	default:
		j.State = Waiting
		d.Log.WarnContext(ctx, "export is tried again", "export", j.ID, "err", err)
	}
	_, kept := d.keep(ctx, j, rev)
	return true, kept
}

// next is the oldest that waits, or that runs and has not moved.
func (d *Desk) next(ctx context.Context) (j Job, rev int64, ok bool, err error) {
	for _, state := range []State{Waiting, Running} {
		page, err := d.Engine.Find(ctx, Collection.Name, store.Query{Index: "state", Equal: []any{string(state)}, Limit: 20})
		if err != nil {
			return j, 0, false, err
		}
		for _, rec := range page.Records {
			if j, err = read(rec); err != nil {
				return j, 0, false, err
			}
			if state == Waiting || d.now().Sub(j.Moved) > lease {
				return j, rec.Rev, true, nil
			}
		}
	}
	return j, 0, false, nil
}

// make writes the file into the bucket and notes from time to time how far it is.
func (d *Desk) make(ctx context.Context, j *Job, rev *int64) error {
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	written := make(chan error, 1)
	rows := make(chan struct{}, 256)
	go func() {
		err := d.Write(ctx, *j, in, func() {
			select {
			case rows <- struct{}{}:
			case <-ctx.Done():
			}
		})
		in.CloseWithError(err)
		close(rows)
		written <- err
	}()
	stored := make(chan error, 1)
	kind := map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[j.Format]
	var size int64
	go func() {
		n, err := d.Files.Write(ctx, j.key(), kind, `attachment; filename="respons-`+j.ID+"."+j.Format+`"`, out)
		out.CloseWithError(err)
		size = n
		stored <- err
	}()
	var failed error
	for range rows {
		j.Rows++
		if now := d.now(); failed == nil && now.Sub(j.Moved) > progress {
			j.Moved = now
			if *rev, failed = d.keep(ctx, *j, *rev); failed != nil {
				cancel()
			}
		}
	}
	err := errors.Join(failed, <-written, <-stored)
	j.Bytes = size
	return err
}

func (d *Desk) keep(ctx context.Context, j Job, rev int64) (int64, error) {
	rec, err := j.record(rev)
	if err != nil {
		return rev, err
	}
	return d.Engine.Replace(ctx, Collection.Name, rec)
}

// sweep throws away files that were kept for a day, the file first.
func (d *Desk) sweep(ctx context.Context) error {
	for _, state := range []State{Ready, Failed} {
		q := store.Query{Index: "state", Equal: []any{string(state)}, To: d.now().Add(-kept).UnixMilli(), Limit: 50}
		page, err := d.Engine.Find(ctx, Collection.Name, q)
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			j, err := read(rec)
			if err != nil {
				return err
			}
			if j.Until.After(d.now()) {
				continue
			}
			if err := d.Files.Delete(ctx, j.key()); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
			if err := d.Engine.Delete(ctx, Collection.Name, j.ID, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return nil
}

// why is what the owner is told of a failure: nothing of the inside.
func why(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Forbidden) {
		return f.Detail
	}
	return "the file could not be made; order it again, and tell the operator if it fails again"
}
