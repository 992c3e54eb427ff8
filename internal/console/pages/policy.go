package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"respons/internal/fault"
)

// inside is the policy of pages, and of the service worker, which has one of its own. tiles is the host of the map's
// pictures with a space before it, or empty.
func inside(tiles string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:" + tiles + "; media-src 'self' blob:; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// policy lets a page load and call nothing but this server, and run no script that stands in it. Pictures may also come from
// the host of the map's tiles, where one is set.
func (p *Pages) policy(c *gin.Context) {
	p.guarded(c)
	c.Next()
}

func (p *Pages) guarded(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", inside(p.Tiles.host()))
	h.Set("Cache-Control", "no-store") // what a page shows is of the person who asked
	h.Set("Referrer-Policy", "same-origin")
}

// sameOrigin refuses a form that another site made a browser send. It stands before every page, for citizens without an
// account carry no token that could be asked for; their claim codes lie in a cookie.
func sameOrigin(refuse func(*gin.Context, error)) gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if err := protection.Check(c.Request); err != nil {
			refuse(c, fault.Wrap(fault.Forbidden, err, "this form came from another site; open the page here and send it again"))
			c.Abort()
			return
		}
		c.Next()
	}
}

// signInAndBack is where to sign in, and then return to the page that was asked for.
func signInAndBack(q *Request) string {
	return doorOf(q) + "?next=" + url.QueryEscape(q.Request.URL.RequestURI())
}

// doorOf is where those sign in for whom a page is made.
func doorOf(q *Request) string {
	if len(q.Tongues) == len(tongues) {
		return mySignInPath
	}
	return "/sign-in"
}

// Inside says whether an address is a path of this server, so that nobody can make a link to us that leads elsewhere.
func Inside(to string) bool {
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.Contains(to, `\`)
}

// separator begins another parameter of an address.
func separator(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
}
