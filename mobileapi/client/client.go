// Package client calls the API in types: every operation of ../openapi.json is a method, every schema a type. Make one
// with NewClientWithResponses; an answer holds the body of the status that came (JSON200, JSON201), and the problem
// document where the server refused. ../GUIDE.md says how an app uses it.
package client

import (
	"context"
	"net/http"
)

//go:generate go run respons/cmd/respons openapi --output ../openapi.json
//go:generate go tool oapi-codegen -config config.yaml ../openapi.json

// Bearer signs a request in with the token of an account.
func Bearer(token string) RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}
