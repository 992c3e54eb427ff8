package pages

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
)

func (p *Pages) registerHistory(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/tables/:file/history", "amendment.read", p.history)
	p.page(r, http.MethodPost, "/console/tables/:file/rollback", "amendment.write", p.rollback)
}

type historyVersion struct {
	console.TableVersion
	Name, Approver string
}

type historyData struct {
	File     string
	Versions []historyVersion
	Writes   bool
	Key      string
}

// history shows what became of a table, amendment by amendment.
func (p *Pages) history(q *Request) error {
	out, err := p.API.TableHistory(q, &console.TablePath{File: q.Param("file")})
	if err != nil {
		return err
	}
	data := historyData{File: q.Param("file"), Key: newKey(), Writes: p.Guard.Allowed(q.Person, "amendment.write") == nil}
	for _, v := range out.Body.Versions {
		data.Versions = append(data.Versions, historyVersion{v, p.who(q, v.Author), p.who(q, v.By)})
	}
	return p.show(q, http.StatusOK, "history", data)
}

// rollback makes a draft that takes a table back.
func (p *Pages) rollback(q *Request) error {
	in := &console.RollbackInput{TablePath: console.TablePath{File: q.Param("file")}, IdempotencyKey: formKey(q)}
	in.Body.Version = q.PostForm("version")
	out, err := p.API.Rollback(q, in)
	if err != nil {
		return err
	}
	return p.done(q, "/console/amendments/"+url.PathEscape(out.Body.ID), "done.drafted")
}
