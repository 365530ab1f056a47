package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
)

// version is set by the linker for a release; otherwise the build information of Go tells it.
var version = ""

func toolVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

// toolName is how outputs name the program.
func toolName() string { return "crmaudit " + toolVersion() }

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program and of its rule set", Long: "Print the version of the program and of its rule set.",
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(a.out, "%s\nrule set %s\n", toolName(), checks.RulesetVersion)
			return nil
		},
	}
}
