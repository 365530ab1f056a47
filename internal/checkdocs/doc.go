// Package checkdocs writes the documentation of the checks: a page a check, an index and the table of
// what can be checked on which platform, in every language. Nothing on the pages is typed by hand. Texts,
// thresholds and examples come from the catalogue, law from the law packs, and how a check is answered
// on a platform is derived from its rule, from what the collectors deliver and from the questionnaire.
package checkdocs
