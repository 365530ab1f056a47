package facts

import "fmt"

// Kind names a type of record.
type Kind string

// The kinds, in the order in which a snapshot delivers them: what others refer to comes first.
const (
	KindSetting      Kind = "setting"
	KindAnswer       Kind = "answer"
	KindPerson       Kind = "person"
	KindRole         Kind = "role"
	KindUser         Kind = "user"
	KindGroup        Kind = "group"
	KindSession      Kind = "session"
	KindCredential   Kind = "credential"
	KindIntegration  Kind = "integration"
	KindHandler      Kind = "handler"
	KindPublicLink   Kind = "link"
	KindMailbox      Kind = "mailbox"
	KindEndpoint     Kind = "endpoint"
	KindCertificate  Kind = "certificate"
	KindWebPage      Kind = "page"
	KindComponent    Kind = "component"
	KindFile         Kind = "file"
	KindScan         Kind = "scan"
	KindBackup       Kind = "backup"
	KindBackupPolicy Kind = "backup_policy"
	KindForm         Kind = "form"
	KindConsent      Kind = "consent"
	KindDataVolume   Kind = "volume"
	KindAsset        Kind = "asset"
	KindActivity     Kind = "activity"
	KindEvent        Kind = "event"
)

// Kinds lists all kinds in the order of a snapshot.
var Kinds = []Kind{
	KindSetting, KindAnswer, KindPerson, KindRole, KindUser, KindGroup, KindSession, KindCredential,
	KindIntegration, KindHandler, KindPublicLink, KindMailbox, KindEndpoint, KindCertificate, KindWebPage,
	KindComponent, KindFile, KindScan,
	KindBackup, KindBackupPolicy, KindForm, KindConsent, KindDataVolume, KindAsset, KindActivity, KindEvent,
}

// Record is one fact record; all are pointers to the structs of this package.
type Record interface {
	// Kind is the type of the record.
	Kind() Kind
	// Key identifies the record within its kind and source, stable from one collection to the next.
	Key() string
}

// New is an empty record of the kind, ready to be decoded into.
func New(k Kind) (Record, error) {
	switch k {
	case KindSetting:
		return &Setting{}, nil
	case KindAnswer:
		return &Answer{}, nil
	case KindPerson:
		return &Person{}, nil
	case KindRole:
		return &Role{}, nil
	case KindUser:
		return &User{}, nil
	case KindGroup:
		return &Group{}, nil
	case KindSession:
		return &Session{}, nil
	case KindCredential:
		return &Credential{}, nil
	case KindIntegration:
		return &Integration{}, nil
	case KindHandler:
		return &Handler{}, nil
	case KindPublicLink:
		return &PublicLink{}, nil
	case KindMailbox:
		return &Mailbox{}, nil
	case KindEndpoint:
		return &Endpoint{}, nil
	case KindCertificate:
		return &Certificate{}, nil
	case KindWebPage:
		return &WebPage{}, nil
	case KindComponent:
		return &Component{}, nil
	case KindFile:
		return &File{}, nil
	case KindScan:
		return &Scan{}, nil
	case KindBackup:
		return &Backup{}, nil
	case KindBackupPolicy:
		return &BackupPolicy{}, nil
	case KindForm:
		return &Form{}, nil
	case KindConsent:
		return &Consent{}, nil
	case KindDataVolume:
		return &DataVolume{}, nil
	case KindAsset:
		return &Asset{}, nil
	case KindActivity:
		return &Activity{}, nil
	case KindEvent:
		return &Event{}, nil
	}
	return nil, fmt.Errorf("unknown kind of record %q", k)
}
