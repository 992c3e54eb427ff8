package mobileapi

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-jose/go-jose/v4"

	"respons/internal/complaint"
	"respons/internal/receipt"
)

type receiptOutput struct {
	Body struct {
		Signed string         `json:"signed" doc:"Compact JSON Web Signature (Ed25519) of claims; GET /v1/receipts/keys has the keys to verify it with, offline if you kept them"`
		Claims receipt.Claims `json:"claims"`
	}
}

type keysOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         KeySet
}

// KeySet is a JSON Web Key Set (RFC 7517) of Ed25519 keys.
type KeySet jose.JSONWebKeySet

// PublicKey is how one key of the set is written (RFC 8037).
type PublicKey struct {
	Type      string `json:"kty" enum:"OKP"`
	Curve     string `json:"crv" enum:"Ed25519"`
	X         string `json:"x" doc:"The key, base64url without padding"`
	ID        string `json:"kid" doc:"kid in the header of the receipts that it verifies"`
	Algorithm string `json:"alg,omitempty" example:"EdDSA"`
	Use       string `json:"use,omitempty" example:"sig"`
}

// Schema describes what is written: the library's own type holds keys of every kind, as Go values.
func (KeySet) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[struct {
		Keys []PublicKey `json:"keys"`
	}](), true, "KeySet")
}

func (a *API) registerReceipts(api huma.API) {
	register(a, api, "complaint.read", huma.Operation{OperationID: "get-receipt", Method: http.MethodGet, Path: "/v1/complaints/{number}/receipt",
		Summary: "A signed receipt of what is known now: what was received, when, who must act, what was promised", Errors: []int{http.StatusNotFound}}, a.receipt)
	register(a, api, "reference.read", huma.Operation{OperationID: "get-receipt-keys", Method: http.MethodGet, Path: "/v1/receipts/keys",
		Summary: "The public keys of receipts, as a JSON Web Key Set"}, a.receiptKeys)
}

func (a *API) receipt(ctx context.Context, in *NumberInput) (*receiptOutput, error) {
	c, _, err := a.complaintOf(ctx, in.Number, in.Credentials)
	if err != nil {
		return nil, err
	}
	o, _, err := a.Reporters.Typed(ctx, c)
	if err != nil {
		return nil, err
	}
	out := new(receiptOutput)
	out.Body.Claims = receiptOf(c, o.Text, a.Cases.Now().UTC().Truncate(time.Second))
	out.Body.Signed, err = a.Receipts.Sign(out.Body.Claims)
	return out, err
}

func (a *API) receiptKeys(context.Context, *struct{}) (*keysOutput, error) {
	return &keysOutput{CacheControl: "public, max-age=86400", Body: KeySet(a.Receipts.Keys())}, nil
}

// receiptOf makes the claims about a complaint; text is as it was sent, before anything was masked. Its digest is not
// stored: that of a short text could be guessed, and would give away what is sealed.
func receiptOf(c *complaint.Complaint, text string, issued time.Time) receipt.Claims {
	return receipt.Claims{Number: c.Number, Text: receipt.Digest(text), Kind: string(c.Kind), Lat: c.Location.Lat, Lon: c.Location.Lon,
		Received: c.Received, Promised: c.Promised(), Agency: c.Agency, Issued: issued}
}
