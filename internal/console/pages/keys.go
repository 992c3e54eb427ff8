package pages

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerKeys(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/keys", "apikey.configure", p.keys)
	p.page(r, http.MethodPost, "/console/keys", "apikey.configure", p.makeKey)
	p.page(r, http.MethodPost, "/console/keys/:id/:step", "apikey.configure", p.changeKey)
}

type keysData struct {
	Keys   []console.APIKey
	More   string
	Made   *console.APIKey // just now: its key is shown this once
	Scopes map[string]bool // of the form, as it was filled in
	Form   console.APIKeyBody
	Wrong  Wrong
}

// keys lists the systems that were given keys.
func (p *Pages) keys(q *Request) error {
	return p.showKeys(q, http.StatusOK, keysData{Scopes: map[string]bool{}, Form: console.APIKeyBody{PerDay: 10000}})
}

func (p *Pages) showKeys(q *Request, status int, data keysData) error {
	out, err := p.API.ListAPIKeys(q, &console.PageInput{Cursor: q.Query("cursor"), Limit: 50})
	if err != nil {
		return err
	}
	if data.Keys = out.Body.Keys; out.Body.Next != "" {
		data.More = "?cursor=" + out.Body.Next
	}
	return p.show(q, status, "keys", data)
}

// makeKey gives a system a key; the answer shows it this once.
func (p *Pages) makeKey(q *Request) error {
	perDay, err := strconv.Atoi(q.PostForm("per_day"))
	if err != nil {
		perDay = 0
	}
	in := &console.APIKeyInput{Body: console.APIKeyBody{Name: strings.TrimSpace(q.PostForm("name")), Agency: strings.ToUpper(strings.TrimSpace(q.PostForm("agency"))),
		Scopes: q.PostFormArray("scopes"), PerDay: perDay}}
	data := keysData{Form: in.Body, Scopes: map[string]bool{}}
	for _, s := range in.Body.Scopes {
		data.Scopes[s] = true
	}
	out, err := p.API.MakeAPIKey(q, in)
	if err == nil {
		return p.showKeys(q, http.StatusCreated, keysData{Made: &out.Body, Scopes: map[string]bool{}, Form: console.APIKeyBody{PerDay: 10000}})
	}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showKeys(q, data.Wrong.status, data)
}

// changeKey makes a key anew, or ends it for good.
func (p *Pages) changeKey(q *Request) error {
	switch q.Param("step") {
	case "turn":
		out, err := p.API.TurnAPIKey(q, &console.TurnKeyInput{ID: q.Param("id")})
		if err != nil {
			return err
		}
		return p.showKeys(q, http.StatusOK, keysData{Made: &out.Body, Scopes: map[string]bool{}, Form: console.APIKeyBody{PerDay: 10000}})
	case "revoke":
		if _, err := p.API.RevokeAPIKey(q, &console.APIKeyPath{ID: q.Param("id")}); err != nil {
			return err
		}
		return p.done(q, "/console/keys", "done.revoked")
	}
	return fault.New(fault.NotFound, "a key is turned or revoked")
}
