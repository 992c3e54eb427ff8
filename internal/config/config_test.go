package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestEnvironmentGoesBeforeFileGoesBeforeDefault(t *testing.T) {
	file := write(t, `{"listen":"127.0.0.1:9000","sweep_seconds":30}`)
	c, err := Load(file, []string{"RESPONS_SWEEP_SECONDS=7", "REDIS_URL=redis://127.0.0.1:6379", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9000" || c.SweepSeconds != 7 || c.RedisURL != "redis://127.0.0.1:6379" || c.Database != Default.Database {
		t.Errorf("got %+v", c)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("refused: %v", err)
	}
}

func TestAnUnknownSettingIsNamed(t *testing.T) {
	if _, err := Load(write(t, `{"sweep_secs":30}`), nil); err == nil || !strings.Contains(err.Error(), `"sweep_secs"`) {
		t.Errorf("got %v", err)
	}
}

func TestEveryMistakeIsNamedAtOnce(t *testing.T) {
	c := Config{Listen: "8080", Roles: "api,cook", LogLevel: "loud", Data: "", Demo: true, MongoURI: "http://x", RedisURL: "x", Secret: "short", SealKey: "hcvault://host/key",
		Firebase: "/no/such/file", Configs: "/no/such/folder", PublicURL: "http://x", SMTPURL: "x", SMSPerDay: -1}
	err := c.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{"listen:", `"cook"`, "log_level:", "data:", "sweep_seconds:", "database:", "MONGODB_URI:", "REDIS_URL:",
		"RESPONS_SECRET:", "RESPONS_SEAL_KEY:", "FIREBASE_CREDENTIALS:", "configs:", "demo:",
		"public_url:", "SMTP_URL:", "mail_from:", "sms_per_day:"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name %s:\n%v", part, err)
		}
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	s := Secret("mongodb://user:hunter2@host")
	if strings.Contains(s.String()+s.LogValue().String(), "hunter2") {
		t.Error("a secret is shown")
	}
}

func TestADemonstrationServesOnLoopbackOnly(t *testing.T) {
	for listen, ok := range map[string]bool{"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "0.0.0.0:1": false, ":1": false, "10.0.0.1:1": false} {
		c := Default
		c.Demo, c.Listen = true, listen
		if err := c.Validate(); (err == nil) != ok {
			t.Errorf("%s: %v", listen, err)
		}
	}
}
