package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"respons/internal/export"
	"respons/internal/schedule"
)

// wireExports makes what writes large files and sends scheduled reports. Both see what their owner may see at that moment.
func (a *App) wireExports() {
	a.Orders = &export.Desk{Engine: a.Engine, Files: a.Files.Blobs, Log: a.Log, Now: time.Now,
		Write: func(ctx context.Context, j export.Job, w io.Writer, row func()) error {
			return a.consoleAPI().WriteExport(ctx, j, w, row)
		}}
	a.Plans = &schedule.Book{Engine: a.Engine, Zone: a.Ref.Now().Zone, Log: a.Log, Now: time.Now, Send: a.sendReport}
}

func (a *App) sendReport(ctx context.Context, p schedule.Plan) error {
	if a.Teller.Mailer == nil {
		return errors.New("no mail relay is set (SMTP_URL)")
	}
	letter, err := a.consoleAPI().ReportLetter(ctx, p, rand.Text(), a.base())
	if err != nil {
		return err
	}
	return carried(a.Teller.Mailer.Mail(ctx, letter))
}
