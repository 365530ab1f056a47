// Package roster reads the HR list: who works here, who left and when. It is what turns an active
// account into an active account of somebody dismissed forty days ago.
//
// The list is whatever the personnel department can export: CSV with commas, semicolons or tabs, in
// UTF-8, UTF-16 or Windows-1251, or XLSX. Columns are recognised by their headers in Russian,
// Ukrainian and English, or named in the configuration; columns that the audit does not need are not
// read. What a cell does not clearly say is unknown, never "works here".
package roster
