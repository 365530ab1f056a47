package html
import ("testing";"os";"fmt";"strings";"github.com/crmaudit/crmaudit/internal/lang";"github.com/crmaudit/crmaudit/report";"reflect")
func TestLook(t *testing.T){
 os.MkdirAll("/tmp/html-look",0o755)
 for _,l:=range lang.All{ for _,n:=range []int{0,10,300}{ b:=render(t,sample(t,l,n,map[int]int{0:0,10:40,300:500}[n])); fmt.Println(l,n,len(b)); os.WriteFile(fmt.Sprintf("/tmp/html-look/%s-%d.html",l,n),b,0o644)}}
 os.WriteFile("/tmp/html-look/empty.html",render(t,empty(t,lang.RU)),0o644)
 r:=sample(t,lang.UK,10,20); h:=[]string{`<img src=x onerror=alert(1)>`,`"><script>alert(1)</script>`,"\u202eabc\u2066 שלום עולם",strings.Repeat("A",400),"👩‍👩‍👧 Марія 🎉","https://x.example/"+strings.Repeat("abc",150)}
 i:=0
 var walk func(v reflect.Value); walk=func(v reflect.Value){ switch v.Kind(){case reflect.Struct: for j:=range v.NumField(){ if v.Type().Field(j).Name=="Words"||v.Type().Field(j).Name=="Severity"||v.Type().Field(j).Name=="Lang"||v.Type().Field(j).Name=="Now"||v.Type().Field(j).Name=="Text"&&v.Field(j).Kind()==reflect.String{continue}; if v.Type().Field(j).IsExported(){walk(v.Field(j))}}
 case reflect.Slice: for j:=range v.Len(){walk(v.Index(j))}
 case reflect.String: if v.Len()>0 { v.SetString(h[i%len(h)]); i++ } } }
 for j:=range r.Findings{walk(reflect.ValueOf(&r.Findings[j]).Elem())}
 walk(reflect.ValueOf(&r.Cover).Elem());walk(reflect.ValueOf(&r.Notices).Elem());walk(reflect.ValueOf(&r.Waivers).Elem());walk(reflect.ValueOf(&r.Accounts).Elem());walk(reflect.ValueOf(&r.Plan).Elem());walk(reflect.ValueOf(&r.NotAssessed).Elem());walk(reflect.ValueOf(&r.Summary).Elem())
 _ = report.Report{}
 os.WriteFile("/tmp/html-look/hostile.html",render(t,r),0o644)
}
