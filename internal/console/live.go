package console

import (
	"context"
	"strconv"

	"respons/internal/report"
)

// Live is how the open complaints of a branch stand by now; a few seconds old.
type Live struct {
	Open       int64  `json:"open"`
	Overdue    int64  `json:"overdue" doc:"A deadline that runs has passed"`
	DueToday   int64  `json:"due_today" doc:"The earliest deadline passes later today"`
	Predicted  int64  `json:"predicted" doc:"Not overdue, and foreseen to be late: see predicted_why of the complaints"`
	Agencies   []Load `json:"agencies" doc:"The bodies right below, each with those below it, and the agency by itself"`
	Categories []Load `json:"categories"`
	Districts  []Load `json:"districts"`
	Classes    []Load `json:"classes"`
	States     []Load `json:"states" doc:"By the state they are in"`
	Officers   []Load `json:"officers" doc:"Of an agency itself; - for what nobody has"`
	Ages       []Age  `json:"ages"`
}

// Load is how many open complaints one agency, category or officer has, and how they stand.
type Load struct {
	Code      string `json:"code" example:"MBPJ"`
	Name      string `json:"name,omitempty" example:"Majlis Bandaraya Petaling Jaya"`
	Open      int64  `json:"open"`
	Overdue   int64  `json:"overdue"`
	DueToday  int64  `json:"due_today"`
	Predicted int64  `json:"predicted"`
}

// Age is how many open complaints were received so many days ago.
type Age struct {
	Days string `json:"days" doc:"From and to, both included; + without an end" example:"4-7"`
	Open int64  `json:"open"`
}

func (a *API) live(ctx context.Context, branch, lang string) (*Live, error) {
	l, err := a.Figures.Live(ctx, branch)
	if err != nil {
		return nil, err
	}
	out := &Live{Open: l.All.Open, Overdue: l.All.Overdue, DueToday: l.All.DueToday, Predicted: l.All.Predicted,
		Agencies: loads(l.Agencies, a.Names.Agency, lang), Categories: loads(l.Categories, a.Names.Category, lang), Districts: loads(l.Districts, nil, ""),
		Classes: loads(l.Classes, nil, ""), States: loads(l.States, nil, ""), Officers: loads(l.Officers, nil, ""), Ages: ages(l.Ages)}
	for i := range out.Officers {
		if out.Officers[i].Name, err = a.officerName(ctx, out.Officers[i].Code); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func loads(list []report.Load, name func(code, lang string) string, lang string) []Load {
	out := []Load{}
	for _, l := range list {
		row := Load{Code: l.Code, Open: l.Open, Overdue: l.Overdue, DueToday: l.DueToday, Predicted: l.Predicted}
		if name != nil {
			row.Name = name(l.Code, lang)
		}
		out = append(out, row)
	}
	return out
}

// officerName is the name of a member of staff; empty for nobody and for whoever has no account any more.
func (a *API) officerName(ctx context.Context, id string) (string, error) {
	if id == "" || id == report.Nobody {
		return "", nil
	}
	return a.People.Name(ctx, id)
}

func ages(open []int64) []Age {
	out := make([]Age, len(open))
	from := 0
	for i, n := range open {
		days := strconv.Itoa(from) + "+"
		if i < len(report.Ages) {
			if days = strconv.Itoa(from); report.Ages[i] > from {
				days += "-" + strconv.Itoa(report.Ages[i])
			}
			from = report.Ages[i] + 1
		}
		out[i] = Age{days, n}
	}
	return out
}
