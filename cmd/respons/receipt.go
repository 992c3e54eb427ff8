package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"respons/internal/receipt"
)

type receiptCmd struct {
	Keys string `help:"File with the public keys, as GET /v1/receipts/keys gives them." type:"existingfile" required:"" placeholder:"FILE"`
	File string `arg:"" optional:"" help:"File with the receipt; standard input where it is left out."`
}

// Run verifies a receipt without asking any server and prints what it says.
func (r receiptCmd) Run(std streams) error {
	raw, err := os.ReadFile(r.Keys)
	if err != nil {
		return err
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &keys); err != nil {
		return fmt.Errorf("%w: %s holds no JSON Web Key Set: %v", errUsage, r.Keys, err)
	}
	var token []byte
	if r.File != "" {
		token, err = os.ReadFile(r.File)
	} else {
		token, err = io.ReadAll(std.in)
	}
	if err != nil {
		return err
	}
	claims, err := receipt.Verify(strings.TrimSpace(string(token)), keys)
	if err != nil {
		return err
	}
	return json.NewEncoder(std.out).Encode(claims)
}
