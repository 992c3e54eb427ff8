package limit

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"respons/internal/fault"
	"respons/internal/table"
)

func TestEveryMistakeInTheLimitsIsNamed(t *testing.T) {
	var ms table.Mistakes
	Load(fstest.MapFS{"limits.csv": {Data: []byte("permission,by,count,per\ncomplaint.file,address,120,1m\ncomplaint.file,address,120,1m\n" +
		"complaint.eat,moon,0,1ms\nclaim.wrong,account,1,1h\n")}}, func(p string) bool { return p == "complaint.file" }, &ms)
	want := strings.Join([]string{
		"limits.csv:3:16: by: complaint.file by address has a row already",
		`limits.csv:4:1: permission: there is no permission "complaint.eat", and it is neither claim.wrong nor token.wrong`,
		`limits.csv:4:20: count: must be a whole number from 1`,
		`limits.csv:4:22: per: must be a time from 1s to 24h, such as 10m`,
	}, "\n")
	if err := ms.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func limiter(t *testing.T, rules Rules) (*Limiter, *miniredis.Miniredis) {
	t.Helper()
	m := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: m.Addr()})
	t.Cleanup(func() { rdb.Close() })
	return New(rules, rdb, slog.New(slog.DiscardHandler)), m
}

var now = time.Date(2026, 1, 8, 2, 0, 0, 0, time.UTC)

func TestAQuotaIsTheClientsOwnAndSpreadOverTheDay(t *testing.T) {
	l, m := limiter(t, nil)
	for i := range 3 {
		if err := l.Quota(t.Context(), "one", 3); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	for range 20 { // whoever goes on asking waits no longer for it
		f, ok := errors.AsType[*fault.Error](l.Quota(t.Context(), "one", 3))
		if !ok || f.Kind != fault.TooMany || f.Wait <= 7*time.Hour || f.Wait > 8*time.Hour {
			t.Fatalf("the fourth: %+v", f)
		}
	}
	if err := l.Quota(t.Context(), "other", 3); err != nil {
		t.Errorf("another client: %v", err)
	}
	m.Close()
	if err := l.Quota(t.Context(), "one", 3); err != nil {
		t.Errorf("without Redis: %v", err)
	}
}

func TestOneTooManyIsToldHowLongToWait(t *testing.T) {
	l, _ := limiter(t, Rules{"complaint.file": {{Address, 3, time.Minute}}})
	take := func(address string) error {
		return l.Take(context.Background(), "complaint.file", Who{Address: address}, now)
	}
	for i := range 3 {
		if err := take("203.0.113.7"); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	err := take("203.0.113.7")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.TooMany || f.Wait < time.Second || f.Wait > time.Minute {
		t.Errorf("the fourth: %v", err)
	}
	for _, other := range []string{"203.0.113.8", "127.0.0.1", "::1", "", "no address"} {
		for range 5 {
			if err := take(other); other != "203.0.113.8" && err != nil {
				t.Errorf("%q: %v", other, err)
			}
		}
	}
	if err := take("2001:db8::1"); err != nil {
		t.Error(err)
	}
	for range 3 { // all of one network together
		take("2001:db8::2")
	}
	if err := take("2001:db8::3"); !errors.Is(err, fault.TooMany) {
		t.Errorf("another address of the same network: %v", err)
	}
}

func TestGuessesAreCountedOnlyWhereTheyWereWrong(t *testing.T) {
	l, _ := limiter(t, Rules{ClaimWrong: {{Address, 2, time.Minute}}})
	who := Who{Address: "203.0.113.7"}
	for range 10 {
		if err := l.Check(context.Background(), ClaimWrong, who, now); err != nil {
			t.Fatalf("to look counts: %v", err)
		}
	}
	for range 2 {
		if err := l.Take(context.Background(), ClaimWrong, who, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Check(context.Background(), ClaimWrong, who, now); !errors.Is(err, fault.TooMany) {
		t.Errorf("after two wrong guesses: %v", err)
	}
}

func TestAFloodPaysMore(t *testing.T) {
	l, _ := limiter(t, Rules{"complaint.file": {{Address, 100, time.Hour}}})
	key := "complaint.file:address:203.0.113.7"
	for range 100 + 35 {
		l.Take(context.Background(), "complaint.file", Who{Address: "203.0.113.7"}, now)
	}
	if got := l.cost(key, now); got != 8 {
		t.Errorf("after 35 refusals a request costs %d, want 8", got)
	}
	if got := l.cost(key, now.Add(2*time.Hour)); got != 1 {
		t.Errorf("two hours later it costs %d, want 1", got)
	}
}

func TestWhoGoesOnWaitsLongerAndTheWaitThatIsToldIsEnough(t *testing.T) {
	l, m := limiter(t, Rules{"complaint.file": {{Account, 10, 10 * time.Minute}}})
	at := now
	m.SetTime(at)
	take := func() time.Duration {
		err := l.Take(context.Background(), "complaint.file", Who{Account: "flooder"}, at)
		if err == nil {
			return 0
		}
		f, _ := errors.AsType[*fault.Error](err)
		return f.Wait
	}
	for i := range 10 {
		if wait := take(); wait != 0 {
			t.Fatalf("request %d waits %s", i+1, wait)
		}
	}
	first, last := take(), time.Duration(0)
	for i := range 80 {
		wait := take()
		if wait < last {
			t.Fatalf("refusal %d waits %s, the one before %s", i+2, wait, last)
		}
		last = wait
	}
	if first > 2*time.Minute || last < 9*time.Minute || last > 11*time.Minute {
		t.Errorf("the first waits %s, the last %s of ten minutes", first, last)
	}
	at = at.Add(last + time.Second)
	m.SetTime(at)
	if wait := take(); wait != 0 {
		t.Errorf("after the wait that was told it must wait another %s", wait)
	}
}

func TestWithoutRedisNobodyIsSlowedDown(t *testing.T) {
	l, m := limiter(t, Rules{"complaint.file": {{Address, 1, time.Minute}}})
	m.Close()
	for range 3 {
		if err := l.Take(context.Background(), "complaint.file", Who{Address: "203.0.113.7"}, now); err != nil {
			t.Fatal(err)
		}
	}
}
