package app

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"respons/internal/complaint"
	"respons/internal/report"
)

// wireFigures lets the figures follow the register.
func (a *App) wireFigures() {
	a.Figures = &report.Book{Engine: a.Engine, Find: a.Cases.Store.ByID, Pages: a.Cases.Store.Everything,
		Chain: a.Ref.chain, Parent: func(agency string) bool { return len(a.Ref.register().Below(agency)) > 1 }, Tree: a.Ref.tree,
		Public: func(c *complaint.Complaint) bool { return a.Cases.Shows(c) == complaint.Everything },
		Zone:   a.Ref.Now().Zone, Log: a.Log, Now: time.Now}
}

// tree names who stands below whom, those who act no more among them.
func (r *Reference) tree() string {
	h := sha256.New()
	for _, a := range slices.Concat(r.Agencies.All(), r.Agencies.Former()) {
		h.Write([]byte(strings.Join(r.chain(a.Code), ">") + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
