package bench

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"respons/internal/config"
)

// eachRedis measures with the embedded Redis and with a real one: that of the settings, else one that is started here,
// where redis-server is installed.
func eachRedis(ctx context.Context, cfg config.Config, progress func(string), measure func(cfg config.Config, kind string) error) error {
	address := cfg.RedisURL
	if address == "" {
		if found, stop, err := realRedis(ctx); err == nil {
			defer stop()
			address = config.Secret(found)
		} else {
			progress("a real Redis is not measured: " + err.Error())
		}
	}
	cfg.RedisURL = ""
	err := measure(cfg, "embedded")
	if err != nil || address == "" {
		return err
	}
	cfg.RedisURL = address
	return measure(cfg, "real")
}

// realRedis starts a redis-server of this machine on a socket of its own, without persistence.
func realRedis(ctx context.Context) (address string, stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "respons-redis-")
	if err != nil {
		return "", nil, err
	}
	socket := filepath.Join(dir, "redis.sock")
	cmd := exec.CommandContext(ctx, program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	stop = func() { cmd.Process.Kill(); cmd.Wait(); os.RemoveAll(dir) }
	for range 100 {
		if _, err := os.Stat(socket); err == nil {
			return "unix://" + socket, stop, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return "", nil, errors.New("redis-server did not start within 5 seconds")
}
