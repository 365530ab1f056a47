package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// leastChecks is how many checks the first catalogue had; there may be more, never fewer.
const leastChecks = 121

func TestListOfChecks(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, fail.OK, run(t.Context(), []string{"checks", "list", "--format", "json"}, strings.NewReader(""), &out, &errs))
	var list []listed
	require.NoError(t, json.Unmarshal(out.Bytes(), &list))
	require.GreaterOrEqual(t, len(list), leastChecks)
	seen := map[string]bool{}
	for _, c := range list {
		assert.False(t, seen[c.ID], "%s is listed twice", c.ID)
		seen[c.ID] = true
		assert.Len(t, c.Title, 3, c.ID)
	}
}
