package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"respons/internal/fault"
	"respons/internal/seal"
	"respons/internal/store"
	"respons/internal/store/eachstore"
)

// onEach runs a test on both engines with a vault and its key file.
func onEach(t *testing.T, test func(t *testing.T, v *seal.Vault, f seal.File)) {
	eachstore.Run(t, []store.Collection{seal.Collection}, func(t *testing.T, e store.Engine) {
		f := seal.File{Path: filepath.Join(t.TempDir(), "keys", "seal.key")}
		if err := f.Make(); err != nil {
			t.Fatal(err)
		}
		test(t, &seal.Vault{Engine: e, Masters: f, Now: time.Now}, f)
	})
}

func sealed(t *testing.T, v *seal.Vault, citizen, field, plain string) []byte {
	t.Helper()
	b, err := v.Seal(t.Context(), citizen, field, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func opened(t *testing.T, v *seal.Vault, citizen, field string, b []byte) (string, error) {
	t.Helper()
	k, err := v.Existing(t.Context(), citizen)
	if err != nil {
		return "", err
	}
	plain, err := k.Open(field, b)
	return string(plain), err
}

func TestWhatIsSealedOpensOnlyInItsPlace(t *testing.T) {
	onEach(t, func(t *testing.T, v *seal.Vault, _ seal.File) {
		phone := sealed(t, v, "aminah", "phone", "+60123456789")
		sealed(t, v, "bala", "phone", "+60198765432")
		if got, err := opened(t, v, "aminah", "phone", phone); err != nil || got != "+60123456789" {
			t.Fatalf("opened %q, %v", got, err)
		}
		if _, err := opened(t, v, "bala", "phone", phone); err == nil {
			t.Error("it opens as another citizen's")
		}
		if _, err := opened(t, v, "aminah", "name", phone); err == nil {
			t.Error("it opens as another field")
		}
		if _, err := opened(t, v, "nobody", "phone", phone); !errors.Is(err, fault.NotFound) {
			t.Errorf("without a data key: %v", err)
		}
		phone[len(phone)-1] ^= 1
		if _, err := opened(t, v, "aminah", "phone", phone); err == nil {
			t.Error("it opens though it was changed")
		}
		// A data key put in another citizen's place does not open there.
		rec, err := v.Engine.Get(t.Context(), seal.Collection.Name, "aminah")
		if err != nil {
			t.Fatal(err)
		}
		rec.ID, rec.Keys = "mallory", store.Keys{"master": "x"}
		if err := v.Engine.Insert(t.Context(), seal.Collection.Name, rec); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Existing(t.Context(), "mallory"); err == nil {
			t.Error("a data key works in another citizen's place")
		}
	})
}

func TestADestroyedKeyIsGoneForGood(t *testing.T) {
	onEach(t, func(t *testing.T, v *seal.Vault, _ seal.File) {
		b := sealed(t, v, "aminah", "name", "Aminah")
		for _, citizen := range []string{"aminah", "never seen"} {
			for range 2 {
				if err := v.Destroy(t.Context(), citizen); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := v.Key(t.Context(), citizen); !errors.Is(err, fault.Conflict) {
				t.Errorf("a new key of %s: %v", citizen, err)
			}
		}
		if _, err := opened(t, v, "aminah", "name", b); !errors.Is(err, fault.Conflict) {
			t.Errorf("opened: %v", err)
		}
		for range 2 {
			if err := v.Forget(t.Context(), "aminah"); err != nil {
				t.Fatal(err)
			}
		}
		sealed(t, v, "bala", "name", "Bala")
		if err := v.Forget(t.Context(), "bala"); err == nil {
			t.Error("a key in use is forgotten")
		}
		if _, err := opened(t, v, "aminah", "name", b); err == nil {
			t.Error("it opens under a later key")
		}
	})
}

func TestAFirstUseByManyMakesOneKey(t *testing.T) {
	onEach(t, func(t *testing.T, v *seal.Vault, f seal.File) {
		var wg sync.WaitGroup
		var all [8][]byte
		var digests [8]string
		for i := range all {
			wg.Go(func() {
				own := &seal.Vault{Engine: v.Engine, Masters: f, Now: time.Now} // a process of its own
				var err, err2 error
				all[i], err = own.Seal(t.Context(), "aminah", "name", []byte("Aminah"))
				digests[i], err2 = own.Digest(t.Context(), "phone", "+60123456789")
				if err := errors.Join(err, err2); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i, b := range all {
			if got, err := opened(t, v, "aminah", "name", b); err != nil || got != "Aminah" {
				t.Errorf("%d: %q, %v", i, got, err)
			}
			if digests[i] != digests[0] {
				t.Errorf("digest %d differs", i)
			}
		}
		other, err := v.Digest(t.Context(), "email", "+60123456789")
		if err != nil || other == digests[0] || digests[0] == "" {
			t.Errorf("another kind has the digest %q, %v", other, err)
		}
	})
}

// Keys are rotated while others seal and open; a process that is cut off in between leaves the rest to the next.
func TestKeysRotateWhileTheyAreUsed(t *testing.T) {
	onEach(t, func(t *testing.T, v *seal.Vault, f seal.File) {
		old, err := f.Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		was := map[string][]byte{}
		for i := range 30 {
			c := fmt.Sprintf("before-%02d", i)
			was[c] = sealed(t, v, c, "name", c)
		}
		digest, err := v.Digest(t.Context(), "phone", "1")
		if err != nil {
			t.Fatal(err)
		}
		name, err := f.Add()
		if err != nil {
			t.Fatal(err)
		}
		ctx, cut := context.WithCancel(t.Context())
		r := &seal.Rotation{Vault: &seal.Vault{Engine: &cutting{Engine: v.Engine, after: 10, cut: cut}, Masters: f, Now: time.Now}, File: &f, Log: slog.New(slog.DiscardHandler)}
		if n, _, err := r.Once(ctx); err == nil || n == 0 || n > 11 {
			t.Fatalf("cut off: %d done, %v", n, err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		for w := range 3 {
			wg.Go(func() {
				for i := range 10 {
					c := fmt.Sprintf("during-%d-%d", w, i)
					b, err := v.Seal(t.Context(), c, "name", []byte(c))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					was[c] = b
					mu.Unlock()
				}
			})
		}
		r.Vault = v
		n, retired, err := r.Once(t.Context())
		if err != nil || n < 19 || retired {
			t.Fatalf("went on: %d done, retired %v, %v", n, retired, err)
		}
		wg.Wait()
		if _, err := f.Named(t.Context(), old.Name); err != nil {
			t.Errorf("the old key went within its grace: %v", err)
		}
		v.Now = func() time.Time { return time.Now().Add(seal.Grace + time.Minute) }
		if n, retired, err = r.Once(t.Context()); err != nil || n != 0 || !retired {
			t.Fatalf("after the grace: %d done, retired %v, %v", n, retired, err)
		}
		if _, err := f.Named(t.Context(), old.Name); err == nil {
			t.Error("the old key is still there")
		}
		names, counts, err := v.Wrapped(t.Context())
		if err != nil || len(names) != 1 || names[0] != name || counts[name] != 61 {
			t.Errorf("data keys under %v: %v, %v", names, counts, err)
		}
		for c, b := range was {
			if got, err := opened(t, v, c, "name", b); err != nil || got != c {
				t.Errorf("%s opens as %q, %v", c, got, err)
			}
		}
		fresh := &seal.Vault{Engine: v.Engine, Masters: f, Now: time.Now}
		if again, err := fresh.Digest(t.Context(), "phone", "1"); err != nil || again != digest {
			t.Errorf("the blind index changed: %v", err)
		}
	})
}

// cutting cuts its caller off after some replaces.
type cutting struct {
	store.Engine
	after int
	cut   func()
}

func (c *cutting) Replace(ctx context.Context, collection string, r store.Record) (int64, error) {
	if c.after--; c.after == 0 {
		c.cut()
	}
	return c.Engine.Replace(ctx, collection, r)
}

func TestTheKeyFileIsItsOwnersAloneAndNamesWhatIsWrong(t *testing.T) {
	f := seal.File{Path: filepath.Join(t.TempDir(), "seal.key")}
	if _, err := f.Current(t.Context()); err == nil {
		t.Error("a key without a file")
	}
	if _, err := f.Add(); err == nil {
		t.Error("added to no file")
	}
	if err := f.Make(); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Make(); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(f.Path); err != nil || !bytes.Equal(first, again) {
		t.Errorf("made again: %v", err)
	}
	if st, err := os.Stat(f.Path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if _, err := f.Named(t.Context(), "file:1"); err == nil {
		t.Error("a key that is not in the file")
	}
	if err := os.WriteFile(f.Path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Current(t.Context()); err == nil {
		t.Error("a key from half a file")
	}
}
