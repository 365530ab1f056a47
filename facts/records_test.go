package facts

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKindsAndRecordsAgree(t *testing.T) {
	types := map[reflect.Type]bool{}
	for _, k := range Kinds {
		r, err := New(k)
		require.NoError(t, err)
		require.Equal(t, k, r.Kind())
		require.False(t, types[reflect.TypeOf(r)], "%s has the record of another kind", k)
		types[reflect.TypeOf(r)] = true
	}
	require.Len(t, types, declaredRecords(t), "every type with a method Key is the record of a kind")
	_, err := New("contact")
	require.EqualError(t, err, `unknown kind of record "contact"`)
}

// declaredRecords counts the record types in the source of the package.
func declaredRecords(t *testing.T) int {
	names, err := filepath.Glob("records_*.go")
	require.NoError(t, err)
	n := 0
	for _, name := range names {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.HasSuffix(name, "_test.go") {
			n += strings.Count(string(source), ") Key() string")
		}
	}
	return n
}

// Field names are the words of rules and the columns of files: each has a JSON name of its own, and
// what is not known is left out.
func TestFieldsHaveNames(t *testing.T) {
	word := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for _, k := range Kinds {
		r, err := New(k)
		require.NoError(t, err)
		typ := reflect.TypeOf(r).Elem()
		seen := map[string]bool{}
		for f := range typ.Fields() {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			where := typ.Name() + "." + f.Name
			assert.Regexp(t, word, name, where)
			assert.False(t, seen[name], where)
			seen[name] = true
			if _, known := f.Type.MethodByName("Quality"); known || f.Name == "Source" {
				assert.Equal(t, "omitzero", options, where)
			}
		}
		assert.True(t, seen["source"], "%s does not say where it came from", k)
	}
}

func TestRecordsHaveKeys(t *testing.T) {
	for _, k := range Kinds {
		a, b := identified(t, k, "a"), identified(t, k, "b")
		require.NotEmpty(t, a.Key(), k)
		require.NotEqual(t, a.Key(), b.Key(), k)
		data, err := json.Marshal(a)
		require.NoError(t, err)
		again, err := New(k)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, again))
		require.Equal(t, a, again)
		require.Equal(t, a.Key(), again.Key())
	}
	require.Equal(t, "crm.example#1", (&Certificate{Host: "crm.example", Position: 1}).Key())
	require.Equal(t, "crm.example#9", (&Certificate{Host: "crm.example", Position: 99}).Key())
	require.Equal(t, "17/2026-11-22/export", (&Activity{Actor: "17", Day: taken, Type: ActExport}).Key())
}

// identified is a record with the id in its plain text fields.
func identified(t *testing.T, k Kind, id string) Record {
	r, err := New(k)
	require.NoError(t, err)
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			v.Field(i).SetString(id)
		}
	}
	return r
}

func TestMemory(t *testing.T) {
	m := NewMemory()
	require.NoError(t, m.Write(&User{ID: "1"}))
	require.NoError(t, m.Write(&User{ID: "2"}))
	require.NoError(t, m.Cover(Coverage{Kind: KindUser, State: Full}))
	require.NoError(t, m.Describe(func(s *SourceInfo) { s.ID = "crm" }))
	require.NoError(t, m.Describe(func(s *SourceInfo) { s.Requests = 3 }))
	var ids []string
	for u, err := range Each[*User](context.Background(), m) {
		require.NoError(t, err)
		ids = append(ids, u.ID)
		if len(ids) == 2 {
			break
		}
	}
	require.Equal(t, []string{"1", "2"}, ids)
	require.Equal(t, map[Kind]int{KindUser: 2}, m.Info().Counts)
	require.Equal(t, []SourceInfo{{ID: "crm", Requests: 3}}, m.Info().Sources)
	require.Len(t, m.Info().Coverage, 1)

	m.ByKind[KindUser] = []Record{&Role{ID: "1"}}
	for _, err := range Each[*User](context.Background(), m) {
		require.ErrorContains(t, err, "record of kind user")
	}
}
