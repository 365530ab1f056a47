package roster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// field is what a column can tell.
type field string

const (
	fieldName     field = "name"
	fieldLast     field = "last_name"
	fieldFirst    field = "first_name"
	fieldMiddle   field = "middle_name"
	fieldEmail    field = "email"
	fieldPhone    field = "phone"
	fieldExternal field = "external_id"
	fieldStatus   field = "status"
	fieldEmployed field = "employed" // yes or no
	fieldLeft     field = "left_on"  // a date, or yes or no
)

// headers lists, by field, the headers that HR programs and people give to the column, as plain() leaves them.
var headers = map[field][]string{
	fieldName: {
		"фио", "ф и о", "фио сотрудника", "фио работника", "фамилия имя отчество", "фамилия имя", "фамилия и имя", "сотрудник", "работник",
		"имя сотрудника", "полное имя", "физлицо", "физическое лицо",
		"піб", "п і б", "піб співробітника", "піб працівника", "прізвище імя по батькові", "прізвище імя та по батькові", "прізвище імя",
		"прізвище та імя", "співробітник", "працівник", "повне імя", "фізична особа",
		"name", "full name", "employee", "employee name", "display name", "staff member",
	},
	fieldLast:   {"фамилия", "прізвище", "last name", "lastname", "surname", "family name"},
	fieldFirst:  {"имя", "імя", "first name", "firstname", "given name"},
	fieldMiddle: {"отчество", "по батькові", "middle name", "patronymic"},
	fieldEmail: {
		"почта", "эл почта", "электронная почта", "электронный адрес", "эл адрес", "адрес электронной почты", "рабочая почта",
		"корпоративная почта", "личная почта", "e mail адрес", "рабочий e mail", "рабочий email", "e mail рабочий", "email рабочий", "имейл", "емейл",
		"пошта", "ел пошта", "електронна пошта", "електронна адреса", "адреса електронної пошти", "робоча пошта", "корпоративна пошта", "особиста пошта",
		"e mail", "email", "mail", "e mail address", "email address", "work email", "work e mail", "personal email", "corporate email",
	},
	fieldPhone: {
		"телефон", "тел", "номер телефона", "мобильный", "мобильный телефон", "моб телефон", "телефон мобильный", "сотовый", "сотовый телефон",
		"телефон моб", "тел моб", "рабочий телефон", "телефон рабочий", "личный телефон", "контактный телефон", "телефоны",
		"номер телефону", "мобільний", "мобільний телефон", "телефон мобільний", "робочий телефон", "особистий телефон", "контактний телефон", "телефони",
		"phone", "phone number", "mobile", "mobile phone", "cell", "cell phone", "work phone", "tel", "telephone",
	},
	fieldExternal: {
		"табельный номер", "табельный", "таб номер", "таб", "id сотрудника", "табельний номер", "табельний", "id співробітника", "id працівника",
		"personnel number", "employee id", "employee number", "staff id", "staff number", "id",
	},
	fieldStatus: {
		"статус", "статус сотрудника", "статус работника", "состояние", "статус співробітника", "статус працівника", "стан",
		"status", "employment status", "employee status", "state",
	},
	fieldEmployed: {"работает", "работает сейчас", "действующий", "активен", "в штате", "працює", "активний", "у штаті", "employed", "active", "is active", "works here"},
	fieldLeft: {
		"уволен", "уволена", "дата увольнения", "дата увольнения сотрудника", "увольнение", "уволен с", "последний рабочий день", "последний день работы", "дата окончания работы",
		"звільнено", "звільнений", "дата звільнення", "звільнення", "останній робочий день", "останній день роботи",
		"left", "left on", "date left", "leaving date", "leave date", "termination date", "terminated", "dismissed", "dismissal date",
		"last day", "last working day", "last day of work", "end date",
	},
}

// fields are all fields, sorted.
func fields() []string {
	var names []string
	for _, f := range slices.Sorted(maps.Keys(headers)) {
		names = append(names, string(f))
	}
	return names
}

// several tells the fields that may be in more than one column: a work and a private number.
func (f field) several() bool { return f == fieldEmail || f == fieldPhone }

// identifies tells the fields by which a person can be told from another.
func (f field) identifies() bool {
	return f == fieldName || f == fieldLast || f == fieldEmail || f == fieldPhone
}

// mapping checks the columns of the configuration.
func mapping(columns map[string]string) (map[field]string, error) {
	known, used := map[field]string{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if headers[field(name)] == nil {
			hint := "the fields are " + strings.Join(fields(), ", ")
			if near := nearest.Of(name, fields()); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, fail.New(fail.Usage, hint, "roster: unknown field %q in columns", name)
		}
		header := plain(columns[name])
		if header == "" {
			return nil, fail.New(fail.Usage, "write the header as it stands in the list", "roster: no header is given for %s in columns", name)
		}
		if other := used[header]; other != "" {
			return nil, fail.New(fail.Usage, "give each field its own column", "roster: columns name %q for both %s and %s", columns[name], other, name)
		}
		known[field(name)], used[header] = header, name
	}
	return known, nil
}

// recognise finds the fields of a row of headers. A field that the configuration maps is found by
// that header alone, and such a header means nothing else.
func recognise(cells []string, mapped map[field]string) map[field][]int {
	found := map[field][]int{}
	for i, cell := range cells {
		header := plain(cell)
		if f, ok := fieldOf(header, mapped); ok {
			found[f] = append(found[f], i)
		}
	}
	return found
}

func fieldOf(header string, mapped map[field]string) (field, bool) {
	if header == "" {
		return "", false
	}
	for f, h := range mapped {
		if h == header {
			return f, true
		}
	}
	for f, names := range headers {
		if mapped[f] == "" && slices.Contains(names, header) {
			return f, true
		}
	}
	return "", false
}

// plain is text as it is compared: small letters and digits, single spaces, ё as е, no apostrophes.
func plain(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFC.String(s) {
		switch r = unicode.ToLower(r); {
		case r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '"':
			continue
		case r == 'ё':
			r = 'е'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
