package workers

import (
	"fmt"
	"time"
)

// Group is a number of queues that one asynq server looks after. Such a server takes one task after the other out of
// Redis, however many it carries out at once, so what must be fast has servers of its own: people wait for routing and
// messages, a storm of timers would be held up by the way to Redis and back, and relays and gateways that are slow to
// answer would hold up both.
type Group struct {
	Queues   map[string]int // with their weights
	Parallel int            // tasks carried out at once
	Idle     time.Duration  // how often empty queues are looked at
}

// forwardEvery is how often asynq looks for what has become due.
const forwardEvery = time.Second

// timerGroups share the timers' queues among them. A timer that is early by a part of a second waits in its place, so
// there are many places.
const timerGroups = 4

// TimerGroups are the groups of the SLA timers.
func TimerGroups() []Group {
	groups := make([]Group, timerGroups)
	for i := range groups {
		groups[i] = Group{Queues: map[string]int{}, Parallel: 32, Idle: 500 * time.Millisecond}
	}
	for i := range slaQueues {
		groups[i%timerGroups].Queues[timerQueue(i)] = 1
	}
	return groups
}

func timerQueue(i int) string { return fmt.Sprintf("sla-%02d", i) }
