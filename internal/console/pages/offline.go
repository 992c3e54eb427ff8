package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// registerOffline adds what makes the citizens' pages an app that can be installed and works without a line. The service
// worker must be served from the root, whose pages it looks after.
func (p *Pages) registerOffline(r *gin.Engine) {
	p.open(r, http.MethodGet, "/manifest.webmanifest", "system.pages", manifest)
	p.plain(r, "/sw.js", p.serviceWorker)
}

// manifest describes the app (W3C Web Application Manifest) in the language of whoever installs it.
func manifest(q *Request) error {
	icon := func(purpose string) gin.H {
		return gin.H{"src": assetPath("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
	}
	q.Header("Content-Type", "application/manifest+json")
	q.JSON(http.StatusOK, gin.H{"id": "/", "name": say(q.Lang, "offline.name"), "short_name": "Respons", "lang": q.Lang, "start_url": "/", "scope": "/",
		"display": "standalone", "background_color": "#f3f5f6", "theme_color": "#00594f", "icons": []gin.H{icon("any"), icon("maskable")}})
	return nil
}

// serviceWorker gives the script with the version of the assets, so that a browser takes up changed ones.
func (p *Pages) serviceWorker(c *gin.Context) {
	body, err := assetFiles.ReadFile("assets/sw.js")
	if err != nil {
		panic("pages: " + err.Error()) // it is embedded
	}
	c.Header("Cache-Control", "no-cache")
	c.Header("Content-Security-Policy", inside(p.Tiles.host()))
	c.Data(http.StatusOK, "text/javascript; charset=utf-8", append([]byte("const assets = \"/assets/"+assetVersion+"/\";\n"), body...))
}
