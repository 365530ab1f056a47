package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// app is what all commands share.
type app struct {
	in       io.Reader
	out, err io.Writer
	quiet    bool
	jsonLog  bool
	language string
}

// run is the whole program as a function: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int) {
	results := &output{to: out}
	a := &app{in: in, out: results, err: errs}
	// A defect must not end with Go's exit code for a panic, 2, which stands for a usage error here.
	defer func() {
		if p := recover(); p != nil {
			code = a.explain(ctx, fail.New(fail.Internal, "this is a defect of the program; what was collected is kept: please report it with the version and the command", "internal error: %v", p))
		}
	}()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(results)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = results.trouble()
	}
	if err == nil {
		return fail.OK
	}
	return a.explain(ctx, err)
}

// errorMark begins the sentence that a command ends with.
const errorMark = "crmaudit: error: "

// explain prints an error as one sentence and a hint, and gives the exit code.
func (a *app) explain(ctx context.Context, err error) int {
	var gate gateError
	if errors.As(err, &gate) {
		return int(gate)
	}
	if ctx.Err() != nil && fail.Code(err) == fail.Internal {
		err = fail.New(fail.Interrupted, "run the same command again", "interrupted")
	}
	fmt.Fprintf(a.err, "%s%s\n", errorMark, transport.Redact(err.Error()))
	if hint := fail.Hint(err); hint != "" {
		fmt.Fprintf(a.err, "hint: %s\n", transport.Redact(hint))
	}
	return fail.Code(err)
}

// gateError ends the program with the code of a gate whose reasons are already printed.
type gateError int

func (gateError) Error() string { return "the gate failed" }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "crmaudit",
		Short: "Read-only security and personal-data audit of a CRM",
		Long: `crmaudit collects facts about a CRM without changing it, judges them against hygiene rules and
personal-data law, and writes a report that an owner can read and a lawyer can file.

  crmaudit demo              see it work on an embedded portal: no credentials, no network
  crmaudit init              write an audit.yaml to start from
  crmaudit doctor audit.yaml see what can be collected and which right is missing
  crmaudit run audit.yaml    collect, check, report, gate`,
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			_, err := a.reportLang("")
			return err
		},
	}
	flags := root.PersistentFlags()
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print results and errors only")
	flags.BoolVar(&a.jsonLog, "json-log", false, "print progress as JSON lines on standard error")
	flags.StringVar(&a.language, "lang", "", "language of what a person reads: ru, uk or en")
	root.AddCommand(
		a.demoCommand(), a.initCommand(), a.doctorCommand(), a.runCommand(), a.collectCommand(), a.checkCommand(),
		a.reportCommand(), a.gateCommand(), a.checksCommand(), a.answersCommand(), a.bitrixboxCommand(), a.versionCommand(),
	)
	root.AddCommand(a.offboardCommand())
	root.SetHelpCommand(helpCommand(root))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.SetHelpTemplate(root.HelpTemplate() + exitCodes)
	root.SetFlagErrorFunc(wrongFlag)
	speakPlainly(root)
	return root
}

// reportLang is the language asked for, else the configured one.
func (a *app) reportLang(configured lang.Lang) (lang.Lang, error) {
	if a.language == "" {
		return configured, nil
	}
	l, err := lang.Parse(a.language)
	if err != nil {
		return "", fail.New(fail.Usage, "choose --lang ru, --lang uk or --lang en", "there are no reports in the language %q", a.language)
	}
	return l, nil
}

// say prints one line of progress, or a JSON record of it.
func (a *app) say(format string, args ...any) {
	if a.quiet {
		return
	}
	text := transport.Redact(fmt.Sprintf(format, args...))
	if a.jsonLog {
		a.logger().Info(text)
		return
	}
	fmt.Fprintln(a.err, text)
}

func (a *app) logger() *slog.Logger {
	if !a.jsonLog {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(a.err, nil))
}
