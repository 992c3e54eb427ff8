package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// OIDCProvider is one provider that people sign in with.
type OIDCProvider struct {
	Name         string            `json:"name"`  // in addresses, such as mydigital
	Title        string            `json:"title"` // shown to people
	Issuer       string            `json:"issuer"`
	ClientID     string            `json:"client_id"`
	ClientSecret string            `json:"client_secret"`
	Scopes       []string          `json:"scopes"`   // beside openid; staff's needs email
	Citizens     bool              `json:"citizens"` // citizens may sign in with it
	Domains      map[string]string `json:"domains"`  // staff may: agency by domain of their e-mail address; * for every agency
	App          string            `json:"app"`      // address that leads back into the app, such as respons://sign-in
}

var providerName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// Providers reads OIDC_PROVIDERS: a JSON list, or the name of a file that holds one. The error names every mistake.
func (c Config) Providers() ([]OIDCProvider, error) {
	raw := []byte(c.OIDC)
	if len(raw) == 0 {
		return nil, nil
	}
	if !strings.HasPrefix(strings.TrimSpace(string(raw)), "[") {
		var err error
		if raw, err = os.ReadFile(string(c.OIDC)); err != nil {
			return nil, errors.New("OIDC_PROVIDERS: is neither a JSON list nor a file that can be read")
		}
	}
	var list []OIDCProvider
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("OIDC_PROVIDERS: is no list of providers: %w", err)
	}
	var errs []error
	seen := map[string]bool{}
	for i, p := range list {
		need := func(ok bool, format string, args ...any) {
			if !ok {
				errs = append(errs, fmt.Errorf("OIDC_PROVIDERS: provider %d (%s): %s", i+1, p.Name, fmt.Sprintf(format, args...)))
			}
		}
		need(providerName.MatchString(p.Name), "name must be up to 31 small letters, digits and hyphens")
		need(!seen[p.Name], "name is taken")
		seen[p.Name] = true
		need(p.Title != "", "title is empty")
		need(secure(p.Issuer), "issuer %q is no https:// address", p.Issuer)
		need(p.ClientID != "", "client_id is empty")
		need(p.Citizens || len(p.Domains) > 0, "serves nobody: set citizens, or domains for staff")
		for domain := range p.Domains {
			need(domain == strings.ToLower(domain) && strings.Contains(domain, ".") && !strings.Contains(domain, "@"), "domain %q must be like mbpj.gov.my", domain)
		}
		u, err := url.Parse(p.App)
		need(p.App == "" || err == nil && u.Scheme != "" && u.Scheme != "http", "app %q is no address of an app, such as respons://sign-in", p.App)
	}
	return list, errors.Join(errs...)
}

// secure says whether an address is https, or on this machine.
func secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
