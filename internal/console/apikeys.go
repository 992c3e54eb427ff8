package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"respons/internal/apikey"
	"respons/internal/audit"
	"respons/internal/guard"
)

// APIKeyBody describes another system that is to have a key.
type APIKeyBody struct {
	Name   string   `json:"name" minLength:"1" maxLength:"100" example:"Sistem aduan MBPJ"`
	Agency string   `json:"agency,omitempty" doc:"Whose complaints it may update" example:"MBPJ"`
	Scopes []string `json:"scopes" minItems:"1" enum:"file,read,update" doc:"file complaints for citizens; read what is public by its quota; update its agency's complaints"`
	PerDay int      `json:"per_day,omitempty" minimum:"1" maximum:"1000000" default:"10000" doc:"Requests with the key in a day"`
}

// APIKey is another system as administrators see it.
type APIKey struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Agency  string     `json:"agency,omitempty"`
	Scopes  []string   `json:"scopes"`
	PerDay  int        `json:"per_day"`
	Active  bool       `json:"active"`
	Since   time.Time  `json:"since"`
	Turned  time.Time  `json:"turned" doc:"When its key was made"`
	Revoked *time.Time `json:"revoked,omitempty"`
	Key     string     `json:"key,omitempty" doc:"In answers to its making and turning only; it is not kept" example:"rsp_…"`
}

// APIKeyInput describes the system that is to have a key.
type APIKeyInput struct {
	Body APIKeyBody
}

// APIKeyPath names a system.
type APIKeyPath struct {
	ID string `path:"id"`
}

// TurnKeyInput asks for a new key.
type TurnKeyInput struct {
	ID     string `path:"id"`
	AtOnce bool   `query:"at_once" doc:"The key before ends now; else it is taken for another day"`
}

type apiKeyOutput struct {
	Body APIKey
}

type apiKeysOutput struct {
	Body struct {
		Keys []APIKey `json:"keys"`
		Next string   `json:"next,omitempty"`
	}
}

func (a *API) registerAPIKeys(api huma.API) {
	const path, p = "/v1/staff/api-keys", "apikey.configure"
	register(a, api, p, huma.Operation{OperationID: "make-api-key", Method: http.MethodPost, Path: path, DefaultStatus: http.StatusCreated,
		Summary: "Give another system a key for Open311"}, a.MakeAPIKey)
	register(a, api, p, huma.Operation{OperationID: "list-api-keys", Method: http.MethodGet, Path: path, Summary: "The systems that were given keys, the latest first"}, a.ListAPIKeys)
	register(a, api, p, huma.Operation{OperationID: "turn-api-key", Method: http.MethodPost, Path: path + "/{id}/key",
		Summary: "Make its key anew", Errors: []int{http.StatusNotFound, http.StatusConflict}}, a.TurnAPIKey)
	register(a, api, p, huma.Operation{OperationID: "revoke-api-key", Method: http.MethodDelete, Path: path + "/{id}", DefaultStatus: http.StatusOK,
		Summary: "End its keys for good; again is harmless", Errors: []int{http.StatusNotFound}}, a.RevokeAPIKey)
}

// changesKey carries out what is done with a key, once it is on record who does it, and shows what came of it.
func (a *API) changesKey(ctx context.Context, action audit.Action, do func() (apikey.Client, string, error)) (*apiKeyOutput, error) {
	out := new(apiKeyOutput)
	err := a.Audit.Act(ctx, audit.Entry{Actor: audit.By(guard.Who(ctx).Actor()), Action: action}, func(done *audit.Entry) error {
		c, key, err := do()
		if err != nil {
			return err
		}
		done.Object = audit.Object{Kind: "api_key", ID: c.ID}
		done.Details[audit.Scopes] = strings.Join(scopes(c), ",")
		if c.Agency != "" {
			done.Details[audit.Agency] = c.Agency
		}
		out.Body = apiKey(c)
		out.Body.Key = key
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// MakeAPIKey gives a system a key, on record.
func (a *API) MakeAPIKey(ctx context.Context, in *APIKeyInput) (*apiKeyOutput, error) {
	c := apikey.Client{Name: in.Body.Name, Agency: in.Body.Agency, PerDay: in.Body.PerDay}
	for _, s := range in.Body.Scopes {
		c.Scopes = append(c.Scopes, apikey.Scope(s))
	}
	return a.changesKey(ctx, audit.APIKeyMake, func() (apikey.Client, string, error) { return a.Clients.Make(ctx, c) })
}

// ListAPIKeys lists the systems, the latest first.
func (a *API) ListAPIKeys(ctx context.Context, in *PageInput) (*apiKeysOutput, error) {
	list, next, err := a.Clients.All(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := new(apiKeysOutput)
	out.Body.Next, out.Body.Keys = next, []APIKey{}
	for _, c := range list {
		out.Body.Keys = append(out.Body.Keys, apiKey(c))
	}
	return out, nil
}

// TurnAPIKey makes its key anew, on record.
func (a *API) TurnAPIKey(ctx context.Context, in *TurnKeyInput) (*apiKeyOutput, error) {
	return a.changesKey(ctx, audit.APIKeyTurn, func() (apikey.Client, string, error) { return a.Clients.Turn(ctx, in.ID, in.AtOnce) })
}

// RevokeAPIKey ends its keys, on record.
func (a *API) RevokeAPIKey(ctx context.Context, in *APIKeyPath) (*apiKeyOutput, error) {
	return a.changesKey(ctx, audit.APIKeyRevoke, func() (apikey.Client, string, error) {
		c, err := a.Clients.Revoke(ctx, in.ID)
		return c, "", err
	})
}

func apiKey(c apikey.Client) APIKey {
	return APIKey{ID: c.ID, Name: c.Name, Agency: c.Agency, Scopes: scopes(c), PerDay: c.PerDay, Active: c.Active(), Since: c.Since, Turned: c.Turned,
		Revoked: moment(c.Revoked)}
}

func scopes(c apikey.Client) []string {
	out := []string{}
	for _, s := range c.Scopes {
		out = append(out, string(s))
	}
	return out
}
