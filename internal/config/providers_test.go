package config

import (
	"strings"
	"testing"
)

const trial = `[{"name":"mydigital","title":"MyDigital ID","issuer":"https://id.example.my","client_id":"respons","client_secret":"s","citizens":true,"app":"respons://sign-in"},
	{"name":"mbpj","title":"MBPJ","issuer":"http://127.0.0.1:9000","client_id":"respons","scopes":["email"],"domains":{"mbpj.gov.my":"MBPJ"}}]`

func TestProvidersStandInTheSettingOrInAFile(t *testing.T) {
	for _, setting := range []string{trial, write(t, trial)} {
		c := Default
		c.OIDC = Secret(setting)
		list, err := c.Providers()
		if err != nil || len(list) != 2 || list[0].App != "respons://sign-in" || list[1].Domains["mbpj.gov.my"] != "MBPJ" {
			t.Errorf("providers %+v, %v", list, err)
		}
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
	}
	if list, err := Default.Providers(); err != nil || list != nil {
		t.Errorf("none: %v, %v", list, err)
	}
}

func TestMistakesOfProvidersAreNamed(t *testing.T) {
	for setting, want := range map[string]string{
		"/no/such/file":                      "neither a JSON list nor a file",
		`[{"nome":"x"}]`:                     "nome",
		`[{"name":"My Digital","title":""}]`: "small letters",
		`[{"name":"x","title":"X","issuer":"http://id.example.my","client_id":"y","citizens":true}]`:                             "no https:// address",
		`[{"name":"x","title":"X","issuer":"https://id.example.my","client_id":"y"}]`:                                            "serves nobody",
		`[{"name":"x","title":"X","issuer":"https://id.example.my","citizens":true}]`:                                            "client_id is empty",
		`[{"name":"x","title":"X","issuer":"https://id.example.my","client_id":"y","domains":{"aina@mbpj.gov.my":"MBPJ"}}]`:      "must be like mbpj.gov.my",
		`[{"name":"x","title":"X","issuer":"https://id.example.my","client_id":"y","citizens":true,"app":"http://app.example"}]`: "no address of an app",
		strings.Replace(trial, `"mbpj"`, `"mydigital"`, 1):                                                                       "name is taken",
	} {
		c := Default
		c.OIDC = Secret(setting)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", setting, err, want)
		}
	}
}

// Codes and links in the log, and tokens that nobody signed, only where nobody else can reach the system.
func TestWhatIsALaptop(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		laptop bool
	}{
		"as it comes":           {func(*Config) {}, true},
		"reached by others":     {func(c *Config) { c.Listen = "0.0.0.0:8080" }, false},
		"behind a proxy":        {func(c *Config) { c.TrustedProxies = "127.0.0.1" }, false},
		"with a public address": {func(c *Config) { c.PublicURL = "https://respons.example.my/" }, false},
	} {
		cfg := Default
		c.change(&cfg)
		cfg.FirebaseProject, cfg.FirebaseEmulator = "trial", "127.0.0.1:9099"
		if cfg.Laptop() != c.laptop {
			t.Errorf("%s: %v", name, cfg.Laptop())
		}
		if err := cfg.Validate(); (err == nil) != c.laptop {
			t.Errorf("%s: an emulator: %v", name, err)
		}
	}
	c := Config{PublicURL: "https://respons.example.my/app/"}
	if got := c.Origin(); got != "https://respons.example.my" {
		t.Errorf("origin %q", got)
	}
	c = Default
	c.SMSPrefixes, c.ArgonMemoryKiB, c.ArgonIterations = "60, +65", 1, 0
	err := c.Validate()
	for _, want := range []string{`sms_prefixes: "60"`, "argon_memory_kib", "argon_iterations"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}
