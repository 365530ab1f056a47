package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExitCodeAndHint(t *testing.T) {
	cause := New(Integrity, "use the original", "%s is damaged", "x.crmsnap")
	for name, c := range map[string]struct {
		err  error
		code int
		hint string
		text string
	}{
		"none":            {nil, OK, "", ""},
		"plain":           {errors.New("boom"), Internal, "", "boom"},
		"own":             {cause, Integrity, "use the original", "x.crmsnap is damaged"},
		"within a plain":  {fmt.Errorf("open: %w", cause), Integrity, "use the original", "open: x.crmsnap is damaged"},
		"outermost wins":  {Wrap(cause, Usage, "another file", "judge"), Usage, "another file", "judge: x.crmsnap is damaged"},
		"hint from below": {Wrap(fmt.Errorf("step: %w", cause), Usage, "", "judge"), Usage, "use the original", "judge: step: x.crmsnap is damaged"},
		"new around own":  {New(Usage, "", "judge: %w", cause), Usage, "use the original", "judge: x.crmsnap is damaged"},
		"joined":          {errors.Join(errors.New("a"), cause), Integrity, "use the original", "a\nx.crmsnap is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.code, Code(c.err))
			require.Equal(t, c.hint, Hint(c.err))
			if c.err != nil {
				require.EqualError(t, c.err, c.text)
			}
		})
	}
}

func TestCauseStaysReachable(t *testing.T) {
	require.ErrorIs(t, New(Usage, "", "read it: %w", fs.ErrNotExist), fs.ErrNotExist)
	require.ErrorIs(t, Wrap(fs.ErrPermission, Usage, "", "read it"), fs.ErrPermission)
	two := New(Usage, "", "%w and %w", fs.ErrNotExist, fs.ErrPermission)
	require.ErrorIs(t, two, fs.ErrNotExist)
	require.ErrorIs(t, two, fs.ErrPermission)
}
