package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// exitCodes stands at the end of every command's help.
const exitCodes = `
Exit codes:
  0    done, or the gate passed
  1    internal error
  2    usage or configuration
  3    the gate failed
  4    not enough data (min_coverage, or no source could be collected)
  5    integrity: a snapshot, a result or a pack was damaged or altered
  130  interrupted
`

// speakPlainly makes every command below c answer a wrong command line with one sentence and a hint. The number of
// arguments is read from the command's usage line, so that the two cannot differ.
func speakPlainly(c *cobra.Command) {
	c.Args = arguments
	if c.HasSubCommands() {
		c.Args, c.RunE = cobra.ArbitraryArgs, group
	}
	for _, sub := range c.Commands() {
		speakPlainly(sub)
	}
}

// arguments holds what was typed against the usage line, where words in brackets may be left out.
func arguments(c *cobra.Command, args []string) error {
	wanted := strings.Fields(c.Use)[1:]
	hint := "usage: " + c.UseLine()
	if len(args) > len(wanted) {
		return fail.New(fail.Usage, hint, "%s does not take %q", c.CommandPath(), args[len(wanted)])
	}
	for _, w := range wanted[len(args):] {
		if !strings.HasPrefix(w, "[") {
			return fail.New(fail.Usage, hint, "%s needs %s", c.CommandPath(), w)
		}
	}
	return nil
}

// group is a command that only holds others: alone it shows its help.
func group(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	return unknownCommand(c, args[0])
}

func unknownCommand(group *cobra.Command, typed string) error {
	var known []string
	for _, c := range group.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	hint := "the commands are " + strings.Join(known, ", ")
	if near := nearest.Of(typed, known); near != "" {
		hint = "did you mean `" + group.CommandPath() + " " + near + "`?"
	}
	return fail.New(fail.Usage, hint, "%s has no command %q", group.CommandPath(), typed)
}

// wrongFlag explains a flag that could not be read.
func wrongFlag(c *cobra.Command, err error) error {
	if c.HasSubCommands() && c.Flags().NArg() > 0 {
		return unknownCommand(c, c.Flags().Arg(0)) // its flags are unknown because the command is
	}
	// What follows is how Go reads numbers.
	text, _, _ := strings.Cut(err.Error(), ": strconv.")
	return fail.New(fail.Usage, "see `"+c.CommandPath()+" --help`", "%s", text)
}

// helpCommand is `crmaudit help X`, the same as `crmaudit X --help`.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [command] [subcommand]", Short: "Show the help of a command",
		Long: "Show the help of a command.\n\n  crmaudit help run",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 {
				err = unknownCommand(c, rest[0])
			}
			if err != nil {
				return err
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

// oneOf refuses a value of a flag that is none of the known ones.
func oneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	hint := "choose one of: " + strings.Join(known, ", ")
	if near := nearest.Of(value, known); near != "" {
		hint = "did you mean `" + flag + " " + near + "`? It is one of: " + strings.Join(known, ", ")
	}
	return fail.New(fail.Usage, hint, "%s does not know %q", flag, value)
}

// percent refuses a threshold that no score can reach or miss.
func percent(flag string, value float64) error {
	if value >= 0 && value <= 100 { // false for NaN too
		return nil
	}
	return fail.New(fail.Usage, "give a number from 0 to 100", "%s is %v", flag, value)
}
