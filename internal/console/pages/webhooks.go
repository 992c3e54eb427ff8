package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/console"
	"respons/internal/fault"
)

func (p *Pages) registerWebhooks(r *gin.Engine) {
	p.page(r, http.MethodGet, "/console/webhooks", "webhook.configure", p.webhooks)
	p.page(r, http.MethodPost, "/console/webhooks", "webhook.configure", p.setWebhook)
	p.page(r, http.MethodPost, "/console/webhooks/:id/:step", "webhook.configure", p.changeWebhook)
	p.page(r, http.MethodPost, "/console/dead-letters/:id/:step", "webhook.configure", p.changeLetter)
}

type webhooksData struct {
	Hooks   []console.Webhook
	Letters []console.Message // calls that were given up
	Webhook string            // whose; empty: all
	More    string
	Made    *console.Webhook // just now: its secret is shown this once
	Form    console.WebhookBody
	Wrong   Wrong
}

// webhooks lists agencies' own systems that are called, and the calls that were given up.
func (p *Pages) webhooks(q *Request) error { return p.showWebhooks(q, http.StatusOK, webhooksData{}) }

func (p *Pages) showWebhooks(q *Request, status int, data webhooksData) error {
	out, err := p.API.ListWebhooks(q, &console.PageInput{Limit: 200})
	if err != nil {
		return err
	}
	data.Webhook = q.Query("webhook")
	dead, err := p.API.DeadLetters(q, &console.DeadInput{Webhook: data.Webhook, Cursor: q.Query("cursor"), Limit: 40})
	if err != nil {
		return err
	}
	data.Hooks, data.Letters = out.Body.Webhooks, dead.Body.Messages
	if dead.Body.Next != "" {
		data.More = "?webhook=" + data.Webhook + "&cursor=" + dead.Body.Next
	}
	return p.show(q, status, "webhooks", data)
}

// setWebhook sets the address of an agency's system; the secret of a new one is shown this once.
func (p *Pages) setWebhook(q *Request) error {
	in := &console.WebhookInput{Body: console.WebhookBody{Agency: strings.ToUpper(strings.TrimSpace(q.PostForm("agency"))), URL: strings.TrimSpace(q.PostForm("url")),
		Events: strings.FieldsFunc(q.PostForm("events"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }), Off: q.PostForm("off") != ""}}
	out, err := p.API.SetWebhook(q, in)
	if err == nil {
		return p.showWebhooks(q, http.StatusOK, webhooksData{Made: &out.Body})
	}
	data := webhooksData{Form: in.Body}
	if data.Wrong, err = p.wrong(q, err); err != nil {
		return err
	}
	return p.showWebhooks(q, data.Wrong.status, data)
}

func (p *Pages) changeWebhook(q *Request) error {
	path := &console.WebhookPath{ID: q.Param("id")}
	switch q.Param("step") {
	case "secret":
		out, err := p.API.TurnSecret(q, path)
		if err != nil {
			return err
		}
		return p.showWebhooks(q, http.StatusOK, webhooksData{Made: &out.Body})
	case "remove":
		if _, err := p.API.RemoveWebhook(q, path); err != nil {
			return err
		}
		return p.done(q, "/console/webhooks", "done.removed")
	case "replay":
		if _, err := p.API.ReplayAll(q, path); err != nil {
			return err
		}
		return p.done(q, "/console/webhooks", "done.replayed")
	}
	return fault.New(fault.NotFound, "a webhook is removed, replayed or given another secret")
}

// changeLetter queues a call that was given up again, or lets it be for a reason.
func (p *Pages) changeLetter(q *Request) error {
	if q.Param("step") == "replay" {
		if _, err := p.API.Replay(q, &console.WebhookPath{ID: q.Param("id")}); err != nil {
			return err
		}
		return p.done(q, "/console/webhooks", "done.replayed")
	}
	_, err := p.API.Discard(q, &console.DiscardInput{ID: q.Param("id"), Body: console.DiscardBody{Reason: strings.TrimSpace(q.PostForm("reason"))}})
	if err == nil {
		return p.done(q, "/console/webhooks", "done.discarded")
	}
	w, err := p.wrong(q, err)
	if err != nil {
		return err
	}
	return p.showWebhooks(q, w.status, webhooksData{Wrong: w})
}
