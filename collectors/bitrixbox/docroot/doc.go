// Package docroot reads the document root of a self-hosted Bitrix portal: what its settings files say, which versions
// are installed, which files lie there that should not, and whose permissions are too wide.
//
// Nothing is executed or changed, no content is kept and no password leaves package php. What matters is where a file
// lies, so the tree is seen as places:
//
//   - The caches of the portal (bitrix/cache and its like) hold PHP by design and are rewritten all the time: they are
//     not entered.
//   - The folder of uploads holds what clients and employees sent. An archive, a dump or a log in its subfolders is
//     somebody's attachment and no concern of ours; only a program is, because the web server may run it.
//   - The rest of bitrix is the vendor's code. Its modules ship SQL files, logs of tests and the like, so leftovers are
//     looked for in bitrix itself, not below it, except where the vendor's own logs are.
//   - Archives and dumps are looked for where people leave them: in the document root and one level below it. Those of
//     bitrix/backup are a matter of package archive.
//
// Symbolic links are never followed while walking. One that leads out of the document root is counted as unread,
// because what it leads to may be published as well; one that stays inside leads to what is walked anyway.
package docroot
