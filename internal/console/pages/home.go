package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"respons/mobileapi"
)

func (p *Pages) registerHome(r *gin.Engine) {
	p.open(r, http.MethodGet, "/", "system.pages", p.home)
}

type homeData struct {
	Agencies int
	Hotlines []mobileapi.Hotline
	Mine     []string // numbers that this browser remembers
	Demo     bool
}

// home says what this is and where to go.
func (p *Pages) home(q *Request) error {
	data := homeData{Agencies: len(p.Mobile.Reference.Agencies(q.Lang)), Hotlines: p.Mobile.Reference.Hotlines(q.Lang), Demo: len(p.Demo) > 0}
	for _, m := range remembered(q) {
		data.Mine = append(data.Mine, m.Number)
	}
	return p.show(q, http.StatusOK, "home", data)
}
