package notify

import (
	"context"
)

// Pages are the addresses that messages lead to; an empty one is left out of e-mails.
type Pages struct {
	Base string                     // https address of the product, without a slash at its end
	Stop func(person string) string // ends e-mails to the person with one POST
}

// mail sends a row as an e-mail to where its person is reached now.
func (t *Teller) mail(ctx context.Context, row *Row) (Outcome, error) {
	if t.Mailer == nil {
		return Outcome{State: Failed, Why: "no mail relay is set"}, nil
	}
	to, err := t.address(ctx, row.Person, Email)
	switch {
	case err != nil:
		return Outcome{}, err
	case to == "":
		return Outcome{State: Failed, Why: "no e-mail address is known"}, nil
	}
	l := Letter{ID: row.ID, To: to}
	link := ""
	if t.Pages.Base != "" {
		link = t.Pages.Base + row.Path
		if t.Pages.Stop != nil {
			l.Stop = t.Pages.Stop(row.Person)
		}
	}
	l.Subject, l.Body, err = t.Frames.fill(textAudience[row.Audience], row.Lang, map[string]string{"title": row.Title, "text": row.Body,
		"link": link, "stop": l.Stop})
	if err != nil {
		return Outcome{}, err
	}
	return t.Mailer.Mail(ctx, l), nil
}
