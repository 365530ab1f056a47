package snapfile

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

var taken = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func about() facts.Info {
	return facts.Info{Portal: "romashka", Platform: "bitrix24-cloud", Title: "Битрикс24", TakenAt: taken, Tool: "crmaudit test"}
}

// sample is a record of the kind with something in every field that a value can be made for.
func sample(t testing.TB, k facts.Kind, n int) facts.Record {
	r, err := facts.New(k)
	require.NoError(t, err)
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		switch p := f.Addr().Interface().(type) {
		case *string:
			*p = fmt.Sprintf("%s-%d <Ромашка> \u2028", v.Type().Field(i).Name, n)
		case *int:
			*p = n + 1
		case *uint32:
			*p = 1 << 9
		case *bool:
			*p = true
		case *time.Time:
			*p = taken.AddDate(0, 0, -n)
		case *[]string:
			*p = []string{"a", "б"}
		case *map[string]string:
			*p = map[string]string{"b": "2", "a": "1"}
		case *facts.Known[string]:
			*p = facts.With("Иван", facts.Declared)
		case *facts.Known[bool]:
			*p = facts.Of(n%2 == 0)
		case *facts.Known[int]:
			*p = facts.Unknown[int](facts.Denied)
		case *facts.Known[int64]:
			*p = facts.Of(int64(1) << 40)
		case *facts.Known[float64]:
			*p = facts.Of(0.5)
		case *facts.Known[time.Time]:
			*p = facts.With(taken, facts.Inferred)
		case *facts.Known[[]string]:
			*p = facts.With([]string{"x"}, facts.Partial)
		case *facts.Known[[]map[string]string]:
			*p = facts.Of([]map[string]string{{"b": "2", "a": "1"}})
		case *facts.Known[[]facts.Permission]:
			*p = facts.Of([]facts.Permission{{}})
		default:
			t.Fatalf("no sample value for a %s", f.Type())
		}
	}
	return r
}

func newBuilder(t testing.TB, target string) *Builder {
	b, err := NewBuilder(target)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// collect writes the records as one source and finishes it.
func collect(t testing.TB, b *Builder, id string, records ...facts.Record) {
	w := b.Source(id, "test")
	for _, r := range records {
		require.NoError(t, w.Write(r))
	}
	require.NoError(t, w.Cover(facts.Coverage{Kind: facts.KindUser, State: facts.Full, Count: len(records)}))
	require.NoError(t, b.FinishSource(id))
}

func user(id string) *facts.User { return &facts.User{ID: id, Name: facts.Of("Иван " + id)} }

// small is a snapshot of three users in two sources.
func small(t testing.TB, e Encryption) string {
	target := filepath.Join(t.TempDir(), "small.crmsnap")
	b := newBuilder(t, target)
	collect(t, b, "crm", user("1"), user("2"))
	collect(t, b, "hr", user("3"), &facts.Person{ID: "row:2", Row: 2})
	require.NoError(t, b.Finish(about(), []string{"crm", "hr"}, e))
	return target
}

func opened(t testing.TB, path string, o OpenOptions) *File {
	f, err := Open(path, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func all(t testing.TB, s facts.Snapshot, k facts.Kind) []facts.Record {
	var list []facts.Record
	for r, err := range s.Records(context.Background(), k) {
		require.NoError(t, err)
		list = append(list, r)
	}
	return list
}

func keys(t testing.TB, s facts.Snapshot, k facts.Kind) []string {
	var list []string
	for _, r := range all(t, s, k) {
		list = append(list, r.Key())
	}
	return list
}

func asJSON(t testing.TB, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

func readFile(t testing.TB, name string) []byte {
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return data
}

func writeFile(t testing.TB, name string, data []byte) {
	require.NoError(t, os.WriteFile(name, data, 0o600))
}
