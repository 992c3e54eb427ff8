// Package config is the settings: one struct, its defaults, a file, the environment, checked as a whole before anything
// is opened.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/json"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Config is every setting. Keys of the file are the names below; in the environment they are upper case with the prefix
// RESPONS_, but for the addresses whose env stands beside them, which have the names everybody uses.
type Config struct {
	Listen   string `koanf:"listen"`    // address of the HTTP server, host:port
	Data     string `koanf:"data"`      // folder of the embedded store and the secret
	Roles    string `koanf:"roles"`     // api, console, worker: several with commas
	Configs  string `koanf:"configs"`   // folder with reference data; empty: what the program was built with
	LogLevel string `koanf:"log_level"` // debug, info, warn, error
	LogJSON  bool   `koanf:"log_json"`
	Demo     bool   `koanf:"demo"`

	Blobs     string `koanf:"blobs"`          // where attachments lie: a folder, file://, s3:// or gs://; empty: the folder blobs in Data
	Clamd     string `koanf:"clamd"`          // ClamAV daemon, tcp://host:port or unix:///path; empty: attachments are not scanned
	Originals bool   `koanf:"keep_originals"` // photos are kept as they were sent, too, with all that EXIF says

	TrustedProxies string `koanf:"trusted_proxies"` // addresses or networks with commas, whose X-Forwarded-For is believed; empty: none

	SweepSeconds int    `koanf:"sweep_seconds"` // how often the store is searched for what is due and not done
	Database     string `koanf:"database"`      // name of the MongoDB database

	MongoURI Secret `koanf:"mongodb_uri"`          // env MONGODB_URI; empty: the embedded store
	RedisURL Secret `koanf:"redis_url"`            // env REDIS_URL; empty: the embedded Redis
	Firebase string `koanf:"firebase_credentials"` // env FIREBASE_CREDENTIALS: file of a service account; empty: pushes go to the log
	FCM      string `koanf:"firebase_endpoint"`    // env FIREBASE_ENDPOINT: another address than Google's; empty: Google's
	SealKey  string `koanf:"seal_key"`             // env RESPONS_SEAL_KEY: master key of reporters' data, file:///PATH, gcp-kms://… or aws-kms://…; empty: seal.key in Data
	Secret   Secret `koanf:"secret"`               // env RESPONS_SECRET: of claim codes, 32 bytes or more; empty: a file in Data

	PublicURL string `koanf:"public_url"`  // https address under which people reach the product; in e-mails, which cannot be ended with one click without it
	SMTPURL   Secret `koanf:"smtp_url"`    // env SMTP_URL: smtp://user:password@host:587, with STARTTLS; empty: no e-mail goes out
	MailFrom  string `koanf:"mail_from"`   // sender of e-mails, such as Respons <respons@example.gov.my>
	SMSURL    Secret `koanf:"sms_url"`     // env SMS_URL: address of the SMS gateway, with {to}, {text}, {id} or with SMSBody; empty: no SMS goes out
	SMSBody   string `koanf:"sms_body"`    // JSON that is posted to it, such as {"to":"{to}","text":"{text}","reference":"{id}"}
	SMSHeader Secret `koanf:"sms_header"`  // header with the gateway's secret, such as Authorization: Bearer abc
	SMSPerDay int    `koanf:"sms_per_day"` // segments that may be sent a day; what goes beyond is dropped

	Jurisdiction string `koanf:"jurisdiction"` // jurisdiction_id of Open311: the main web domain of whom the server serves
	Contact      string `koanf:"contact"`      // whom to ask about the server and for keys of Open311, for people to read

	SMSPrefixes string `koanf:"sms_prefixes"` // with commas: beginnings of the telephone numbers that get sign-in codes, such as +60

	FirebaseProject  string `koanf:"firebase_project"`            // env FIREBASE_PROJECT: citizens sign in with ID tokens of this project; empty: they do not
	FirebaseEmulator string `koanf:"firebase_auth_emulator_host"` // env FIREBASE_AUTH_EMULATOR_HOST: host:port of an emulator, whose tokens nobody signed: for trials only
	OIDC             Secret `koanf:"oidc_providers"`              // env OIDC_PROVIDERS: JSON list of OIDCProvider, or a file that holds one
	ArgonMemoryKiB   int    `koanf:"argon_memory_kib"`            // what hashing one password of staff takes
	ArgonIterations  int    `koanf:"argon_iterations"`

	MapTiles  string `koanf:"map_tiles"`  // https address of map pictures with {z}, {x} and {y}; empty: maps are drawn from the gazetteer
	MapCredit string `koanf:"map_credit"` // whom the licence of these pictures wants named

	WebhookLoopback bool `koanf:"webhook_loopback"` // agencies' systems may be on this machine: for trials only
}

// Secret is a setting that no log shows.
type Secret string

// LogValue hides the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(set)"
}

// Default runs as it is on a laptop.
var Default = Config{Listen: "127.0.0.1:8080", Data: "data", Roles: "api,console,worker", LogLevel: "info",
	Jurisdiction: "malaysia.gov.my", Contact: "the administrators of this server", SweepSeconds: 15, Database: "respons", SMSPerDay: 1000,
	SMSPrefixes: "+60", ArgonMemoryKiB: 64 << 10, ArgonIterations: 2}

// ownNames are environment variables without our prefix.
var ownNames = map[string]string{"MONGODB_URI": "mongodb_uri", "REDIS_URL": "redis_url", "FIREBASE_CREDENTIALS": "firebase_credentials",
	"FIREBASE_ENDPOINT": "firebase_endpoint", "SMTP_URL": "smtp_url", "SMS_URL": "sms_url",
	"FIREBASE_PROJECT": "firebase_project", "FIREBASE_AUTH_EMULATOR_HOST": "firebase_auth_emulator_host", "OIDC_PROVIDERS": "oidc_providers"}

// Load gives the defaults, overridden by the file (empty: none), overridden by the environment. Unknown keys of the file
// are mistakes. The result is not checked yet: flags may still change it.
func Load(path string, environ []string) (Config, error) {
	k := koanf.New(".")
	if path != "" {
		if err := k.Load(file.Provider(path), json.Parser()); err != nil {
			return Config{}, fmt.Errorf("settings %s: %w", path, err)
		}
		if err := known(path, k.Keys()); err != nil {
			return Config{}, err
		}
	}
	err := k.Load(env.Provider(".", env.Opt{EnvironFunc: func() []string { return environ }, TransformFunc: func(name, v string) (string, any) {
		if key, ok := ownNames[name]; ok {
			return key, v
		}
		if key, ok := strings.CutPrefix(name, "RESPONS_"); ok && v != "" {
			return strings.ToLower(key), v
		}
		return "", nil
	}}), nil)
	if err != nil {
		return Config{}, fmt.Errorf("environment: %w", err)
	}
	c := Default
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	return c, nil
}

func known(path string, keys []string) error {
	var errs []error
	for _, key := range keys {
		if !slices.Contains(names, key) {
			errs = append(errs, fmt.Errorf("settings %s: there is no setting %q; there are %s", path, key, strings.Join(names, ", ")))
		}
	}
	return errors.Join(errs...)
}

var names = []string{"argon_iterations", "argon_memory_kib", "blobs", "clamd", "configs", "contact", "data", "database", "demo", "firebase_auth_emulator_host", "firebase_credentials", "firebase_endpoint", "firebase_project", "jurisdiction", "keep_originals", "listen", "log_json", "log_level",
	"mail_from", "map_credit", "map_tiles", "mongodb_uri", "oidc_providers", "public_url", "redis_url", "roles", "seal_key", "secret", "sms_body", "sms_header", "sms_per_day", "sms_prefixes", "sms_url", "smtp_url",
	"sweep_seconds", "trusted_proxies", "webhook_loopback"}

// Has says whether the process plays a role.
func (c Config) Has(role string) bool { return slices.Contains(strings.Split(c.Roles, ","), role) }

// Proxies lists the proxies that are trusted to say who asks; nil: none.
func (c Config) Proxies() []string {
	var out []string
	for p := range strings.SplitSeq(c.TrustedProxies, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Prefixes are the beginnings of the telephone numbers that get sign-in codes.
func (c Config) Prefixes() []string {
	return strings.FieldsFunc(c.SMSPrefixes, func(r rune) bool { return r == ',' || r == ' ' })
}

var phonePrefix = regexp.MustCompile(`^\+[1-9]\d{0,6}$`)

// Loopback says whether only this machine can reach the server.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// Origin is scheme and host of the public address; empty: there is none.
func (c Config) Origin() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Laptop says whether the system serves this machine alone: on loopback, without a proxy and without a public address. Only
// there do codes and links by which somebody signs in stand in the log.
func (c Config) Laptop() bool { return c.Loopback() && c.TrustedProxies == "" && c.PublicURL == "" }

// Validate names every mistake at once.
func (c Config) Validate() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Listen)
	need(err == nil, "listen: %q is no host:port, such as 127.0.0.1:8080", c.Listen)
	for role := range strings.SplitSeq(c.Roles, ",") {
		need(slices.Contains([]string{"api", "console", "worker"}, role), "roles: %q is none of api, console, worker", role)
	}
	for _, p := range c.Proxies() {
		_, _, err := net.ParseCIDR(p)
		need(err == nil || net.ParseIP(p) != nil, "trusted_proxies: %q is no address or network, such as 10.0.0.0/8", p)
	}
	need(c.Data != "", "data: names no folder")
	need(new(slog.LevelVar).UnmarshalText([]byte(c.LogLevel)) == nil, "log_level: %q is none of debug, info, warn, error", c.LogLevel)
	need(c.SweepSeconds >= 1 && c.SweepSeconds <= 3600, "sweep_seconds: %d is not between 1 and 3600", c.SweepSeconds)
	need(c.Jurisdiction != "", "jurisdiction: names none, such as malaysia.gov.my")
	need(c.Contact != "", "contact: names nobody to ask")
	need(c.Database != "", "database: names no database")
	need(c.MongoURI == "" || scheme(string(c.MongoURI), "mongodb", "mongodb+srv"), "MONGODB_URI: is no mongodb:// address")
	need(c.RedisURL == "" || scheme(string(c.RedisURL), "redis", "rediss", "unix", "redis-sentinel", "redis-cluster"),
		"REDIS_URL: is no redis://, rediss://, unix://, redis-sentinel:// or redis-cluster:// address")
	need(c.Secret == "" || len(c.Secret) >= 32, "RESPONS_SECRET: has fewer than 32 bytes")
	need(c.SealKey == "" || sealKey(c.SealKey), "RESPONS_SEAL_KEY: %q is none of file:///PATH, gcp-kms://…, aws-kms://…; other key services are not known", c.SealKey)
	need(!strings.Contains(c.Blobs, "://") || scheme(c.Blobs, "file", "s3", "gs"), "RESPONS_BLOBS: is neither a folder nor a file://, s3:// or gs:// address")
	need(c.Clamd == "" || scheme(c.Clamd, "tcp", "unix"), "RESPONS_CLAMD: is no tcp://host:port or unix:///path address")
	need(!c.Demo || c.Loopback(), "demo: its tokens are known to everybody; it serves only on a loopback address, not on %s", c.Listen)
	need(c.FCM == "" || scheme(c.FCM, "http", "https"), "FIREBASE_ENDPOINT: is no http:// address")
	need(c.PublicURL == "" || scheme(c.PublicURL, "https"), "public_url: is no https:// address")
	need(c.MapTiles == "" || scheme(c.MapTiles, "https") && strings.Contains(c.MapTiles, "{z}") && strings.Contains(c.MapTiles, "{x}") && strings.Contains(c.MapTiles, "{y}"),
		"map_tiles: is no https:// address with {z}, {x} and {y}")
	need(c.MapTiles == "" || c.MapCredit != "", "map_credit: map_tiles is set, and maps name whom they come from")
	need(c.SMTPURL == "" || scheme(string(c.SMTPURL), "smtp"), "SMTP_URL: is no smtp:// address")
	need(c.SMTPURL == "" || c.MailFrom != "", "mail_from: SMTP_URL is set, so somebody must be the sender")
	need(c.SMTPURL == "" || c.PublicURL != "", "public_url: SMTP_URL is set, and every e-mail must hold a link that ends them")
	need(c.SMSPerDay >= 0, "sms_per_day: is below 0")
	for _, prefix := range c.Prefixes() {
		need(phonePrefix.MatchString(prefix), "sms_prefixes: %q is no beginning of a telephone number, such as +60", prefix)
	}
	need(len(c.Prefixes()) > 0, "sms_prefixes: is empty")
	need(c.ArgonMemoryKiB >= 8<<10 && c.ArgonMemoryKiB <= 1<<20, "argon_memory_kib: %d is not between 8192 and 1048576", c.ArgonMemoryKiB)
	need(c.ArgonIterations >= 1 && c.ArgonIterations <= 50, "argon_iterations: %d is not between 1 and 50", c.ArgonIterations)
	need(c.FirebaseEmulator == "" || c.FirebaseProject != "", "FIREBASE_PROJECT: FIREBASE_AUTH_EMULATOR_HOST is set, and no project")
	need(c.FirebaseEmulator == "" || c.Laptop(), "FIREBASE_AUTH_EMULATOR_HOST: anybody makes tokens of an emulator; it serves only on loopback, without a proxy and without public_url")
	if _, err := c.Providers(); err != nil {
		errs = append(errs, err)
	}
	need(c.OIDC == "" || c.PublicURL != "" || c.Loopback(), "public_url: OIDC_PROVIDERS is set, and providers must know where to send people back")
	if c.Firebase != "" {
		_, err := os.Stat(c.Firebase)
		need(err == nil, "FIREBASE_CREDENTIALS: %v", err)
	}
	if c.Configs != "" {
		st, err := os.Stat(c.Configs)
		need(err == nil && st.IsDir(), "configs: %q is no folder", c.Configs)
	}
	split := c.Roles != Default.Roles
	need(!split || c.MongoURI != "" || c.Has("worker"), "roles: with the embedded store and Redis one process plays every role; set MONGODB_URI and REDIS_URL to split them")
	return errors.Join(errs...)
}

// sealKey says whether a master key's address has a form that is known; aws-kms://arn:… is no URL.
func sealKey(raw string) bool {
	for _, prefix := range []string{"file:///", "gcp-kms://", "aws-kms://"} {
		if rest, ok := strings.CutPrefix(raw, prefix); ok && rest != "" {
			return true
		}
	}
	return false
}

func scheme(raw string, schemes ...string) bool {
	u, err := url.Parse(raw)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Host+u.Path != ""
}
