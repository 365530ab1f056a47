package bitrixbox

import "strings"

// clientLists count client records and ask for forms and consents. No client is ever read.
func clientLists() []*list {
	lists := []*list{
		{
			name: "forms", module: "crm", table: "b_crm_webform", about: "public forms and their consent",
			columns: columns(must("ID NAME ACTIVE"), may("USE_LICENCE AGREEMENT_ID LICENCE_BUTTON_IS_CHECKED")), order: "ID",
		},
		{
			name: "form_agreements", module: "crm", table: "b_crm_webform_agreement", about: "further consents of forms",
			columns: must("FORM_ID AGREEMENT_ID CHECKED"), order: "FORM_ID, AGREEMENT_ID",
		},
		{
			name: "chats", module: "imopenlines", table: "b_imopenlines_config", about: "chats on the site and their consent",
			columns: columns(must("ID ACTIVE"), may("LINE_NAME AGREEMENT_MESSAGE AGREEMENT_ID")), order: "ID",
		},
		{
			name: "agreements", since: 20, module: "main", table: "b_consent_agreement", about: "consent texts",
			columns: columns(must("ID ACTIVE NAME"), may("TYPE LANGUAGE_ID AGREEMENT_TEXT")), order: "ID",
		},
		{
			name: "agreement_fields", since: 20, module: "main", table: "b_consent_field", about: "which blanks of the vendor's consent text are filled in",
			columns: columns(must("AGREEMENT_ID CODE"), as("FILLED", "CASE WHEN VALUE IS NULL OR VALUE = '' THEN 'N' ELSE 'Y' END", "VALUE")),
			order:   "AGREEMENT_ID, CODE",
		},
	}
	for _, object := range clientObjects {
		table := "b_crm_" + object
		lists = append(lists, &list{
			name: object + "_owners", module: "crm", table: table, about: "how many records each person answers for",
			columns: columns(must("ASSIGNED_BY_ID"), as("N", "COUNT(*)", "ASSIGNED_BY_ID"),
				as("RECENT", "SUM(CASE WHEN DATE_CREATE >= @recent THEN 1 ELSE 0 END)", "DATE_CREATE")),
			group: "ASSIGNED_BY_ID", order: "ASSIGNED_BY_ID",
		}, &list{
			name: object + "_volume", module: "crm", table: table, about: "how many there are, and how many nobody touched for three years",
			columns: columns(as("N", "COUNT(*)", "DATE_MODIFY"), as("DORMANT", "SUM(CASE WHEN DATE_MODIFY < @dormant THEN 1 ELSE 0 END)", "DATE_MODIFY"),
				as("OLDEST", "MIN(@epoch(DATE_MODIFY))", "DATE_MODIFY")),
		})
	}
	return lists
}

// clientObjects are the tables of client records.
var clientObjects = strings.Fields("lead deal contact company")
