package app

import (
	_ "embed"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed home.html
var homeHTML string

var home = template.Must(template.New("home").Parse(homeHTML))

// home says what this is and where to go.
func (a *App) home(c *gin.Context) {
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	c.Status(http.StatusOK)
	if err := home.Execute(c.Writer, map[string]any{"Version": Version(), "Agencies": len(a.Ref.Agencies.All()), "Demo": a.Config.Demo}); err != nil {
		a.Log.DebugContext(c, "home page cut off", "err", err)
	}
}
