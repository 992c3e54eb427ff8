package mongo_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
	"respons/internal/store/mongo"
	"respons/internal/store/mongo/mongotest"
	"respons/internal/store/storetest"
)

func TestContractInProcess(t *testing.T) {
	uri := mongotest.Start(t)
	n := 0
	storetest.Run(t, func(t *testing.T) store.Engine {
		n++
		return open(t, uri, fmt.Sprintf("contract%d", n))
	})
}

func TestContractOnARealServer(t *testing.T) {
	uri := os.Getenv("MONGODB_URI")
	if uri == "" {
		t.Skip("MONGODB_URI is not set: the contract is tested on the server in this process only")
	}
	n := 0
	storetest.Run(t, func(t *testing.T) store.Engine {
		n++
		return open(t, uri, fmt.Sprintf("respons_test_%d_%d", time.Now().UnixNano(), n))
	})
}

func open(t *testing.T, uri, database string) store.Engine {
	t.Helper()
	e, err := mongo.Open(t.Context(), uri, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestWhatWasStoredOutlivesTheEngine(t *testing.T) {
	uri := mongotest.Start(t)
	storetest.Reopening(t, func(t *testing.T) store.Engine { return open(t, uri, "reopening") })
}

func TestAServerThatDoesNotAnswerIsAFault(t *testing.T) {
	start := time.Now()
	_, err := mongo.Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500", "x")
	if !errors.Is(err, fault.Unavailable) || time.Since(start) > 30*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
	if _, err := mongo.Open(t.Context(), "nonsense", "x"); !errors.Is(err, fault.Invalid) {
		t.Errorf("no address: %v", err)
	}
}
