package browsertest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

// left is what the browser says of a script whose page was left before it ended.
var left = []string{"Inspected target navigated or closed", "Execution context was destroyed.", "Cannot find context with specified id"}

// gone is what it says of an element that the page replaced before anything was done to it.
var gone = []string{"Could not find node with given id", "No node with given id found", "Node is detached from document", "Node does not have a layout object", "Could not compute content quads."}

// evaluate runs a script, and once more on the page that came where its own was left meanwhile.
func (b *Tab) evaluate(script string, into any, options ...chromedp.EvaluateOption) {
	b.t.Helper()
	b.Do(unless(left, chromedp.Evaluate(script, into, options...)))
}

// unless does what it is given again for as long as the browser says one of these.
func unless(these []string, do chromedp.Action) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for {
			err := do.Do(ctx)
			var said *cdproto.Error
			if !errors.As(err, &said) || !slices.Contains(these, said.Message) || ctx.Err() != nil {
				return err
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
}

// settle waits until the page that was asked for last is there; at once where none was. A file that is saved instead of
// shown ends the wait too.
func (b *Tab) settle() {
	b.t.Helper()
	b.evaluate(`new Promise(then => setTimeout(() => then(true)))`, nil, awaiting) // a form is sent after the click has ended
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		b.mu.Lock()
		still := b.loading
		b.mu.Unlock()
		if !still {
			return
		}
	}
	b.t.Fatal("a page was asked for and never came")
}
