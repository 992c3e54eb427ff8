package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
	"respons/internal/problem"
)

//go:embed assets
var assetFiles embed.FS

// assetVersion is a hash over every asset: a changed file has a changed address, so browsers keep them for good.
var assetVersion = hashAssets()

func hashAssets() string {
	sum := sha256.New()
	err := fs.WalkDir(assetFiles, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(assetFiles, name)
		sum.Write([]byte(name))
		sum.Write(body)
		return err
	})
	if err != nil {
		panic("pages: " + err.Error())
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

func assetPath(name string) string { return "/assets/" + assetVersion + "/" + name }

func (p *Pages) registerAssets(r *gin.Engine) {
	p.plain(r, "/assets/:version/:name", asset)
}

// plain adds a file that is no page.
func (p *Pages) plain(r *gin.Engine, path string, serve gin.HandlerFunc) {
	p.Asked["GET "+path] = "system.pages"
	r.GET(path, p.Guard.Plain("system.pages"), serve)
}

// asset serves a file under any version: a page that an older process made still finds it, but keeps it for a minute
// only.
func asset(c *gin.Context) {
	body, err := fs.ReadFile(assetFiles, "assets/"+c.Param("name"))
	if err != nil {
		problem.Write(c.Writer, fault.New(fault.NotFound, "there is no such file"))
		return
	}
	keep := "public, max-age=60"
	if c.Param("version") == assetVersion {
		keep = "public, max-age=31536000, immutable"
	}
	c.Header("Cache-Control", keep)
	c.Data(http.StatusOK, mime.TypeByExtension(path.Ext(c.Param("name"))), body)
}
