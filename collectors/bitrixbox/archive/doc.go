// Package archive looks at the folder in which a self-hosted portal keeps its backups: which sets of files lie there,
// how old and how large they are, whether they are encrypted, and whether they can be whole.
//
// Nothing is unpacked and nothing of the content leaves the package. An archive is known by its content; its name is a
// hint, because the script that makes backups accepts any name. Only regular files that lie in the folder itself are
// opened: never a link, a pipe or what lies below.
package archive
