package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

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
		name := fmt.Sprintf("respons_test_%d_%d", time.Now().UnixNano(), n)
		t.Cleanup(func() { drop(t, uri, name) })
		return open(t, uri, name)
	})
}

func open(t *testing.T, uri, database string) store.Engine {
	t.Helper()
	e, err := mongo.Open(t.Context(), uri, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	return e
}

func drop(t *testing.T, uri, database string) {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err == nil {
		err = errors.Join(client.Database(database).Drop(ctx), client.Disconnect(ctx))
	}
	if err != nil {
		t.Errorf("drop %s: %v", database, err)
	}
}

func TestReopeningKeepsEverything(t *testing.T) {
	uri := mongotest.Start(t)
	storetest.Reopening(t, func(t *testing.T) store.Engine { return open(t, uri, "reopened") })
}

func TestAServerOutOfReachIsUnavailableWithinTheDeadline(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() // nobody listens there now
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if _, err := mongo.Open(ctx, "mongodb://"+address, "test"); !errors.Is(err, fault.Unavailable) {
		t.Errorf("gave %v, want fault.Unavailable", err)
	}
}

func TestAnAddressThatIsNoneIsInvalid(t *testing.T) {
	if _, err := mongo.Open(t.Context(), "redis://127.0.0.1", "test"); !errors.Is(err, fault.Invalid) {
		t.Errorf("gave %v, want fault.Invalid", err)
	}
}
