package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"respons/internal/app"
	"respons/internal/complaint"
	"respons/internal/config"
	"respons/internal/fault"
)

type slaAuditCmd struct {
	Repair    bool          `help:"Repair what is not as it should be, as its timer would have." default:"true" negatable:""`
	JSON      bool          `help:"JSON Lines: a finding each, then the sums." name:"json"`
	Grace     time.Duration `help:"What fell due so lately is left to the timer." default:"1m"`
	Data      string        `help:"Folder of the embedded store (default ./data)." placeholder:"DIR"`
	Server    string        `help:"Address of a running system to ask; by itself the command asks the one that has the embedded store open." placeholder:"URL"`
	TokenFile string        `help:"File with an administrator's token for that (default administrator.token in the folder of the store)." type:"existingfile" placeholder:"FILE"`
}

// auditSums ends the report.
type auditSums struct {
	Checked  int `json:"checked"`
	Open     int `json:"open"`
	Findings int `json:"findings"`
	Repaired int `json:"repaired"`
	Left     int `json:"left"`
}

// Run proves that no timer was lost; what remains wrong makes it fail.
func (a slaAuditCmd) Run(ctx context.Context, cfg *config.Config, std streams) error {
	if a.Data != "" {
		cfg.Data = a.Data
	}
	if a.Grace < 0 || a.Grace > 24*time.Hour {
		return fmt.Errorf("%w: grace %s is not between 0s and 24h", errUsage, a.Grace)
	}
	page, closeStore, err := a.pages(ctx, cfg, std)
	if err != nil {
		return err
	}
	sums, err := a.walk(ctx, page, std)
	return errors.Join(err, closeStore(), sums.verdict(a.Repair))
}

// auditPages looks at the page of complaints after a cursor.
type auditPages func(ctx context.Context, after string) (*complaint.Audited, error)

// pages opens the store or, where a running system has the embedded one, asks that system.
func (a slaAuditCmd) pages(ctx context.Context, cfg *config.Config, std streams) (auditPages, func() error, error) {
	nothing := func() error { return nil }
	if a.Server != "" {
		pages, err := a.remote(cfg, a.Server)
		return pages, nothing, err
	}
	cases, closeStore, err := app.OpenCases(ctx, *cfg, newLog(cfg, std.err))
	if cfg.MongoURI == "" && errors.Is(err, fault.Unavailable) {
		fmt.Fprintf(std.err, "a running system has the store in %s open; asking it at http://%s\n", cfg.Data, cfg.Listen)
		pages, err := a.remote(cfg, "http://"+cfg.Listen)
		return pages, nothing, err
	}
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, after string) (*complaint.Audited, error) {
		return cases.Audit(ctx, after, a.Grace, a.Repair)
	}, closeStore, nil
}

// remote asks a running system over HTTP, page by page.
func (a slaAuditCmd) remote(cfg *config.Config, server string) (auditPages, error) {
	ask, err := asAdministrator(cfg, server, a.TokenFile)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, after string) (*complaint.Audited, error) {
		q := url.Values{"repair": {strconv.FormatBool(a.Repair)}, "grace_seconds": {strconv.Itoa(int(a.Grace / time.Second))}}
		if after != "" {
			q.Set("cursor", after)
		}
		page := new(complaint.Audited)
		return page, ask(ctx, "/v1/staff/sla/audit?"+q.Encode(), page)
	}, nil
}

// progressEvery is after how many complaints a line tells how far the audit is.
const progressEvery = 10_000

func (a slaAuditCmd) walk(ctx context.Context, pages auditPages, std streams) (sums auditSums, err error) {
	out := bufio.NewWriter(std.out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	enc := json.NewEncoder(out)
	for after := ""; ; {
		page, err := pages(ctx, after)
		if err != nil {
			return sums, err
		}
		for _, f := range page.Findings {
			if err := a.write(out, enc, f); err != nil {
				return sums, err
			}
			if f.Repaired {
				sums.Repaired++
			}
		}
		before := sums.Checked / progressEvery
		sums.Checked, sums.Open, sums.Findings = sums.Checked+page.Checked, sums.Open+page.Open, sums.Findings+len(page.Findings)
		if sums.Checked/progressEvery > before {
			fmt.Fprintf(std.err, "%d complaints looked at, %d findings\n", sums.Checked, sums.Findings)
		}
		if err := out.Flush(); err != nil {
			return sums, err
		}
		if page.Next == "" {
			break
		}
		after = page.Next
	}
	sums.Left = sums.Findings - sums.Repaired
	if a.JSON {
		return sums, enc.Encode(sums)
	}
	_, err = fmt.Fprintf(out, "%d complaints looked at, %d of them open: %d findings, %d repaired, %d left\n",
		sums.Checked, sums.Open, sums.Findings, sums.Repaired, sums.Left)
	return sums, err
}

func (a slaAuditCmd) write(out io.Writer, enc *json.Encoder, f complaint.Finding) error {
	if a.JSON {
		return enc.Encode(f)
	}
	mark := ""
	if f.Repaired {
		mark = " (repaired)"
	}
	_, err := fmt.Fprintf(out, "%s%s\n", f, mark)
	return err
}

func (s auditSums) verdict(repair bool) error {
	switch {
	case s.Left == 0:
		return nil
	case repair:
		return fmt.Errorf("%d findings could not be repaired", s.Left)
	}
	return fmt.Errorf("%d findings were not repaired because of --no-repair", s.Left)
}
