// Package templates embeds what reports and starter files are made of: messages, fonts, styles,
// scripts. It imports nothing of the program.
package templates
