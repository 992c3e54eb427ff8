package pages

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// policy lets a page load and call nothing but this server, and run no script that stands in it.
func policy(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "+
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store") // what a page shows is of the person who asked
	h.Set("Referrer-Policy", "same-origin")
	c.Next()
}

// signInAndBack is where to sign in, and then to return to.
func signInAndBack(from *url.URL) string {
	return "/sign-in?next=" + url.QueryEscape(from.RequestURI())
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
