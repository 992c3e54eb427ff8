package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"respons/internal/fault"
)

// changingHands are the codes of a server that shuts down or is not the primary any more: another will be, soon.
// Source: "retryable errors" of MongoDB's retryable reads and writes specifications.
var changingHands = []int{6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}

// tooLarge is BSONObjectTooLarge.
const tooLarge = 10334

// duplicate says whether a unique key was taken. FerretDB passes on the words of the database below it when a replace
// meets one.
func duplicate(err error) bool {
	server, refused := errors.AsType[mongo.ServerError](err)
	return mongo.IsDuplicateKeyError(err) || refused && server.HasErrorMessage("UNIQUE constraint failed")
}

// failed gives an error of the server its kind. What the server itself refuses is a mistake of ours and has none.
func failed(what string, err error) error {
	if err == nil || fault.KindOf(err) != "" {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("mongo: %s: %w", what, context.Canceled)
	}
	server, refused := errors.AsType[mongo.ServerError](err)
	switch {
	case refused && server.HasErrorCode(tooLarge):
		return fault.Wrap(fault.TooLarge, err, "the document is larger than the store takes")
	case refused && !mongo.IsNetworkError(err) && !mongo.IsTimeout(err) && !server.HasErrorLabel("RetryableWriteError") &&
		!slices.ContainsFunc(server.ErrorCodes(), func(code int) bool { return slices.Contains(changingHands, code) }):
		return fmt.Errorf("mongo: %s: %w", what, err)
	}
	return fault.Wrap(fault.Unavailable, fmt.Errorf("mongo: %s: %w", what, err), "the store cannot be reached at the moment; please try again")
}
