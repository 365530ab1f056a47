package interview
import ("os";"io/fs";"testing/fstest")
func osdir(d string) fs.FS { return os.DirFS(d) }
func nil2() fs.FS { return fstest.MapFS{} }
