package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/classify"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/learning"
	"respons/internal/table"
	"respons/migrations"
)

// followEvery is how often a process looks which model is live, and a worker whether something is to be learnt.
const followEvery = 10 * time.Second

func (a *App) wireLearning() {
	a.Router = learning.NewFollower(learning.Shelf{Engine: a.Engine}, a.Ref.Now().Classifier, a.Ref.Now().Router)
	a.Tutor = &learning.Teacher{Notebook: learning.Notebook{Engine: a.Engine, Zone: a.Ref.Now().Zone}, Follower: a.Router,
		Material: a.Ref.material, NewID: func(at time.Time) string { return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String() },
		Now: time.Now, Log: a.Log, Alarmed: a.metrics.rates}
}

// material is what a training has beside the officers' decisions.
func (r *Reference) material() (learning.Frozen, []classify.Example, error) {
	var ms table.Mistakes
	frozen, rest := learning.LoadFrozen(r.files, r.Catalogue, r.acting, &ms)
	return frozen, rest, ms.Err()
}

// learn takes up another live model soon after it was made live, and where this process works, trains when it is time.
// Another process may be training: that is no failure.
func (a *App) learn(ctx context.Context) error {
	once := a.Router.Refresh
	if a.Config.Has("worker") {
		once = a.Tutor.Once
	}
	if err := once(ctx); !errors.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// OpenTutor opens the store for a command that looks at models or changes which is live. fault.Unavailable where a running
// system has the embedded store: an administrator then asks it at /v1/staff/models.
func OpenTutor(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *learning.Teacher, closeStore func() error, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(cfg.Data + "/respons.db"); cfg.MongoURI == "" && errors.Is(err, os.ErrNotExist) {
		return nil, nil, fault.New(fault.Conflict, "there is no store in %q; name its folder with --data", cfg.Data)
	}
	a := &App{Config: cfg, Log: log, metrics: newMetrics()}
	if a.Engine, err = OpenStore(ctx, cfg); err != nil {
		return nil, nil, err
	}
	if _, err := migrations.Run(ctx, a.Engine, Schema, time.Now, false); err != nil {
		return nil, nil, errors.Join(err, a.Engine.Close())
	}
	if err := a.openReference(ctx); err != nil {
		return nil, nil, errors.Join(err, a.Engine.Close())
	}
	a.wireLearning()
	return a.Tutor, a.Engine.Close, nil
}
