package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"time"

	"respons/internal/fault"
	"respons/internal/identity"
)

// Claims are what a provider says of somebody.
type Claims struct {
	Subject  string
	Email    string
	Verified bool // the provider knows that the address is theirs
}

// Protocol speaks with one OIDC provider; fault.Unavailable where it does not answer, fault.Unauthorized for what it
// refuses or signed wrongly.
type Protocol interface {
	Begin(ctx context.Context, state, nonce, verifier, redirect string) (address string, err error)
	Finish(ctx context.Context, code, nonce, verifier, redirect string) (Claims, error)
}

// Provider is somebody who knows who people are.
type Provider struct {
	Protocol
	Issuer   string
	Title    string            // shown to people
	Citizens bool              // citizens may sign in with it
	Domains  map[string]string // staff may: agency by domain of their e-mail address; * stands for every agency, and for those who belong to none
	App      string            // address that leads back into the app
}

// flowLasts is how long somebody may take at the provider.
const flowLasts = 10 * time.Minute

// flow is a sign-in by OIDC under way. Its id is a hash of the state.
type flow struct {
	Ends     time.Time `json:"ends"`
	Provider string    `json:"provider"`
	Staff    bool      `json:"staff,omitempty"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // PKCE, RFC 7636
	Redirect string    `json:"redirect"`
	Binding  string    `json:"binding"`          // digest of what only the client that began has
	Person   string    `json:"person,omitempty"` // who was signed in when it began, and adds a way in
	Return   string    `json:"return,omitempty"`
}

// Begun is where to send somebody who signs in by OIDC.
type Begun struct {
	Address string
	Handle  string // must come back with the answer, from the cookie or from the app
	Expires time.Time
}

// Begin starts a sign-in by the code flow. callback is our address that a browser comes back to; apps come back to the
// provider's App. back is a path of ours to go on at. fault.NotFound for a provider that is not set up for these people.
func (s *Service) Begin(ctx context.Context, provider string, staff bool, callback, back string, c Client) (Begun, error) {
	p, err := s.provider(provider, staff)
	if err != nil {
		return Begun{}, err
	}
	if back != "" && !local(back) {
		return Begun{}, fault.New(fault.Invalid, "return must be a path of this server, such as /console")
	}
	f := flow{Ends: s.now().Add(flowLasts), Provider: provider, Staff: staff, Nonce: rand.Text(), Verifier: rand.Text() + rand.Text(),
		Redirect: s.Base + callback, Person: c.Current.ID, Return: back}
	if c.Kind != identity.Browser {
		if f.Redirect = p.App; f.Redirect == "" {
			return Begun{}, fault.New(fault.Conflict, "this provider leads back to browsers only; open the sign-in there")
		}
	}
	state, handle := rand.Text(), rand.Text()
	f.Binding = s.digest("flow", handle)
	if err := s.save(ctx, fleeting{id: flowID(state), ends: f.Ends}, f); err != nil {
		return Begun{}, err
	}
	address, err := p.Begin(ctx, state, f.Nonce, f.Verifier, f.Redirect)
	return Begun{Address: address, Handle: handle, Expires: f.Ends}, err
}

func (s *Service) provider(name string, staff bool) (Provider, error) {
	p, ok := s.Providers[name]
	if !ok || staff && len(p.Domains) == 0 || !staff && !p.Citizens {
		return p, fault.New(fault.NotFound, "there is no provider %q to sign in with here", name)
	}
	return p, nil
}

// Answer is what came back from a provider.
type Answer struct {
	Provider string
	Staff    bool
	State    string
	Code     string
	Issuer   string // iss, RFC 9207; may be empty
	Error    string // the provider's own word, such as access_denied
	Handle   string
}

// errFlow is the answer to whatever does not belong together: an answer that was overheard, replayed, or given to somebody
// else's browser.
var errFlow = fault.New(fault.Unauthorized, "this sign-in was not begun here, is over or was used; begin again")

// Finish takes a provider's answer. It counts once, from the client that began, for the provider that was asked.
func (s *Service) Finish(ctx context.Context, a Answer, lang string, c Client) (in In, back string, err error) {
	var f flow
	at, err := s.load(ctx, flowID(a.State), &f)
	if errors.Is(err, fault.NotFound) {
		return in, "", errFlow
	}
	if err != nil {
		return in, "", err
	}
	if f.Provider != a.Provider || f.Staff != a.Staff || subtle.ConstantTimeCompare([]byte(f.Binding), []byte(s.digest("flow", a.Handle))) != 1 {
		return in, "", errFlow
	}
	if err := s.take(ctx, at); errors.Is(err, fault.NotFound) {
		return in, "", errFlow
	} else if err != nil {
		return in, "", err
	}
	p, err := s.provider(f.Provider, f.Staff)
	if err != nil {
		return in, "", err
	}
	switch {
	case a.Issuer != "" && a.Issuer != p.Issuer: // another provider's answer in this one's name
		return in, "", errFlow
	case a.Error != "":
		return in, "", fault.New(fault.Unauthorized, "the provider did not let you in; begin again, or sign in another way")
	case f.Person != c.Current.ID: // signed in, out or as another meanwhile
		return in, "", errFlow
	}
	claims, err := p.Finish(ctx, a.Code, f.Nonce, f.Verifier, f.Redirect)
	if err != nil {
		return in, "", err
	}
	subject := p.Issuer + " " + claims.Subject
	if f.Staff {
		in, err = s.sso(ctx, f.Provider, p, subject, claims, c)
	} else {
		in, err = s.citizen(ctx, identity.OIDC, f.Provider, subject, lang, c)
	}
	return in, f.Return, err
}

// sso lets in a member of staff whom an administrator made an account for, by the address that their agency's provider
// vouches for. From then on the provider's own id of them counts, as long as the address stays in the domain.
func (s *Service) sso(ctx context.Context, name string, provider Provider, subject string, claims Claims, c Client) (In, error) {
	none := fault.New(fault.Forbidden, "your agency's sign-in knows you, and there is no account for your address here; ask an administrator")
	email := strings.ToLower(claims.Email)
	agency, ok := provider.agency(email)
	if !claims.Verified || !ok {
		return In{}, none
	}
	p, err := s.People.ByWay(ctx, identity.SSO, subject)
	first := errors.Is(err, fault.NotFound)
	if first {
		p, err = s.People.ByWay(ctx, identity.Email, email)
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return In{}, err
	}
	if err != nil || !p.Actor().Staff() || p.Inactive || agency != "*" && p.Agency != agency {
		if err := s.Heard(ctx, p, identity.SSO, false); err != nil {
			return In{}, err
		}
		return In{}, none
	}
	if first {
		if err := s.People.Join(ctx, p.ID, identity.SSO, name, subject); err != nil {
			return In{}, err
		}
	}
	return s.let(ctx, p, identity.SSO, c)
}

// agency is whose staff a provider vouches for by an address.
func (p Provider) agency(email string) (string, bool) {
	_, domain, ok := strings.Cut(email, "@")
	if !ok {
		return "", false
	}
	if agency, ok := p.Domains[domain]; ok {
		return agency, true
	}
	return "", false
}

func flowID(state string) string {
	sum := sha256.Sum256([]byte(state))
	return "flow:" + hex.EncodeToString(sum[:])
}

// local says whether an address is a path of ours, which no browser takes for another host.
func local(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t")
}
