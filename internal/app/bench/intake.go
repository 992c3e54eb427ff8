package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"text/tabwriter"
	"time"

	"github.com/hibiken/asynq"
	"github.com/oklog/ulid/v2"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/store"
)

// IntakeReport compares filing complaints with the floor.
type IntakeReport struct {
	Store string      `json:"store"`
	Rows  []IntakeRow `json:"rows"`
}

// IntakeRow is one number of clients with one Redis.
type IntakeRow struct {
	Redis  string  `json:"redis"` // embedded or real
	Intake Load    `json:"intake"`
	Floor  Load    `json:"floor"`
	Ratio  float64 `json:"ratio"` // of the rates
}

var clientCounts = []int{1, 8, 64}

// Intake measures on a store of its own in a temporary folder. Workers do not run: what is measured is taking complaints
// in, not what follows.
func Intake(ctx context.Context, cfg config.Config, lasting time.Duration, progress func(string)) (*IntakeReport, error) {
	report := &IntakeReport{Store: "embedded"}
	if cfg.MongoURI != "" {
		report.Store = "mongodb"
	}
	err := eachRedis(ctx, cfg, progress, func(cfg config.Config, kind string) error {
		rows, err := intakeWith(ctx, cfg, kind, lasting, progress)
		report.Rows = append(report.Rows, rows...)
		return err
	})
	return report, err
}

func intakeWith(ctx context.Context, cfg config.Config, kind string, lasting time.Duration, progress func(string)) (rows []IntakeRow, err error) {
	dir, err := os.MkdirTemp("", "respons-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg.Data, cfg.Demo, cfg.Roles = dir, false, "api,console,worker"
	a, err := app.New(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	floorSchema := []store.Collection{{Name: "floor", Indexes: []store.Index{{Name: "key", Fields: []string{"key"}, Unique: true}}}}
	if _, err := a.Engine.Prepare(ctx, floorSchema, false); err != nil {
		return nil, err
	}
	intake, stopIntake, err := listen(a.Handler())
	if err != nil {
		return nil, err
	}
	defer stopIntake()
	floor, stopFloor, err := listen(floorHandler(a))
	if err != nil {
		return nil, err
	}
	defer stopFloor()
	for _, n := range clientCounts {
		// Half of each before and half after the other, so that a machine that changes speed changes both.
		var in, fl [2]Load
		for half := range 2 {
			progress(fmt.Sprintf("%s Redis, %d clients, part %d of 2", kind, n, half+1))
			if fl[half], err = drive(ctx, floor+"/", n, lasting/2, body); err != nil {
				return nil, fmt.Errorf("floor: %w", err)
			}
			if in[half], err = drive(ctx, intake+"/v1/complaints", n, lasting/2, body); err != nil {
				return nil, fmt.Errorf("intake: %w", err)
			}
		}
		row := IntakeRow{Redis: kind, Intake: mean(in), Floor: mean(fl)}
		row.Ratio = row.Intake.PerSecond / row.Floor.PerSecond
		rows = append(rows, row)
	}
	return rows, nil
}

func mean(h [2]Load) Load {
	return Load{Clients: h[0].Clients, PerSecond: (h[0].PerSecond + h[1].PerSecond) / 2, P50: (h[0].P50 + h[1].P50) / 2,
		P95: (h[0].P95 + h[1].P95) / 2, P99: max(h[0].P99, h[1].P99), Failed: h[0].Failed + h[1].Failed}
}

// floorHandler does only what cannot be left out: decode, one durable insert, one enqueue.
func floorHandler(a *app.App) http.Handler {
	q := asynq.NewClientFromRedisClient(a.Redis)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var doc map[string]any
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		encoded, err := json.Marshal(doc)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		id := ulid.Make().String()
		if err := a.Engine.Insert(r.Context(), "floor", store.Record{ID: id, Keys: store.Keys{"key": r.Header.Get("Idempotency-Key")}, Body: encoded}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if _, err := q.EnqueueContext(r.Context(), asynq.NewTask("floor", []byte(id)), asynq.Queue("floor"), asynq.TaskID(id)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
}

func body(client, n int) string {
	return fmt.Sprintf(`{"text":"Lubang besar depan kedai nombor %d Jalan SS2/24, sudah %d hari, dua motor jatuh","location":{"lat":3.1186,"lon":101.6221,"accuracy":15,"address":"Jalan SS2/24, Petaling Jaya"}}`, client, n)
}

func listen(h http.Handler) (base string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go srv.Serve(l)
	return "http://" + l.Addr().String(), func() { srv.Close() }, nil
}

// Write prints the report for people.
func (r *IntakeReport) Write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "store %s, durable complaints over HTTP beside the floor (decode, one durable insert, one enqueue)\n", r.Store)
	fmt.Fprintln(w, "Redis\tclients\tintake/s\tp50 ms\tp95 ms\tp99 ms\tfloor/s\tp50 ms\tp95 ms\tp99 ms\tratio\t")
	for _, x := range r.Rows {
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", x.Redis, x.Intake.Clients, x.Intake.PerSecond,
			x.Intake.P50, x.Intake.P95, x.Intake.P99, x.Floor.PerSecond, x.Floor.P50, x.Floor.P95, x.Floor.P99, x.Ratio)
	}
	return w.Flush()
}
