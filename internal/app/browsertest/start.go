package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// start starts a browser with one tab, which live until the test ends. Chromium crashes now and then as it starts on a
// machine that is busy, before anything was asked of it; so there are three tries.
func start(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WSURLReadTimeout(patience), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true))
	for tries := 1; ; tries++ {
		browser, stop := chromedp.NewExecAllocator(t.Context(), options...)
		ctx, closeTab := chromedp.NewContext(browser)
		err := chromedp.Run(ctx) // without a deadline of its own, which would end the browser with it
		if err == nil {
			t.Cleanup(stop)
			t.Cleanup(closeTab)
			return ctx
		}
		closeTab()
		stop()
		if tries == 3 {
			t.Fatal("start the browser: ", err)
		}
		t.Logf("the browser did not start, it is tried again: %v", err)
	}
}
