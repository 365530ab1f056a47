package bitrixbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/archive"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox/docroot"
	"github.com/crmaudit/crmaudit/facts"
)

// readRoot looks at the document root, when there is one to look at. That it cannot be read is coverage.
func (r *run) readRoot(ctx context.Context) error {
	if r.root == "" {
		return nil
	}
	report, err := docroot.Inspect(ctx, r.root, docroot.Options{Now: r.window.now})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.site.rootErr = err
		r.note("%s", strings.TrimSpace(err.Error()))
		return nil
	}
	r.site.root = report
	if report.Unread > 0 {
		r.note("files and folders of the document root that could not be read: %d, for instance %s", report.Unread, strings.Join(report.UnreadPaths, ", "))
	}
	if report.Truncated != "" {
		r.note("the document root was not looked at as a whole: %s", report.Truncated)
	}
	for _, kind := range sortedKeys(report.Dropped) {
		r.note("files of the kind %s that are not listed one by one: %d", kind, report.Dropped[kind])
	}
	return r.readArchives(ctx)
}

// backupFolder is where the portal keeps its copies, from the document root.
const backupFolder = "bitrix/backup"

func (r *run) readArchives(ctx context.Context) error {
	root, err := os.OpenRoot(r.root)
	if err != nil {
		return nil // Inspect has told it
	}
	defer func() { _ = root.Close() }()
	folder, err := root.OpenRoot(filepath.FromSlash(backupFolder))
	if errors.Is(err, fs.ErrNotExist) {
		r.site.backups = &archive.Folder{}
		return nil
	}
	if err != nil {
		r.note("the folder of backups could not be opened")
		return nil
	}
	defer func() { _ = folder.Close() }()
	zone := time.UTC
	if name, ok := r.site.root.Settings.Zone.Get(); ok {
		if z, err := time.LoadLocation(name); err == nil {
			zone = z
		}
	}
	found, err := archive.Read(ctx, folder, archive.Options{Now: r.window.now, Zone: zone})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.note("the folder of backups could not be read")
		return nil
	}
	r.site.backups = found
	return nil
}

// writeFiles gives the files that draw attention: those of the document root and those that the vendor's malware scan found.
func (r *run) writeFiles(ctx context.Context) error {
	files := map[string]*facts.File{}
	if r.site.root != nil {
		for _, f := range r.site.root.Files {
			f.Source = r.kind
			files[f.Key()] = f
		}
	}
	infected := 0
	if _, err := r.ask(ctx, "malware", func(row row) error {
		infected++
		f := &facts.File{Path: strings.TrimPrefix(row.text("src"), "/"), Source: r.kind, Type: facts.Of(facts.FileMalware)}
		if kind := row.text("type"); kind != "file" {
			f.Path = kind + ":" + f.Path
		}
		if score, ok := decimal(row.raw("score")); ok {
			f.Score = facts.Of(score)
		}
		if f.Path == "" {
			return nil
		}
		// Where the scanner names a program that should not be there, one record is enough.
		if same := files[f.Path+"#"+facts.FileExecutable]; same != nil {
			f.Bytes, f.Mode, f.Modified, f.WebRoot = same.Bytes, same.Mode, same.Modified, same.WebRoot
			delete(files, same.Key())
		}
		files[f.Key()] = f
		return nil
	}); err != nil {
		return err
	}
	if infected == maxMalware {
		r.gaps["malware"] = gap{list: "malware", reason: facts.Failed, detail: fmt.Sprintf("only the first %d findings of the malware scan were read", maxMalware)}
	}
	for _, key := range sortedKeys(files) {
		if err := r.write(files[key]); err != nil {
			return err
		}
	}
	return nil
}
