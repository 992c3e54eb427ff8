package rights

import (
	"context"
	"errors"
	"fmt"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
)

// Claim makes a guest's complaint, with all that is kept of the guest, that of an account: what was sealed is sealed under
// the account's key, phones, messages and the log of who looked go over, and what the account says of itself goes before
// what the guest said. Cut off half way it is done by asking again, and nothing is lost in between. fault.Conflict where a
// legal hold keeps the guest's data as they are, or the complaint is another account's.
func (s *Citizens) Claim(ctx context.Context, c *complaint.Complaint, account string) error {
	guest := complaint.GuestOf(c.ID)
	if _, err := s.hold(ctx, "citizen:"+guest); !errors.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Conflict, "a legal hold asks for these data to be kept as they are; claim the complaint when it has ended")
		}
		return err
	}
	if err := s.carry(ctx, guest, account); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	reseal := func(field string, sealed []byte) ([]byte, error) {
		plain, err := s.Reporters.Vault.Open(ctx, guest, field, sealed)
		if err != nil {
			return nil, err
		}
		return s.Reporters.Vault.Seal(ctx, account, field, plain)
	}
	if _, err := s.Cases.Claim(ctx, c.ID, account, reseal); err != nil {
		return err
	}
	if err := s.carry(ctx, guest, account); err != nil { // what came in meanwhile
		return fmt.Errorf("claim: %w", err)
	}
	return s.DisposeGuest(ctx, guest)
}

// carry takes over what is kept of a guest beside the complaint.
func (s *Citizens) carry(ctx context.Context, guest, account string) error {
	devices, err := s.People.Hand(ctx, guest, account)
	if err != nil {
		return err
	}
	if err := s.Ledger.Hand(ctx, guest, account, devices); err != nil {
		return err
	}
	if err := s.Reporters.HandLog(ctx, guest, account); err != nil {
		return err
	}
	for _, hand := range s.AlsoHand {
		if err := hand(ctx, guest, account); err != nil {
			return err
		}
	}
	own, err := s.Reporters.Of(ctx, account)
	if err != nil || own != (reporter.Details{}) {
		return err
	}
	said, err := s.Reporters.Of(ctx, guest)
	if err != nil || said == (reporter.Details{}) {
		return err
	}
	_, err = s.Reporters.Put(ctx, account, said)
	return err
}
