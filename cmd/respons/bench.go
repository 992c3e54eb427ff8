package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"respons/internal/app"
	"respons/internal/app/bench"
	"respons/internal/config"
)

type benchCmd struct {
	Intake    benchIntakeCmd   `cmd:"" help:"Durable complaints per second over HTTP beside the floor: decode, one durable insert, one enqueue. Example: respons bench intake --json"`
	Timers    benchTimersCmd   `cmd:"" help:"SLA timers: memory, scheduling, and many that ring in one second, beside asynq alone. Example: respons bench timers --count 1000000 --storm 100000"`
	Route     benchRouteCmd    `cmd:"" help:"Time and memory of one routing decision on one core, beside only splitting the text into words. Example: respons bench route --json"`
	Announce  benchAnnounceCmd `cmd:"" help:"An announcement to many recipients, with dead tokens and a burst of refusals, beside pushing alone. Example: respons bench announce --recipients 50000"`
	Tell      benchTellCmd     `cmd:"" help:"From an officer's click to the citizen's accepted push on an idle system, beside one push alone. Example: respons bench tell --clicks 200"`
	Queue     benchScaleCmd    `cmd:"" help:"What officers and citizens open, with few complaints and with many. Example: respons bench queue --sizes 10000,1000000"`
	Dashboard benchBoardCmd    `cmd:"" help:"What supervisors open, with few complaints and with many. Example: respons bench dashboard --sizes 10000,1000000"`
	Start     benchStartCmd    `cmd:"" help:"Time from starting the process to ready, beside a process that only prints. Example: respons bench start"`
}

type benchIntakeCmd struct {
	JSON    bool          `help:"One JSON object instead of text." name:"json"`
	Seconds time.Duration `help:"How long each measurement lasts." default:"3s"`
}

// Run measures intake on the embedded store, with the embedded Redis and with a real one where there is one.
func (b benchIntakeCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	report, err := bench.Intake(ctx, *cfg, b.Seconds, func(line string) { fmt.Fprintln(std.err, line) })
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchRouteCmd struct {
	JSON    bool          `help:"One JSON object instead of text." name:"json"`
	Seconds time.Duration `help:"How long to measure." default:"3s"`
}

// Run measures the router of the reference data.
func (b benchRouteCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	report, err := bench.Route(ctx, app.Folder(cfg.Configs), b.Seconds)
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchStartCmd struct {
	JSON bool `help:"One JSON object instead of text." name:"json"`
	Runs int  `help:"How often." default:"5"`
}

// Run measures the start of this very program.
func (b benchStartCmd) Run(ctx context.Context, std streams) error {
	report, err := bench.Start(ctx, b.Runs)
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchTimersCmd struct {
	JSON  bool   `help:"One JSON object instead of text." name:"json"`
	Count int    `help:"Timers outstanding." default:"100000"`
	Storm int    `help:"Of these, due in the same second." default:"10000"`
	Redis string `help:"Address of an empty Redis to measure on (default REDIS_URL, else one that is started here)." placeholder:"URL"`
}

// Run measures timers on the embedded store, with the embedded Redis and with a real one where there is one.
func (b benchTimersCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if b.Storm < 1 || b.Count < b.Storm {
		return fmt.Errorf("%w: a storm of %d among %d timers: there must be one, and it is part of the count", errUsage, b.Storm, b.Count)
	}
	if b.Redis != "" {
		cfg.RedisURL = config.Secret(b.Redis)
	}
	if err := cfg.Validate(); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	report, err := bench.Timers(ctx, *cfg, b.Count, b.Storm, func(line string) { fmt.Fprintln(std.err, line) })
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchTellCmd struct {
	JSON   bool `help:"One JSON object instead of text." name:"json"`
	Clicks int  `help:"How often an officer clicks." default:"200"`
}

// Run measures telling on the embedded store, with the embedded Redis and with a real one where there is one.
func (b benchTellCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if b.Clicks < 1 {
		return fmt.Errorf("%w: %d clicks are too few to measure", errUsage, b.Clicks)
	}
	report, err := bench.Tell(ctx, *cfg, b.Clicks, func(line string) { fmt.Fprintln(std.err, line) })
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchAnnounceCmd struct {
	JSON       bool `help:"One JSON object instead of text." name:"json"`
	Recipients int  `help:"How many; every fiftieth has a dead token." default:"50000"`
}

// Run measures spreading and proves from the ledger that everybody is accounted for.
func (b benchAnnounceCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if b.Recipients < 1 {
		return fmt.Errorf("%w: %d recipients are too few to measure", errUsage, b.Recipients)
	}
	report, err := bench.Announce(ctx, *cfg, b.Recipients, func(line string) { fmt.Fprintln(std.err, line) })
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}

type benchScaleCmd struct {
	JSON  bool  `help:"One JSON object instead of text." name:"json"`
	Sizes []int `help:"How many complaints; the ratio is of the last to the first." default:"10000,1000000"`
}

// Run measures the pages of officers and citizens.
func (b benchScaleCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return b.measure(ctx, cfg, std, bench.Queue)
}

type benchBoardCmd struct {
	benchScaleCmd
}

// Run measures the pages of supervisors.
func (b benchBoardCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	return b.measure(ctx, cfg, std, bench.Dashboard)
}

func (b benchScaleCmd) measure(ctx context.Context, cfg *config.Config, std streams,
	run func(context.Context, config.Config, []int, func(string)) (*bench.ScaleReport, error)) error {
	for _, n := range b.Sizes {
		if n < 1000 {
			return fmt.Errorf("%w: %d complaints are too few to measure", errUsage, n)
		}
	}
	report, err := run(ctx, *cfg, b.Sizes, func(line string) { fmt.Fprintln(std.err, line) })
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(std.out).Encode(report)
	}
	return report.Write(std.out)
}
