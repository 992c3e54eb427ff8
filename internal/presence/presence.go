// Package presence knows who has which complaint open, so that two do not work on one unawares. It lives in Redis and is a
// hint: where Redis does not answer nobody is shown, and what keeps work from being overwritten is the store's business.
package presence

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Life is how long somebody is taken to have a complaint open after the last sign of it.
const Life = 60 * time.Second

// patience is how long Redis may take.
const patience = 150 * time.Millisecond

// Board shows who looks at what.
type Board struct {
	Redis redis.UniversalClient
	Log   *slog.Logger
	Now   func() time.Time
}

// Looks notes that a person has a complaint open and gives the ids of the others who have.
func (b *Board) Looks(ctx context.Context, complaint, person string) (others []string) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	now := b.Now()
	key := "respons:open:" + complaint
	var list *redis.StringSliceCmd
	_, err := b.Redis.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.ZRemRangeByScore(ctx, key, "-inf", strconv.FormatInt(now.Add(-Life).UnixMilli(), 10))
		p.ZAdd(ctx, key, redis.Z{Score: float64(now.UnixMilli()), Member: person})
		list = p.ZRange(ctx, key, 0, 20)
		p.Expire(ctx, key, Life)
		return nil
	})
	if err != nil {
		b.Log.DebugContext(ctx, "who else has it open is not known", "err", err)
		return nil
	}
	for _, id := range list.Val() {
		if id != person {
			others = append(others, id)
		}
	}
	return others
}

// Leaves notes that a person has closed it.
func (b *Board) Leaves(ctx context.Context, complaint, person string) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if err := b.Redis.ZRem(ctx, "respons:open:"+complaint, person).Err(); err != nil {
		b.Log.DebugContext(ctx, "it stays shown as open for a while", "err", err)
	}
}
