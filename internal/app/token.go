package app

import (
	"fmt"
	"os"
	"path/filepath"

	"respons/internal/config"
)

// TokenFile is where the first administrator's token is kept.
func TokenFile(cfg config.Config) string { return filepath.Join(cfg.Data, "administrator.token") }

// KeepToken writes the first administrator's token where only the operator can read it, and gives the file's name.
func (a *App) KeepToken(token string) (string, error) {
	if err := os.MkdirAll(a.Config.Data, 0o700); err != nil {
		return "", fmt.Errorf("keep the administrator's token: %w", err)
	}
	file := TokenFile(a.Config)
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the administrator's token: %w", err)
	}
	return file, nil
}
