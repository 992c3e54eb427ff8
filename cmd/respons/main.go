// Command respons is the whole system: server, workers and tools in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"respons/internal/config"
)

// commands are what can be typed; each has its file.
type commands struct {
	Settings string `help:"File with settings (JSON); environment and flags go before it." type:"existingfile" placeholder:"FILE"`
	Configs  string `help:"Folder with reference data instead of what the program was built with." type:"existingdir" placeholder:"DIR"`

	Serve    serveCmd    `cmd:"" default:"withargs" help:"Start the system. Example: respons serve --demo"`
	Route    routeCmd    `cmd:"" help:"Say which agency must act. Example: echo '{\"id\":\"1\",\"text\":\"lubang besar di SS2\"}' | respons route --json"`
	Place    placeCmd    `cmd:"" help:"Say where a matter lies, or import boundaries."`
	SLA      slaCmd      `cmd:"" name:"sla" help:"Compute deadlines, audit timers."`
	Eval     evalCmd     `cmd:"" help:"Measure the router on a labelled file. Example: respons eval labelled.csv"`
	Bench    benchCmd    `cmd:"" help:"Measure the system beside its floor."`
	Model    modelCmd    `cmd:"" help:"Train the classifier, learn from officers, take back."`
	Keys     keysCmd     `cmd:"" help:"List and rotate the master keys of sealed reporters."`
	Migrate  migrateCmd  `cmd:"" help:"Bring stored documents and indexes up to date. Example: respons migrate --plan"`
	Receipt  receiptCmd  `cmd:"" help:"Verify a signed receipt offline. Example: respons receipt --keys keys.json <receipt.txt"`
	Report   reportCmd   `cmd:"" help:"Prove the figures."`
	Audit    auditCmd    `cmd:"" help:"Prove the record of who did and saw what."`
	Agencies agenciesCmd `cmd:"" help:"List, check, import and export the register."`
	OpenAPI  openapiCmd  `cmd:"" name:"openapi" help:"Print the OpenAPI document. Example: respons openapi > openapi.json"`
	Version  versionCmd  `cmd:"" help:"Print version, commit and Go version. Example: respons version"`
}

// streams are where a command reads and writes: results to out, everything else to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errUsage marks what the person typed wrong: exit status 2.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run carries out one command line and gives its exit status: 0 success, 1 failure, 2 wrong usage.
func run(ctx context.Context, args []string, std streams) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli, kong.Name("respons"), kong.UsageOnError(),
		kong.Description("Citizens' complaints: filed once, sent to the right agency, chased until mended."),
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std))
	if err != nil {
		fmt.Fprintln(std.err, "respons:", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(std.err, "respons: %v\nTry: respons --help\n", err)
		return 2
	}
	cfg, err := config.Load(cli.Settings, os.Environ())
	if err != nil {
		fmt.Fprintln(std.err, "respons:", err)
		return 2
	}
	if cli.Configs != "" {
		cfg.Configs = cli.Configs
	}
	if err := parsed.Run(&cfg); err != nil {
		fmt.Fprintln(std.err, "respons:", err)
		if errors.Is(err, errUsage) {
			return 2
		}
		return 1
	}
	return 0
}
