package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a step may take on a machine that is busy with other tests.
const patience = 60 * time.Second

// View is how a browser looks at the pages. The zero View is wide, light and in Malay.
type View struct {
	Phone bool   // 390 pixels wide
	Dark  bool   // the person prefers dark
	Lang  string // of the browser; empty: ms
	Token string // bearer token sent with every request; empty: nobody has signed in

	NoScript bool   // no script of ours ever arrives
	Also     string // address of another host to which pages may lead; empty: none
}

// Tab is one page of a browser of its own, without the cookies of others.
type Tab struct {
	t    *testing.T
	ctx  context.Context
	site *Site
	also string

	mu      sync.Mutex
	faults  []string // what the browser complained about: scripts that failed, files that were refused
	loading bool     // another page is on its way
}

// Open opens a browser on the site. When the test ends, whatever the browser complained about fails it.
func (s *Site) Open(t *testing.T, v View) *Tab {
	t.Helper()
	ctx := start(t)
	tab := &Tab{t: t, ctx: ctx, site: s, also: v.Also}
	chromedp.ListenTarget(ctx, tab.listen)
	t.Cleanup(tab.report)

	width, height, scheme := int64(1280), int64(900), "light"
	if v.Phone {
		width, height = 390, 844
	}
	if v.Dark {
		scheme = "dark"
	}
	if v.Lang == "" {
		v.Lang = "ms"
	}
	headers := network.Headers{"Accept-Language": v.Lang}
	if v.Token != "" {
		headers["Authorization"] = "Bearer " + v.Token
	}
	var blocked []string
	if v.NoScript {
		blocked = []string{"*.js"}
	}
	tab.Do(network.Enable(), network.SetBlockedURLs(blocked), runtime.Enable(), network.SetExtraHTTPHeaders(headers), chromedp.EmulateViewport(width, height),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
	return tab
}

func (b *Tab) listen(event any) {
	var fault string
	switch e := event.(type) {
	case *page.EventFrameRequestedNavigation:
		if e.Disposition == page.ClientNavigationDispositionCurrentTab {
			b.load(true)
		}
	case *page.EventFrameStartedLoading:
		b.load(true)
	case *page.EventFrameStoppedLoading:
		b.load(false)
	case *runtime.EventExceptionThrown:
		fault = e.ExceptionDetails.Error()
	case *network.EventLoadingFailed:
		if e.BlockedReason != "" && e.BlockedReason != network.BlockedReasonInspector {
			fault = "blocked: " + e.BlockedReason.String()
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.site.URL) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && (b.also == "" || !strings.HasPrefix(u, b.also)) {
			fault = "a request to another host: " + u
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

func (b *Tab) load(is bool) {
	b.mu.Lock()
	b.loading = is
	b.mu.Unlock()
}

func (b *Tab) report() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Error(f)
	}
}

// Do runs actions of chromedp and fails the test where one does not succeed in time.
func (b *Tab) Do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var at string
		chromedp.Run(b.ctx, chromedp.Location(&at))
		b.t.Fatalf("at %s: %v", at, err)
	}
}

// Visit opens a path of the site.
func (b *Tab) Visit(path string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(b.site.URL + path))
}

// Click clicks the element when it is there. A click that opens another page waits for it.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.Do(unless(gone, chromedp.Click(selector, chromedp.ByQuery, chromedp.NodeVisible)))
	b.settle()
}

// Fill puts text into a field in place of what was there.
func (b *Tab) Fill(selector, text string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(selector, chromedp.ByQuery))
	b.evaluate(`document.querySelector(`+quote(selector)+`).value = ""`, nil)
	b.Do(unless(gone, chromedp.SendKeys(selector, text, chromedp.ByQuery)))
}

// Press presses keys anywhere on the page: letters, or names of package kb such as kb.Enter. A key that the page takes for
// itself types nothing, as on a keyboard.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		if len(events) == 3 { // down, what is typed, up: of one press the browser itself decides whether it types
			events[0].Text, events[0].UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			events = []*input.DispatchKeyEventParams{events[0], events[2]}
		}
		for _, e := range events {
			b.Do(e)
		}
	}
}

// Enter is the key of that name.
const Enter = kb.Enter

// Wait waits until an element is there and can be seen.
func (b *Tab) Wait(selector string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(selector, chromedp.ByQuery))
}

// Text gives what stands in an element once it is there.
func (b *Tab) Text(selector string) (text string) {
	b.t.Helper()
	b.Do(unless(gone, chromedp.Text(selector, &text, chromedp.ByQuery)))
	return text
}

// Says waits until the element has the text in it.
func (b *Tab) Says(selector, want string) {
	b.t.Helper()
	var got string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		b.evaluate(`(document.querySelector(`+quote(selector)+`)||{}).textContent||""`, &got)
		if strings.Contains(got, want) {
			return
		}
	}
	b.t.Fatalf("%s says %q, want %q", selector, got, want)
}

// Value is what a script says, as text.
func (b *Tab) Value(script string) (text string) {
	b.t.Helper()
	b.evaluate(script, &text)
	return text
}

// True waits for a script's promise and fails the test where it does not come to true.
func (b *Tab) True(script string) {
	b.t.Helper()
	var yes bool
	b.evaluate(script, &yes, awaiting)
	if !yes {
		b.t.Fatalf("%s is not so", script)
	}
}

func awaiting(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// Path gives where the browser is, without the host.
func (b *Tab) Path() string {
	b.t.Helper()
	var at string
	b.Do(chromedp.Location(&at))
	return strings.TrimPrefix(at, b.site.URL)
}

// Shot keeps a picture of the whole page in the folder that RESPONS_SHOTS names; without it nothing is kept.
func (b *Tab) Shot(name string) {
	b.t.Helper()
	dir := os.Getenv("RESPONS_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	b.Do(chromedp.FullScreenshot(&png, 100))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// Choose picks an option of a list by its value, as a person would: the page hears of it.
func (b *Tab) Choose(selector, value string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(selector, chromedp.ByQuery))
	b.True(`(list => { list.value = ` + quote(value) + `; list.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.querySelector(` + quote(selector) + `))`)
}

// Upload chooses a file in a form.
func (b *Tab) Upload(selector, path string) {
	b.t.Helper()
	b.Do(chromedp.SetUploadFiles(selector, []string{path}, chromedp.ByQuery))
}

// Until waits until a script gives true, also over the loading of another page.
func (b *Tab) Until(script string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var yes bool
		b.evaluate(`(() => { try { return !!(`+script+`) } catch { return false } })()`, &yes)
		if yes {
			return
		}
	}
	b.t.Fatalf("%s never came to be so", script)
}
