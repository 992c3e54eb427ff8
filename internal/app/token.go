package app

import (
	"fmt"
	"os"
	"path/filepath"

	"respons/internal/config"
)

// TokenFile is where the first administrator's token is kept.
func TokenFile(cfg config.Config) string { return filepath.Join(cfg.Data, "administrator.token") }

// linkFile is where the first administrator's link is kept on a server.
const linkFile = "administrator.link"

// KeepToken writes the first administrator's token where only the operator can read it, and gives the file's name.
func (a *App) KeepToken(token string) (string, error) {
	return a.keepSecret(TokenFile(a.Config), token)
}

// KeepLink is KeepToken for the link by which the first administrator chooses a password.
func (a *App) KeepLink(link string) (string, error) {
	return a.keepSecret(filepath.Join(a.Config.Data, linkFile), link)
}

func (a *App) keepSecret(file, secret string) (string, error) {
	if err := os.MkdirAll(a.Config.Data, 0o700); err != nil {
		return "", fmt.Errorf("keep the administrator's secret: %w", err)
	}
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the administrator's secret: %w", err)
	}
	return file, nil
}
