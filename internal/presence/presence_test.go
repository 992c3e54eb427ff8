package presence

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"respons/internal/app/redistest"
)

func TestWhoHasItOpenIsShownForAWhile(t *testing.T) {
	for name, address := range map[string]func() string{
		"embedded": func() string { return "redis://" + miniredis.RunT(t).Addr() },
		"real":     func() string { return redistest.Server(t) },
	} {
		t.Run(name, func(t *testing.T) {
			o, err := redis.ParseURL(address())
			if err != nil {
				t.Fatal(err)
			}
			rdb := redis.NewClient(o)
			defer rdb.Close()
			now := time.Now()
			b := &Board{Redis: rdb, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
			if others := b.Looks(t.Context(), "c", "aina"); len(others) != 0 {
				t.Errorf("the first sees %v", others)
			}
			if others := b.Looks(t.Context(), "c", "bala"); !slices.Equal(others, []string{"aina"}) {
				t.Errorf("the second sees %v", others)
			}
			if others := b.Looks(t.Context(), "another", "chan"); len(others) != 0 {
				t.Errorf("on another complaint: %v", others)
			}
			b.Leaves(t.Context(), "c", "aina")
			if others := b.Looks(t.Context(), "c", "bala"); len(others) != 0 {
				t.Errorf("after she left: %v", others)
			}
			b.Looks(t.Context(), "c", "aina")
			now = now.Add(Life + time.Second) // she went without a word
			if others := b.Looks(t.Context(), "c", "bala"); len(others) != 0 {
				t.Errorf("after a while: %v", others)
			}
		})
	}
}

func TestWithoutRedisNobodyIsShownAndNobodyWaits(t *testing.T) {
	m := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: m.Addr()})
	defer rdb.Close()
	m.Close()
	b := &Board{Redis: rdb, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if others := b.Looks(t.Context(), "c", "aina"); others != nil {
		t.Errorf("%v", others)
	}
	b.Leaves(t.Context(), "c", "aina")
}
