package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"respons/internal/app"
	"respons/internal/config"
	"respons/internal/sla"
	"respons/internal/table"
)

type slaCmd struct {
	Due      slaDueCmd      `cmd:"" default:"withargs" help:"Compute deadlines. Example: echo '{\"id\":\"1\",\"clock\":\"working_days\",\"target\":\"3\",\"state\":\"MY-10\",\"start\":\"2026-01-08T02:00:00Z\"}' | respons sla --json"`
	Audit    slaAuditCmd    `cmd:"" help:"Prove that every complaint has its next timer and every threshold passed its event, and repair what is not so; also beside a running system. Example: respons sla audit --json"`
	Rehearse slaRehearseCmd `cmd:"" help:"Replay the complaints of a period against changed classes or holidays, without touching them. Example: respons sla rehearse --classes new-classes.csv --from 2026-01-01 --to 2026-03-31"`
}

type slaDueCmd struct {
	JSON bool `help:"Read JSON Lines from standard input and answer one line for each." name:"json" required:""`
}

// dueQuestion is one line. Target may be a string or a number; percent is 100 where it is left out.
type dueQuestion struct {
	ID     any             `json:"id"`
	Clock  string          `json:"clock"`
	Target json.RawMessage `json:"target"`
	State  string          `json:"state"`
	Start  time.Time       `json:"start"`
	Pauses []struct {
		From time.Time  `json:"from"`
		To   *time.Time `json:"to"`
	} `json:"pauses"`
	Percent *int `json:"percent"`
}

type dueAnswer struct {
	ID any `json:"id"`
	sla.Derivation
}

// tenYears bounds pauses, and with them the days of an explanation.
const tenYears = 10 * 366 * 24 * time.Hour

// Run answers questions without a server.
func (slaDueCmd) Run(cfg *config.Config, std streams) error {
	var ms table.Mistakes
	book := sla.Load(app.Folder(cfg.Configs), &ms)
	if err := ms.Err(); err != nil {
		return err
	}
	return answerLines(std, func(q dueQuestion) (any, error) { return q.answer(book) })
}

func (q dueQuestion) answer(book *sla.Book) (any, error) {
	if q.Start.IsZero() {
		return nil, errors.New("start is missing; give an instant such as 2026-01-08T02:00:00Z")
	}
	if q.State != "" && !validState(q.State) {
		return nil, fmt.Errorf("state %q is none of MY-01 to MY-16", q.State)
	}
	target, err := sla.ParseTarget(q.Clock, strings.Trim(string(q.Target), `"`))
	if err != nil {
		return nil, err
	}
	percent := 100
	if q.Percent != nil {
		percent = *q.Percent
	}
	if percent < 1 || percent > 10000 {
		return nil, fmt.Errorf("percent %d is not between 1 and 10000", percent)
	}
	var pauses []sla.Pause
	for _, p := range q.Pauses {
		pause := sla.Pause{From: p.From}
		if p.To != nil {
			if pause.To = *p.To; pause.To.Sub(q.Start) > tenYears {
				return nil, errors.New("a pause ends more than ten years after the start; leave its end out if it still lasts")
			}
		}
		pauses = append(pauses, pause)
	}
	return dueAnswer{q.ID, book.Explain(target, q.State, q.Start, pauses, percent).Derivation()}, nil
}

func validState(code string) bool {
	n, ok := strings.CutPrefix(code, "MY-")
	i, err := strconv.Atoi(n)
	return ok && err == nil && len(n) == 2 && i >= 1 && i <= 16
}
