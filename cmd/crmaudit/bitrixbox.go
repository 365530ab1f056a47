package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox"
)

func (a *app) bitrixboxCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "bitrixbox", Short: "Print the SQL scripts for a self-hosted Bitrix24",
		Long: "Print the SQL scripts that an administrator of a self-hosted Bitrix24 runs for an audit.\n\n" +
			"  crmaudit bitrixbox grant-sql --engine mysql > grant.sql\n  crmaudit bitrixbox export-sql --engine postgres > export.sql",
	}
	c.AddCommand(a.grantCommand(), a.exportCommand())
	return c
}

func (a *app) grantCommand() *cobra.Command {
	var engine, user, host string
	c := &cobra.Command{
		Use: "grant-sql", Short: "Print the rights that the audit needs, column by column",
		Long: "Print a script that lets an account read exactly the columns that the audit reads; none of them holds a secret.\n\n" +
			"  crmaudit bitrixbox grant-sql --engine mysql --user crmaudit --host 10.0.0.5 > grant.sql",
		RunE: func(*cobra.Command, []string) error { return bitrixbox.GrantSQL(a.out, engine, user, host) },
	}
	c.Flags().StringVar(&engine, "engine", "mysql", "mysql or postgres")
	c.Flags().StringVar(&user, "user", "crmaudit", "the account of the audit")
	c.Flags().StringVar(&host, "host", "localhost", "from where it connects (MySQL only)")
	return c
}

func (a *app) exportCommand() *cobra.Command {
	var engine, now, zone string
	var days int
	c := &cobra.Command{
		Use: "export-sql", Short: "Print the script with which a client exports what the audit needs",
		Long: "Print a read-only script for clients who give no access to the database: they run it themselves and hand over\n" +
			"the CSV that it writes, which a source of the kind bitrixbox-export reads.\n\n  crmaudit bitrixbox export-sql --engine mysql > export.sql",
		RunE: func(*cobra.Command, []string) error {
			today, err := clock(now)
			if err != nil {
				return err
			}
			if today.IsZero() {
				today = time.Now()
			}
			return bitrixbox.ExportSQL(a.out, engine, today, days, zone)
		},
	}
	c.Flags().StringVar(&engine, "engine", "mysql", "mysql or postgres")
	c.Flags().StringVar(&zone, "timezone", "", "of PHP, where it differs from the server's: Europe/Moscow, +03:00")
	c.Flags().StringVar(&now, "now", "", "the day to count back from, today when it is left out")
	c.Flags().IntVar(&days, "days", 90, "how far back the logs are read")
	return c
}
