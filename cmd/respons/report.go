package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/fault"
	"respons/internal/report"
)

type reportCmd struct {
	Rebuild rebuildCmd `cmd:"" help:"Count every complaint anew, compare with the running counts, and put right what differs; also beside a running system. Example: respons report rebuild --no-repair"`
}

type rebuildCmd struct {
	Repair    bool   `help:"Put right what differs." default:"true" negatable:""`
	JSON      bool   `help:"One JSON object instead of text." name:"json"`
	Data      string `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
	Server    string `help:"Address of a running system to ask; by itself the command asks the one that has the embedded store open." placeholder:"URL"`
	TokenFile string `help:"File with an administrator's token for that (default administrator.token in the folder of the store)." type:"existingfile" placeholder:"FILE"`
}

// Run proves that the running counts equal a recount; a difference that was not repaired makes it fail.
func (r rebuildCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if r.Data != "" {
		cfg.Data = r.Data
	}
	found, err := r.recount(ctx, cfg, std)
	if err != nil {
		return err
	}
	if r.JSON {
		if err := json.NewEncoder(std.out).Encode(found); err != nil {
			return err
		}
	} else {
		for _, d := range found.Differences {
			fmt.Fprintln(std.out, d)
		}
		fmt.Fprintf(std.out, "%d complaints, %d of before disposed of, %d changing meanwhile; %d documents of sums; %d different\n",
			found.Complaints, found.Disposed, found.Waiting, found.Sums, found.Different)
	}
	if found.Different > 0 && !found.Repaired {
		return errors.New("the running counts are not what the complaints say")
	}
	return nil
}

func (r rebuildCmd) recount(ctx context.Context, cfg *config.Config, std streams) (*report.Recounted, error) {
	server := r.Server
	if server == "" {
		book, closeStore, err := app.OpenFigures(ctx, *cfg, newLog(cfg, std.err))
		if err == nil {
			found, err := book.Recount(ctx, r.Repair)
			return found, errors.Join(err, closeStore())
		}
		if cfg.MongoURI != "" || !errors.Is(err, fault.Unavailable) {
			return nil, err
		}
		server = "http://" + cfg.Listen
		fmt.Fprintf(std.err, "a running system has the store in %s open; asking it at %s\n", cfg.Data, server)
	}
	ask, err := asAdministrator(cfg, server, r.TokenFile)
	if err != nil {
		return nil, err
	}
	found := new(report.Recounted)
	return found, ask(ctx, "/v1/staff/reports/rebuild?repair="+strconv.FormatBool(r.Repair), found)
}
