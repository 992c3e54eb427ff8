package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"respons/internal/app"
	"respons/internal/config"
)

// asAdministrator gives a function that posts to a running system and reads its answer into out. TokenFile empty: the
// administrator's token in the folder of the store.
func asAdministrator(cfg *config.Config, server, tokenFile string) (func(ctx context.Context, path string, out any) error, error) {
	if tokenFile == "" {
		tokenFile = app.TokenFile(*cfg)
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, fmt.Errorf("an administrator's token is needed to ask the running system; name its file with --token-file: %w", err)
	}
	client := &http.Client{Timeout: 10 * time.Minute}
	return func(ctx context.Context, path string, out any) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(server, "/")+path, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("the running system does not answer; name its address with --server: %w", err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			var p struct{ Detail string }
			_ = json.Unmarshal(body, &p) // what is no problem document has no detail
			return fmt.Errorf("the running system refused with status %d: %s", res.StatusCode, p.Detail)
		}
		return json.Unmarshal(body, out)
	}, nil
}
