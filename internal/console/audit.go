package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/complaint"
)

type auditInput struct {
	Cursor       string `query:"cursor" doc:"next of the page before"`
	Repair       bool   `query:"repair" doc:"Let each complaint that is not in order ring, as its timer would"`
	GraceSeconds int    `query:"grace_seconds" minimum:"0" maximum:"86400" default:"60" doc:"What fell due so lately is left to the timer"`
}

type auditOutput struct {
	Body complaint.Audited
}

func (a *API) registerAudit(api huma.API) {
	register(a, api, "timers.audit", huma.Operation{OperationID: "audit-timers", Method: http.MethodPost, Path: "/v1/staff/sla/audit",
		Summary: "Prove page by page that every complaint has its next timer and every threshold passed its event"}, a.audit)
}

func (a *API) audit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	page, err := a.Cases.Audit(ctx, in.Cursor, time.Duration(in.GraceSeconds)*time.Second, in.Repair)
	if err != nil {
		return nil, err
	}
	return &auditOutput{Body: *page}, nil
}
