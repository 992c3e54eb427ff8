package app

import (
	"fmt"
	"os"
	"path/filepath"
)

// KeepToken writes the first administrator's token where only the operator can read it, and gives the file's name.
func (a *App) KeepToken(token string) (string, error) {
	if err := os.MkdirAll(a.Config.Data, 0o700); err != nil {
		return "", fmt.Errorf("keep the administrator's token: %w", err)
	}
	file := filepath.Join(a.Config.Data, "administrator.token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the administrator's token: %w", err)
	}
	return file, nil
}
