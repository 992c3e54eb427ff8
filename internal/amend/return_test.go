package amend_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"respons/internal/amend"
	"respons/internal/complaint"
	"respons/internal/fault"
)

var chong = complaint.Actor{Role: complaint.Administrator, ID: "chong"}

// submitted is a draft of aminah's that waits for approval.
func (o *office) submitted(t *testing.T, old, new string) *amend.Amendment {
	t.Helper()
	a, err := o.Submit(t.Context(), o.renamed(t, aminah, 0, old, new).ID, aminah)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAmendmentIsSentBackUntilItIsSubmittedAgain(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		first := a.Rev
		for range 2 {
			back, err := o.Return(t.Context(), a.ID, first, "  Which gazette?\n", bala)
			if err != nil || back.State != amend.Draft || len(back.Returns) != 1 {
				t.Fatalf("%+v, %v", back, err)
			}
			if r := back.Returned(); r == nil || r.Remark != "Which gazette?" || r.By != "bala" || !r.At.Equal(o.now) || r.Rev != first {
				t.Errorf("%+v", r)
			}
		}
		if _, err := o.Approve(t.Context(), a.ID, first, bala, true); !errors.Is(err, fault.Conflict) {
			t.Errorf("what was sent back is approved: %v", err)
		}
		o.now = o.now.Add(time.Hour)
		a, err := o.Describe(t.Context(), a.ID, aminah, "Warta P.U.(B) 12/2027", 0)
		if err != nil || a.Returned() == nil {
			t.Fatalf("the author must still read the remark while mending it: %+v, %v", a, err)
		}
		if a, err = o.Submit(t.Context(), a.ID, aminah); err != nil || a.Returned() != nil || !a.Returns[0].Answered.Equal(o.now) {
			t.Fatalf("%+v, %v", a, err)
		}
		if same, err := o.Return(t.Context(), a.ID, first, "Which gazette?", bala); err != nil || same.State != amend.Submitted || same.Rev != a.Rev {
			t.Errorf("a late repeat changes it: %+v, %v", same, err)
		}
		if a, err = o.Return(t.Context(), a.ID, a.Rev, "From which day?", chong); err != nil || a.Returned().Remark != "From which day?" || !a.Returned().Answered.IsZero() {
			t.Fatalf("%+v, %v", a, err)
		}
		if a, err = o.Submit(t.Context(), a.ID, aminah); err != nil {
			t.Fatal(err)
		}
		if a, err = o.Approve(t.Context(), a.ID, a.Rev, bala, false); err != nil || len(a.Returns) != 2 || a.Returns[0].By != "bala" || a.Returns[1].By != "chong" {
			t.Errorf("the history is %+v, %v", a.Returns, err)
		}
		o.says(t, "Ministry of Homes", "Housing Ministry")
	})
}

func TestWhoMaySendWhatBack(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		draft := o.renamed(t, aminah, 0, "Housing Ministry", "Ministry of Homes")
		open := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		approved := o.approve(t, o.renamed(t, aminah, 0, "Selangor Secretary", "Secretary of Selangor"))
		withdrawn, err := o.Withdraw(t.Context(), o.submitted(t, "Housing Ministry", "Ministry of Homes").ID, aminah)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			a      *amend.Amendment
			rev    int64
			remark string
			by     complaint.Actor
			want   error
		}{
			{"its author", open, open.Rev, "x", aminah, fault.Forbidden},
			{"no remark", open, open.Rev, " \n ", bala, fault.Invalid},
			{"a remark of 501 characters", open, open.Rev, strings.Repeat("é", 501), bala, fault.Invalid},
			{"another revision than is there", open, open.Rev - 1, "x", bala, fault.Conflict},
			{"a draft", draft, draft.Rev, "x", bala, fault.Conflict},
			{"what counts", approved, approved.Rev, "x", bala, fault.Conflict},
			{"what was withdrawn", withdrawn, withdrawn.Rev, "x", bala, fault.Conflict},
			{"none", &amend.Amendment{ID: "01JD8Z7S6R4QW2N5X0B3YV9KTM"}, 1, "x", bala, fault.NotFound},
			{"a remark of 500 characters", open, open.Rev, strings.Repeat("é", 500), bala, nil},
			{"another remark on what was sent back", open, open.Rev, "y", bala, fault.Conflict},
			{"the same remark by somebody else", open, open.Rev, strings.Repeat("é", 500), chong, fault.Conflict},
		} {
			if _, err := o.Return(t.Context(), c.a.ID, c.rev, c.remark, c.by); !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	})
}

// Two click at the same moment: one of them sends it back or approves it, and the same click twice is one.
func TestASendingBackAndAnApprovalAtTheSameMoment(t *testing.T) {
	onEachStore(t, func(t *testing.T, o *office) {
		a := o.submitted(t, "Housing Ministry", "Ministry of Homes")
		clicks := []func(context.Context) error{
			func(ctx context.Context) error {
				_, err := o.Return(ctx, a.ID, a.Rev, "Which gazette?", bala)
				return err
			},
			func(ctx context.Context) error {
				_, err := o.Return(ctx, a.ID, a.Rev, "Which gazette?", bala)
				return err
			},
			func(ctx context.Context) error { _, err := o.Approve(ctx, a.ID, a.Rev, chong, false); return err },
		}
		came := make([]chan error, len(clicks))
		for i, click := range clicks {
			came[i] = make(chan error, 1)
			go func() { came[i] <- click(t.Context()) }()
		}
		sent, again, approved := <-came[0], <-came[1], <-came[2]
		got, err := o.ByID(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case approved == nil:
			if got.State != amend.Approved || !errors.Is(sent, fault.Conflict) || !errors.Is(again, fault.Conflict) {
				t.Errorf("%s: %v, %v", got.State, sent, again)
			}
		case got.State != amend.Draft || len(got.Returns) != 1 || sent != nil || again != nil || !errors.Is(approved, fault.Conflict):
			t.Errorf("%s, %+v: %v, %v, %v", got.State, got.Returns, sent, again, approved)
		}
	})
}
