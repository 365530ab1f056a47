package html

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
)

var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// story is what a sample finding says.
type story struct {
	fix      checks.FixPlan
	severity checks.Severity
	category string
	told     map[lang.Lang]checks.Told
	seen     checks.Texts
}

var stories = []story{
	{checks.FixPlan{Who: "admin", Minutes: 15, Horizon: "now"}, checks.Critical, "AUT", map[lang.Lang]checks.Told{
		lang.RU: {
			Title: "У администраторов включена двухфакторная авторизация", Summary: "Двое из пяти администраторов входят только по паролю.",
			Risk:  "Украденного или подобранного пароля хватит, чтобы войти с правами администратора, выгрузить всю клиентскую базу и отключить журнал.",
			Steps: []string{"Откройте «Настройки → Безопасность» и включите обязательный второй фактор для администраторов.", "Проверьте, что у каждого администратора подключено приложение.", "Повторите аудит: crmaudit run audit.yaml"},
		},
		lang.UK: {
			Title: "В адміністраторів увімкнено двофакторну автентифікацію", Summary: "Двоє з п’яти адміністраторів входять лише за паролем.",
			Risk:  "Викраденого або підібраного пароля вистачить, щоб увійти з правами адміністратора, вивантажити всю клієнтську базу й вимкнути журнал.",
			Steps: []string{"Відкрийте «Налаштування → Безпека» й увімкніть обов’язковий другий фактор для адміністраторів.", "Перевірте, що в кожного адміністратора підключено застосунок.", "Повторіть аудит: crmaudit run audit.yaml"},
		},
		lang.EN: {
			Title: "Administrators log in with two factors", Summary: "Two of five administrators log in with a password alone.",
			Risk:  "A stolen or guessed password is enough to log in as an administrator, export every customer and switch the log off.",
			Steps: []string{"Open Settings → Security and require the second factor for administrators.", "Check that every administrator has connected an app.", "Audit again: crmaudit run audit.yaml"},
		},
	}, checks.Texts{lang.RU: "вход по паролю 20.11.2026 03:21, второй фактор выключен", lang.UK: "вхід за паролем 20.11.2026 03:21, другий фактор вимкнено", lang.EN: "password log-in on 20 Nov 2026 at 03:21, second factor off"}},
	{checks.FixPlan{Who: "admin", Minutes: 40, Horizon: "week"}, checks.High, "ACC", map[lang.Lang]checks.Told{
		lang.RU: {
			Title: "Нет «забытых» учётных записей без входов", Summary: "Восемью активными учётными записями никто не пользуется дольше 45 дней.",
			Risk:  "Забытой учётной записью может незаметно пользоваться бывший сотрудник или взломщик.",
			Steps: []string{"Спросите руководителя, работает ли человек.", "Если доступ не нужен, заблокируйте учётную запись."},
		},
		lang.UK: {
			Title: "Немає «забутих» облікових записів без входів", Summary: "Вісьмома активними обліковими записами ніхто не користується понад 45 днів.",
			Risk:  "Забутим обліковим записом може непомітно користуватися колишній працівник або зловмисник.",
			Steps: []string{"Запитайте керівника, чи працює ця людина.", "Якщо доступ не потрібен, заблокуйте обліковий запис."},
		},
		lang.EN: {
			Title: "No stale active accounts", Summary: "Eight active accounts have not been used for more than 45 days.",
			Risk:  "A former employee or an intruder can use a forgotten account unnoticed.",
			Steps: []string{"Ask the manager whether the person still works here.", "If access is not needed, block the account."},
		},
	}, checks.Texts{lang.RU: "нет входа 120 дней", lang.UK: "немає входу 120 днів", lang.EN: "no log-in for 120 days"}},
	{checks.FixPlan{Who: "integrator", Minutes: 180, Horizon: "month"}, checks.Medium, "API", map[lang.Lang]checks.Told{
		lang.RU: {Title: "Вебхуки выданы с минимальными правами", Summary: "Три вебхука могут больше, чем им нужно.", Risk: "Чужой программе достаточно адреса вебхука, чтобы забрать данные.", Steps: []string{"Перевыпустите вебхуки с нужными правами."}},
		lang.UK: {Title: "Вебхуки видано з мінімальними правами", Summary: "Три вебхуки можуть більше, ніж їм потрібно.", Risk: "Чужій програмі досить адреси вебхука, щоб забрати дані.", Steps: []string{"Перевипустіть вебхуки з потрібними правами."}},
		lang.EN: {Title: "Webhooks have the rights they need and no more", Summary: "Three webhooks can do more than they need.", Risk: "The address of a webhook is all a foreign program needs to take the data.", Steps: []string{"Issue the webhooks again with the rights they need."}},
	}, checks.Texts{lang.RU: "права crm, disk и user вместо crm", lang.UK: "права crm, disk і user замість crm", lang.EN: "rights crm, disk and user instead of crm"}},
	{checks.FixPlan{Who: "lawyer", Minutes: 90, Horizon: "quarter"}, checks.Low, "LEG", map[lang.Lang]checks.Told{
		lang.RU: {Title: "Политика обработки данных опубликована на сайте", Summary: "На сайте нет политики обработки персональных данных.", Risk: "Её отсутствие — первое, что видит проверяющий.", Steps: []string{"Опубликуйте политику и поставьте на неё ссылку в подвале сайта."}},
		lang.UK: {Title: "Політику обробки даних оприлюднено на сайті", Summary: "На сайті немає політики обробки персональних даних.", Risk: "Її відсутність — перше, що бачить перевіряльник.", Steps: []string{"Оприлюдніть політику й поставте на неї посилання в підвалі сайту."}},
		lang.EN: {Title: "The privacy policy is on the website", Summary: "The website has no privacy policy.", Risk: "Its absence is the first thing an inspector sees.", Steps: []string{"Publish the policy and link to it from the foot of every page."}},
	}, checks.Texts{lang.RU: "страница не найдена (404)", lang.UK: "сторінку не знайдено (404)", lang.EN: "page not found (404)"}},
}

// sampleResult is a run with every part of a report filled.
func sampleResult(findings, accounts int) *checks.Result {
	r := &checks.Result{
		Tool: "crmaudit 1.0.0", Ruleset: checks.Ruleset{Version: "2026.11", Hash: "4f1ca09e5b7d2c31"},
		Portal: checks.Portal{ID: "romashka", Title: "Битрикс24", URL: "https://romashka.bitrix24.example", Platform: "bitrix24-cloud", Plan: "professional"},
		Client: checks.Client{Name: "ООО «Ромашка»", Kind: "company"}, Auditor: "Мария Климова", Jurisdictions: []string{"ru"},
		Profile: checks.Profile{Name: "express", Headcount: 40}, TakenAt: now.Add(-time.Hour), JudgedAt: now, Snapshot: "9b0f2c7a11e4d6c05b7f3f2a8c9e1d0b",
		Score:      checks.Score{Value: 62.4, Coverage: 78, Assessed: 80, Grade: "D", Capped: "critical", WithWaivers: 66},
		References: map[string]checks.Reference{},
	}
	if findings == 0 {
		r.Score = checks.Score{Value: 92, Coverage: 92, Assessed: 100, Grade: "A", WithWaivers: 92}
	}
	for i, id := range []string{"ACC", "ROL", "AUT", "SES", "API", "BKP", "TLS", "LOG", "DAT", "LEG"} {
		coverage := float64(100 - i*9)
		r.Categories = append(r.Categories, checks.Category{ID: id, Score: coverage * float64(3+i%5) / 8, Coverage: coverage})
	}
	sampleLaw(r)
	for i := range findings {
		addFinding(r, i, findings)
	}
	sampleLists(r)
	yes, no := true, false
	for i := range accounts {
		days := i % 200
		r.Accounts.Rows = append(r.Accounts.Rows, checks.AccountRow{ID: fmt.Sprint(i + 1), Label: fmt.Sprintf("Константин В-%d.", i), Type: "human", Active: &yes, Admin: &no, TwoFactor: &yes, IdleDays: &days})
	}
	r.Accounts.Total = accounts
	return r
}

func addFinding(r *checks.Result, i, total int) {
	s := stories[min(i*len(stories)/total, len(stories)-1)]
	id := fmt.Sprintf("%s-%03d", s.category, i+1)
	f := checks.Finding{
		Check: id, Severity: s.severity, Category: s.category, K: 6, Population: 40, Points: 6.2, Quality: facts.Observed, Fix: s.fix,
		Rule: "fail: user.idle_days > param.stale_days", Params: map[string]any{"stale_days": 45}, Text: s.told, Refs: []string{"ru.152fz.19", "ru.fstek21.1", "iso.8.5", "cis.6.3"},
	}
	for j := range 6 {
		f.Subjects = append(f.Subjects, checks.SubjectRow{Ref: fmt.Sprintf("user:%d", j), Label: fmt.Sprintf("Иван П. (ID %d)", 17+j), Source: "bitrix24", Sentence: s.seen})
	}
	if i%2 == 0 {
		f.Quality = facts.Declared
		f.Fines = []checks.Fine{{
			Cite:    checks.Texts{lang.RU: "КоАП РФ, ст.\u00a013.11, ч.\u00a012", lang.UK: "КпАП РФ, ст.\u00a013.11, ч.\u00a012", lang.EN: "Code of Administrative Offences, art.\u00a013.11(12)"},
			Offence: checks.Texts{lang.RU: "утечка данных от 1000 до 10\u00a0000 человек", lang.UK: "витік даних від 1000 до 10\u00a0000 осіб", lang.EN: "leak of the data of 1,000 to 10,000 people"},
			Subject: "company", Basis: "fixed", Min: 3_000_000, Max: 5_000_000, Currency: "RUB", Edition: now.AddDate(-1, 0, 0), Verified: "verified",
		}}
	}
	r.Findings = append(r.Findings, f)
	title := checks.Texts{}
	for l, told := range s.told {
		title[l] = told.Title
	}
	r.Verdicts = append(r.Verdicts, checks.VerdictRow{Check: id, Verdict: checks.Failed, Severity: s.severity, Category: s.category, Title: title, Refs: f.Refs})
	if i < 12 {
		r.Plan = append(r.Plan, checks.PlanStep{Check: id, ScoreAfter: 64 + float64(i)*2, GradeAfter: "C", Minutes: 45 * (i + 1)})
	}
}

func sampleLaw(r *checks.Result) {
	all := func(s string) checks.Texts { return checks.Texts{lang.RU: s, lang.UK: s, lang.EN: s} }
	r.References["ru.152fz.19"] = checks.Reference{
		Jurisdiction: "ru", URL: "https://law.example/152fz#19", Verified: "verified", Force: "mandatory", Edition: now,
		Cite:    checks.Texts{lang.RU: "152-ФЗ, ст.\u00a019, ч.\u00a02", lang.UK: "152-ФЗ, ст.\u00a019, ч.\u00a02", lang.EN: "Law 152-FZ, art.\u00a019(2)"},
		Summary: checks.Texts{lang.RU: "установить правила доступа к персональным данным", lang.UK: "встановити правила доступу до персональних даних", lang.EN: "set rules for access to personal data"},
	}
	r.References["ru.fstek21.1"] = checks.Reference{
		Jurisdiction: "ru", Verified: "secondary", Force: "recommended",
		Cite:    checks.Texts{lang.RU: "Приказ ФСТЭК №\u00a021, ИАФ.1", lang.UK: "Наказ ФСТЕК №\u00a021, ІАФ.1", lang.EN: "FSTEC order 21, IAF.1"},
		Summary: checks.Texts{lang.RU: "проверять подлинность пользователей", lang.UK: "перевіряти справжність користувачів", lang.EN: "authenticate users"},
	}
	r.References["iso.8.5"] = checks.Reference{Jurisdiction: "any", Cite: all("ISO/IEC 27001:2022 A.8.5"), URL: "https://iso.example/27001", Verified: "verified"}
	r.References["cis.6.3"] = checks.Reference{Jurisdiction: "any", Cite: all("CIS Controls 6.3"), Verified: "verified"}
	r.LawPacks = []checks.LawPack{{
		Jurisdiction: "ru", AsOf: now.AddDate(0, 0, -21), ReviewBy: now.AddDate(0, 0, -1), Overdue: true,
		Title:      checks.Texts{lang.RU: "Россия: 152-ФЗ «О персональных данных»", lang.UK: "Росія: 152-ФЗ «Про персональні дані»", lang.EN: "Russia: Law 152-FZ on personal data"},
		Disclaimer: checks.Texts{lang.RU: "Раздел помогает подготовиться к разговору с юристом и не заменяет его.", lang.UK: "Розділ допомагає підготуватися до розмови з юристом і не замінює його.", lang.EN: "This section helps to prepare for a talk with a lawyer and does not replace it."},
	}}
}

func sampleLists(r *checks.Result) {
	titles := checks.Texts{lang.RU: "Резервная копия хранится отдельно от рабочего сервера", lang.UK: "Резервна копія зберігається окремо від робочого сервера", lang.EN: "The backup is kept apart from the server"}
	row := func(n int, v checks.Verdict) checks.VerdictRow {
		return checks.VerdictRow{Check: fmt.Sprintf("BKP-%03d", n+1), Verdict: v, Severity: checks.Severities[n%5], Category: "BKP", Title: titles, Refs: []string{"ru.152fz.19"}}
	}
	for i := range 7 {
		v := row(i, checks.NotAssessed)
		v.Reasons = []checks.Gap{{Fact: "user.two_factor", Reason: facts.Denied, Right: "user"}}
		r.Verdicts = append(r.Verdicts, v)
	}
	for i := range 23 {
		r.Verdicts = append(r.Verdicts, row(100+i, checks.Passed))
	}
	plan, declared, errored := row(200, checks.NotApplicable), row(201, checks.NotApplicable), row(202, checks.Errored)
	plan.Why, plan.Risk, declared.Why, errored.Error = "plan", titles, "declared", "the rule divided by zero"
	r.Verdicts = append(r.Verdicts, plan, declared, errored)
	waiver := func(check, reason, state string, until time.Time) checks.WaiverState {
		return checks.WaiverState{Waiver: checks.Waiver{Check: check, Subject: "all", Owner: "Анна Л.", Approver: "Пётр С.", Reason: reason, Expires: until}, State: state}
	}
	r.Waivers = []checks.WaiverState{
		waiver("AUT-001", "Переход на нового поставщика до конца года.", checks.WaiverActive, now.AddDate(0, 2, 0)),
		waiver("TLS-002", "Старый терминал на складе.", checks.WaiverExpired, now.AddDate(0, -1, 0)),
	}
	r.Sources = []facts.SourceInfo{
		{ID: "bitrix24", Kind: "bitrix24", Where: "romashka.bitrix24.example", Status: "partial", Requests: 412, Credential: "***4f2a", Excess: []string{"disk", "user"}, Notes: []string{"user: access denied"}},
		{ID: "tls", Kind: "tls", Where: "www.romashka.example", Status: "ok", Requests: 18},
	}
}

// sample is the report of a sample run, with three earlier runs.
func sample(t testing.TB, l lang.Lang, findings, accounts int) *report.Report {
	t.Helper()
	r := sampleResult(findings, accounts)
	if findings > 3 {
		r.Findings[3].Waived = true
	}
	var previous []*checks.Result
	for i, score := range []float64{41, 55.2, 54} {
		previous = append(previous, &checks.Result{Portal: r.Portal, Ruleset: r.Ruleset, Profile: r.Profile, JudgedAt: now.AddDate(0, 3*(i-3), 0), Score: checks.Score{Value: score}})
	}
	out, err := report.Build(r, report.Options{Lang: l, Limits: report.HTMLLimits, PassMark: 75, Previous: previous})
	require.NoError(t, err)
	return out
}

// empty is the report of a run that had nothing to say.
func empty(t testing.TB, l lang.Lang) *report.Report {
	t.Helper()
	out, err := report.Build(&checks.Result{Client: checks.Client{Name: "X"}, TakenAt: now, JudgedAt: now}, report.Options{Lang: l, Limits: report.HTMLLimits})
	require.NoError(t, err)
	return out
}

func render(t testing.TB, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, r))
	return b.Bytes()
}
