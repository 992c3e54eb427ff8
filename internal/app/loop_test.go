package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What is repeated comes at once, every so often and at news, whether it failed before or not, and ends with the App.
func TestWorkIsRepeatedAtOnceEverySoOftenAndAtNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := &App{Log: slog.New(slog.NewTextHandler(&log, nil))}
		news := make(chan struct{}, 1)
		begun, rounds := time.Now(), []time.Duration{}
		a.repeat(t.Context(), 15*time.Second, "a round failed", func(context.Context) error {
			if rounds = append(rounds, time.Since(begun)); len(rounds) == 2 {
				return errors.New("the store is out of reach")
			}
			return nil
		}, news)
		time.Sleep(20 * time.Second)
		news <- struct{}{}
		time.Sleep(15 * time.Second)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		want := []time.Duration{0, 15 * time.Second, 20 * time.Second, 30 * time.Second}
		if !slices.Equal(rounds, want) {
			t.Errorf("rounds after %v, want %v", rounds, want)
		}
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=WARN msg="a round failed" err="the store is out of reach"`) {
			t.Errorf("logged: %s", got)
		}
	})
}
