package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// OpenRedis connects to the Redis of an address: redis://, rediss:// and unix:// one server; redis-sentinel://host,host/0
// ?master_name=NAME a Sentinel; redis-cluster://host,host a Cluster. Empty: an embedded one in this process, whose
// content goes with it. close lets go of what was opened.
func OpenRedis(ctx context.Context, address string) (rdb redis.UniversalClient, close func() error, err error) {
	if address == "" {
		return embeddedRedis(ctx)
	}
	rdb, err = dialRedis(address)
	if err != nil {
		return nil, nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	return rdb, rdb.Close, nil
}

func dialRedis(address string) (redis.UniversalClient, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch scheme {
	case "redis-sentinel", "redis-cluster":
		opened, err := oneHostForm(rest)
		if err != nil {
			return nil, err
		}
		if scheme == "redis-cluster" {
			o, err := redis.ParseClusterURL(opened)
			if err != nil {
				return nil, err
			}
			return redis.NewClusterClient(o), nil
		}
		o, err := redis.ParseFailoverURL(opened)
		if err != nil {
			return nil, err
		}
		return redis.NewFailoverClient(o), nil
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, err
	}
	return redis.NewClient(o), nil
}

// oneHostForm writes host,host as go-redis wants it: the first host in the address, the others as addr parameters.
func oneHostForm(rest string) (string, error) {
	credentials, hosts, ok := strings.Cut(rest, "@")
	if !ok {
		credentials, hosts = "", rest
	} else {
		credentials += "@"
	}
	end := strings.IndexAny(hosts, "/?")
	if end < 0 {
		end = len(hosts)
	}
	all := strings.Split(hosts[:end], ",")
	u, err := url.Parse("redis://" + credentials + all[0] + hosts[end:])
	if err != nil {
		return "", err
	}
	q := u.Query()
	for _, h := range all[1:] {
		q.Add("addr", h)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// embeddedRedis starts a Redis in this process on a loopback port, with a password that only this process knows. It does
// not let keys expire by itself, so a ticker does.
func embeddedRedis(ctx context.Context) (redis.UniversalClient, func() error, error) {
	var raw [16]byte
	rand.Read(raw[:])
	password := hex.EncodeToString(raw[:])
	m := miniredis.NewMiniRedis()
	m.RequireAuth(password)
	if err := m.Start(); err != nil {
		return nil, nil, fmt.Errorf("embedded Redis: %w", err)
	}
	rdb := redis.NewClient(&redis.Options{Addr: m.Addr(), Password: password})
	ctx, stop := context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				m.FastForward(time.Second)
			}
		}
	}()
	return rdb, func() error {
		stop()
		err := rdb.Close()
		m.Close()
		return err
	}, nil
}
