package demo_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/crmaudit/crmaudit/checks"
)

func TestZZExplore(t *testing.T) {
	s := os.Getenv("SCEN")
	if s == "" {
		t.Skip()
	}
	at := time.Now()
	run := auditScenario(t, s)
	fmt.Println("took", time.Since(at), "requests", run.requests)
	by := map[string]checks.Finding{}
	for _, f := range run.result.Findings {
		by[f.Check] = f
	}
	for _, v := range run.result.Verdicts {
		fmt.Println(v.Severity, describe(v, by[v.Check]), v.Why, "pop", v.Population, v.Vacuous)
		if os.Getenv("SENT") != "" {
			for _, x := range by[v.Check].Subjects {
				fmt.Println("      ", x.Ref, x.Sentence["ru"])
			}
		}
	}
	fmt.Printf("%+v\n", run.result.Score)
	for _, s := range run.info.Sources {
		fmt.Printf("%+v\n", s)
	}
}
