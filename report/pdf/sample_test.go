package pdf

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/report"
)

// sample is a report with every part filled.
func sample(t testing.TB, findings, accounts int) *report.Report {
	t.Helper()
	words, err := report.LoadCatalogue(lang.RU)
	require.NoError(t, err)
	r := &report.Report{
		Lang: lang.RU, Words: words, Now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
		Cover: report.Cover{
			Title: words.T("report.title"), Client: "ООО «Ромашка»", System: "Битрикс24 (облако), romashka.bitrix24.example",
			Facts: []report.Fact{
				{Label: "Данные собраны", Value: "22\u00a0ноября 2026\u00a0г., 09:12"}, {Label: "Оценка выполнена", Value: "22\u00a0ноября 2026\u00a0г."},
				{Label: "Аудитор", Value: "Мария Климова"}, {Label: "Объём проверки", Value: "полный аудит"}, {Label: "Тариф", Value: "Профессиональный"},
				{Label: "Право", Value: "Россия"}, {Label: "Набор правил", Value: "2026.11 (sha256 4f1c…a09e)"},
				{Label: "Контрольная сумма данных", Value: "sha256:9b0f2c7a11e4d6c05b7f3f2a8c9e1d0b4a6f7e8d9c0b1a2f3e4d5c6b7a8f9e0d"}, {Label: "Программа", Value: "crmaudit 1.0.0"},
			},
			Confidential: words.T("report.confidential"), FileTitle: "Аудит безопасности CRM — ООО «Ромашка»", Author: "Мария Климова", Keywords: []string{"CRM", "152-ФЗ"},
		},
		Score: report.Score{
			Value: 62, Text: "62", Grade: "D", GradeTip: "серьёзные пробелы", PassMark: 75, Coverage: 78, Assessed: 79,
			Line:   "Подтверждено 62 из 100 · проверено 78\u00a0% · из проверенного выполнено 79\u00a0%",
			Capped: words.T("score.capped.critical"), Accepted: "С учётом принятых рисков — 66 из 100.",
		},
		Summary: []string{
			"Оценка защиты CRM — 62 из 100, буква D: серьёзные пробелы.", "Найдено 10 нарушений, из них 2 критичных и 3 с высоким риском.",
			"С прошлого аудита (22\u00a0августа 2026\u00a0г.) оценка выросла на 8 баллов.",
			"Если устранить первые 3 нарушения из плана, оценка поднимется до 81 — это около 2 ч работы.",
			"Не проверено 7 требований: что для этого нужно, сказано в разделе «Что не удалось проверить».",
		},
		TopRisks: 5,
		Notices: []string{
			"У ключа аудита есть лишние права: crm, disk и user. В следующий раз выдайте ключ без них.",
			"Аудит закончен — отзовите ключ webhook-17, которым собирались данные.",
		},
		History: []report.HistoryPoint{{Label: "22.02.2026", Score: 41}, {Label: "22.05.2026", Score: 55}, {Label: "22.08.2026", Score: 54}, {Label: "22.11.2026", Score: 62}},
	}
	for i, s := range checks.Severities {
		r.Severities = append(r.Severities, report.SeverityCount{Severity: s, Word: words.T("severity." + string(s)), Count: max(0, findings-i*3)})
	}
	for i, id := range []string{"ACC", "ROL", "AUT", "SES", "API", "BKP", "TLS", "LOG", "ANO", "OFF", "DAT", "LEG", "PLT"} {
		coverage := float64(100 - i*7)
		r.Categories = append(r.Categories, report.Category{
			ID: id, Name: words.T("category." + id), Score: coverage * float64(3+i%5) / 8, Coverage: coverage,
			Text: fmt.Sprintf("%.0f · проверено %.0f\u00a0%%", coverage*float64(3+i%5)/8, coverage),
		})
	}
	for i := range findings {
		r.Findings = append(r.Findings, finding(r, i))
	}
	for i, f := range r.Findings[:min(len(r.Findings), 12)] {
		r.Plan = append(r.Plan, report.PlanRow{
			Number: i + 1, Check: f.Check, Title: f.Title, Severity: f.Severity, Who: "администратор CRM", When: "сегодня", Effort: "15\u00a0минут", After: fmt.Sprintf("%d · C", 64+i*2),
		})
	}
	fillLists(r)
	for i := range accounts {
		r.Accounts.Rows = append(r.Accounts.Rows, []string{
			fmt.Sprint(i + 1), fmt.Sprintf("Константин В-%d", i), "сотрудник", "активна", "нет", "да", "12\u00a0дней назад",
		})
	}
	r.Accounts.Head = []string{"ID", "Имя", "Вид", "Состояние", "Админ", "2FA", "Последняя активность"}
	r.Accounts.Widths = []int{8, 40, 20, 20, 12, 12, 28}
	r.Accounts.Numeric = []bool{true}
	if accounts > 0 {
		r.Accounts.Note = fmt.Sprintf("Показаны первые %d из 2431; полный список — в файле данных (.crmsnap).", accounts)
	}
	return r
}

func finding(r *report.Report, i int) report.Finding {
	severity := checks.Severities[min(i/3, 4)]
	f := report.Finding{
		Number: i + 1, Check: fmt.Sprintf("ACC-%03d", i+1), Title: "Двое из пяти администраторов входят только по паролю",
		Severity: severity, SeverityWord: r.Words.T("severity." + string(severity)), Category: r.Words.T("category.AUT"), Points: "+6,2\u00a0балла",
		Labels: []report.Fact{
			{Label: "Кто делает", Value: "администратор CRM"}, {Label: "Срок", Value: "сегодня"}, {Label: "Трудоёмкость", Value: "15\u00a0минут"}, {Label: "Прибавка к оценке", Value: "+6,2\u00a0балла"},
		},
		Requirement: "У администраторов включена двухфакторная аутентификация",
		Risk: "Украденного или подобранного пароля хватит, чтобы войти с правами администратора, выгрузить всю клиентскую базу, отключить журнал и создать незаметную учётную запись. " +
			"Восстановление данных и уведомление регулятора обойдутся дороже, чем настройка второго фактора за пятнадцать минут.",
		Rule: "user.active && user.admin && user.two_factor != \"on\"; порог: 0 учётных записей",
		Evidence: report.Table{
			Note: "Показано 6 из 14, полный список — в result.json.", Head: []string{"Где", "Что увидели", "Источник"}, Widths: []int{3, 5, 3},
		},
		Steps: []string{
			"Откройте «Настройки → Безопасность → Двухэтапная авторизация» и включите обязательный второй фактор для группы администраторов.",
			"Проверьте, что у каждого администратора подключено приложение, а запасные коды хранятся не в CRM.",
			"Повторите аудит: crmaudit run audit.yaml",
		},
		Refs: []report.Ref{
			{Cite: "152-ФЗ, ст.\u00a019, ч.\u00a02, п.\u00a08", Summary: "установить правила доступа к персональным данным и учитывать действия с ними", URL: "https://law.example/152fz#19", Force: "обязательно"},
			{Cite: "Приказ ФСТЭК №\u00a021, ИАФ.1", Summary: "проверять подлинность пользователей", Force: "обязательно", Mark: "по вторичному источнику"},
			{Cite: "ISO/IEC 27001:2022 A.8.5", URL: "https://iso.example/27001", Control: true}, {Cite: "CIS Controls 6.3", Control: true}, {Cite: "OWASP ASVS 2.8", Control: true},
		},
	}
	for j := range 6 {
		f.Evidence.Rows = append(f.Evidence.Rows, []string{fmt.Sprintf("Иван П. (ID %d)", 17+j), "вход по паролю 20.11.2026 03:21, второй фактор выключен", "user.get, 22.11.2026"})
	}
	if i%2 == 0 {
		f.Quality = r.Words.T("quality.declared")
		f.FineLabel = "для организации, редакция от 30\u00a0мая 2025\u00a0г."
		f.Fines = []report.Fine{{Cite: "КоАП РФ, ст.\u00a013.11, ч.\u00a012", Offence: "утечка данных от 1000 до 10\u00a0000 человек", Amount: "от 3\u00a0млн\u00a0₽ до 5\u00a0млн\u00a0₽", Note: "для организации"}}
	}
	if i%2 == 1 {
		f.Accept, f.AcceptNote = `- {check: ACC-001, subject: user:17, owner: "", approver: "", reason: "", since: 2026-11-22, expires: 2027-02-20}`, r.Words.T("waiver.draft")
	}
	if i == 3 {
		f.Waived = "Риск принят до 31\u00a0декабря 2026\u00a0г.: переход на нового поставщика."
	}
	return f
}

func fillLists(r *report.Report) {
	row := func(i int, why, how string) report.Row {
		s := checks.Severities[i%5]
		return report.Row{Check: fmt.Sprintf("BKP-%03d", i+1), Title: "Резервная копия хранится отдельно от рабочего сервера", Severity: s, Word: r.Words.T("severity." + string(s)), Why: why, How: how}
	}
	for i := range 7 {
		r.NotAssessed = append(r.NotAssessed, row(i, "у ключа аудита нет права «user»", "Дайте ключу право «user» и соберите данные снова."))
	}
	for i := range 23 {
		r.Passed = append(r.Passed, row(i, "", ""))
	}
	r.NotOnPlan = append(r.NotOnPlan, row(1, "этой возможности нет на вашем тарифе", "Просматривайте журнал вручную раз в неделю."))
	r.NotApplicable = append(r.NotApplicable, row(2, "не относится к вам по указанным данным о компании", ""))
	r.Errors = append(r.Errors, row(3, "источник не ответил", ""))
	r.Waivers = []report.WaiverRow{
		{Check: "ACC-004", Title: "Двое из пяти администраторов входят только по паролю", Subject: "Иван П.", Owner: "Анна Л.", Approver: "Пётр С.", Reason: "Переход на нового поставщика до конца года.", Until: "31.12.2026", State: "действует"},
		{Check: "TLS-002", Title: "Старые протоколы отключены", Subject: "все", Owner: "Анна Л.", Approver: "Пётр С.", Reason: "Старый терминал на складе.", Until: "01.10.2026", State: "истёк", Warning: true},
	}
	r.Law = []report.LawSection{{
		Title: "Россия: 152-ФЗ «О персональных данных»", Edition: "Сведения о праве по состоянию на 1\u00a0ноября 2026\u00a0г.", Warning: "Сведения нужно было перепроверить до 1\u00a0ноября 2026\u00a0г.: уточните редакцию.",
		Disclaimer: "Раздел помогает подготовиться к разговору с юристом и не заменяет его.",
		Table: report.Table{Head: []string{"Норма", "Итог", "Проверки", "Возможный штраф"}, Widths: []int{6, 3, 4, 5}, Rows: [][]string{
			{"ст.\u00a018.1: документы оператора", "не проверено", "LEG-001, LEG-002", "—"}, {"ст.\u00a019: меры защиты", "есть нарушение", "ACC-001, ACC-002, AUT-003", "от 3\u00a0млн\u00a0₽ до 5\u00a0млн\u00a0₽"},
		}},
	}}
	for _, key := range []string{"scope", "formula", "limits"} {
		s := report.Section{Title: r.Words.T("method." + key + ".title")}
		for n := 1; r.Words.Has(fmt.Sprintf("method.%s.%d", key, n)); n++ {
			s.Text = append(s.Text, r.Words.With(fmt.Sprintf("method.%s.%d", key, n), map[string]any{
				"system": "Битрикс24", "date": "22.11.2026", "applicable": 40, "passed": 23, "failed": 10, "unknown": 7, "k": 4,
			}))
		}
		r.Method = append(r.Method, s)
	}
	r.Sources = report.Table{Head: []string{"Источник", "Откуда", "Состояние", "Запросов", "Примечание"}, Widths: []int{4, 5, 3, 2, 5}, Numeric: []bool{false, false, false, true}, Rows: [][]string{
		{"Битрикс24 REST API", "romashka.bitrix24.example", "собран частично", "412", "нет права «user»"}, {"Проверка TLS", "www.romashka.example", "собран полностью", "18", ""},
	}}
}
