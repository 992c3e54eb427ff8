package pages

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/learning"
)

func (p *Pages) registerModels(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/models", "model.read", p.models)
	p.page(r, http.MethodPost, "/console/models/promote", "model.change", p.promote)
	p.page(r, http.MethodPost, "/console/models/rollback", "model.change", p.rollBackModel)
	p.page(r, http.MethodPost, "/console/models/retrain", "model.change", p.retrain)
}

type modelsData struct {
	console.ModelsBody
	LiveBy  string // name
	Shipped bool   // the program's own is live
	May     bool   // change
	Chart   chart
	Rates   []learning.Rate
	Wrong   Wrong
}

// models shows what the router learnt, how well each did, and where it has become worse.
func (p *Pages) models(q *Request) error { return p.showModels(q, http.StatusOK, Wrong{}) }

func (p *Pages) showModels(q *Request, status int, wrong Wrong) error {
	out, err := p.API.Models(q, nil)
	if err != nil {
		return err
	}
	data := modelsData{ModelsBody: out.Body, Shipped: out.Body.Live == learning.Shipped, May: p.Guard.Allowed(q.Person, "model.change") == nil,
		Chart: p.accuracy(q.Lang, out.Body.Models), Wrong: wrong}
	if data.By != "" {
		data.LiveBy = p.who(q, data.By)
	}
	if p.Guard.Allowed(q.Person, "model.drift") == nil {
		drift, err := p.API.Drift(q, nil)
		if err != nil {
			return err
		}
		data.Rates = drift.Body.Rates
	}
	return p.show(q, status, "models", data)
}

// accuracy draws which part of the frozen cases was right at each training, in percent: by what was live then, and by the
// candidate.
func (p *Pages) accuracy(lang string, models []console.Model) chart {
	all := slices.Clone(models)
	slices.SortFunc(all, func(a, b console.Model) int { return a.Made.Compare(b.Made) })
	var labels []string
	live, candidate := series{name: say(lang, "models.before")}, series{name: say(lang, "models.after")}
	for _, m := range all {
		if n := float64(m.Frozen.Cases); n > 0 {
			labels = append(labels, m.Made.In(p.Names.Zone).Format("02/01"))
			live.values = append(live.values, 100*float64(m.Frozen.Before)/n)
			candidate.values = append(candidate.values, 100*float64(m.Frozen.After)/n)
		}
	}
	return draws(say(lang, "models.made"), labels, func(v float64) string { return fmt.Sprintf("%.1f", v) }, live, candidate)
}

func (p *Pages) modelsAgain(q *Request, err error, word string) error {
	if err == nil {
		return p.done(q, "/console/models", word)
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showModels(q, w.status, w)
}

func (p *Pages) promote(q *Request) error {
	in := new(console.PromoteInput)
	in.Body.Model = q.PostForm("model")
	_, err := p.API.Promote(q, in)
	return p.modelsAgain(q, err, "done.promoted")
}

func (p *Pages) rollBackModel(q *Request) error {
	_, err := p.API.RollBackModel(q, nil)
	return p.modelsAgain(q, err, "done.rolledmodel")
}

func (p *Pages) retrain(q *Request) error {
	_, err := p.API.Retrain(q, new(console.RetrainInput))
	return p.modelsAgain(q, err, "done.retrain")
}
