// Package stream carries news to whoever looks on: in this process at once and through Redis to every other. News are
// hints: what they are about stands in the store, and who listens looks there again from time to time as well.
package stream

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"respons/internal/fault"
)

// channel is Redis's channel of all news.
const channel = "respons:news"

// News says that something happened to a complaint, to those who listen to one of the topics. The zero News says that some
// may have been missed.
type News struct {
	Topics []string `json:"topics"`
	Number string   `json:"number"` // of the complaint
	Action string   `json:"action"` // what was done, such as accept
}

// Hub hands news to listeners.
type Hub struct {
	Redis redis.UniversalClient
	Log   *slog.Logger

	mu        sync.Mutex
	listeners map[*Listener]bool
	inside    map[string]int // open streams by whom they count for
	closed    bool
}

// Listener gets the news of its topics from C until it is stopped. C is closed when the process stops.
type Listener struct {
	C      chan News
	hub    *Hub
	topics map[string]bool
	counts []string
}

// waiting is how many news may wait for one listener. More than that is as good as having missed some.
const waiting = 32

// Limit bounds how many streams may be open in this process for one key, such as an account or an address.
type Limit struct {
	Key  string
	Most int
}

// Listen begins to listen; fault.TooMany where as many streams are open as a limit allows, fault.Unavailable where the
// process is stopping.
func (h *Hub) Listen(topics []string, limits ...Limit) (*Listener, error) {
	l := &Listener{C: make(chan News, waiting), hub: h, topics: map[string]bool{}}
	for _, t := range topics {
		l.topics[t] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, fault.New(fault.Unavailable, "the server is stopping; connect again")
	}
	if h.listeners == nil {
		h.listeners, h.inside = map[*Listener]bool{}, map[string]int{}
	}
	for _, limit := range limits {
		if h.inside[limit.Key] >= limit.Most {
			f := fault.New(fault.TooMany, "%d streams are open already; close one of them first", limit.Most)
			f.Wait = time.Minute
			return nil, f
		}
	}
	for _, limit := range limits {
		h.inside[limit.Key]++
		l.counts = append(l.counts, limit.Key)
	}
	h.listeners[l] = true
	return l, nil
}

// Stop ends listening. Again is harmless.
func (l *Listener) Stop() {
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.listeners[l] {
		return
	}
	delete(h.listeners, l)
	for _, key := range l.counts {
		if h.inside[key]--; h.inside[key] == 0 {
			delete(h.inside, key)
		}
	}
}

// Tell sends news to every process. Where Redis does not take them, those of this process hear them all the same.
func (h *Hub) Tell(ctx context.Context, n News) {
	body, err := json.Marshal(n)
	if err == nil {
		err = h.Redis.Publish(ctx, channel, body).Err()
	}
	if err != nil {
		h.Log.DebugContext(ctx, "news told in this process only", "err", err)
		h.hear(n)
	}
}

// Run hears what other processes tell until ctx ends. After each break in the line to Redis every listener is told that
// news may have been missed.
func (h *Hub) Run(ctx context.Context) {
	sub := h.Redis.Subscribe(ctx, channel)
	defer context.AfterFunc(ctx, func() { sub.Close() })() // Receive does not wake for the end of ctx
	defer sub.Close()
	for ctx.Err() == nil {
		msg, err := sub.Receive(ctx)
		switch m := msg.(type) {
		case *redis.Subscription:
			h.hear(News{}) // also after a break: the client subscribes again by itself
		case *redis.Message:
			var n News
			if json.Unmarshal([]byte(m.Payload), &n) == nil {
				h.hear(n)
			}
		}
		if err != nil && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (h *Hub) hear(n News) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if !l.wants(n) {
			continue
		}
		select {
		case l.C <- n:
		default: // it has not looked for a while; when it does, it finds enough to look at the store
		}
	}
}

func (l *Listener) wants(n News) bool {
	for _, t := range n.Topics {
		if l.topics[t] {
			return true
		}
	}
	return len(n.Topics) == 0
}

// Close ends every stream, so that the process can stop.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for l := range h.listeners {
		close(l.C)
	}
	clear(h.listeners)
}
