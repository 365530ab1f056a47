package html
import ("testing";"os";"github.com/crmaudit/crmaudit/internal/lang";"github.com/crmaudit/crmaudit/report";"bytes")
func TestZZ(t *testing.T){ r,_:=report.Build(sampleResult(1000, 200), report.Options{Lang: lang.EN, Limits: report.Limits{Findings: 1000, Evidence: 50, Accounts: 500}, PassMark: 75}); var b bytes.Buffer; Write(&b,r); os.WriteFile("/tmp/html-look/k.html",b.Bytes(),0o644)}
