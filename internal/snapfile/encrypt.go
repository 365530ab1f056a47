package snapfile

import (
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// ageIntro is how every age file begins.
const ageIntro = "age-encryption.org/v1\n"

// maxWork bounds the memory that a hostile passphrase header can ask for: 2^20 is one gigabyte.
const maxWork = 20

// Encryption says who can read a snapshot. The zero Encryption leaves it readable to whoever has the file.
type Encryption struct {
	Passphrase string   // for whoever knows it
	Recipients []string // age public keys (age1…); not together with a passphrase

	work int // cost of the passphrase as a power of two; 0 is age's own choice
}

// wrap encrypts what is written to the returned writer, whose Close leaves w open.
func (e Encryption) wrap(w io.Writer) (io.WriteCloser, error) {
	recipients, err := e.recipients()
	switch {
	case err != nil:
		return nil, err
	case recipients == nil:
		return keepOpen{w}, nil
	}
	return age.Encrypt(w, recipients...)
}

// Check says whether a snapshot could be encrypted like this, before hours go into collecting it.
func (e Encryption) Check() error {
	_, err := e.recipients()
	return err
}

func (e Encryption) recipients() ([]age.Recipient, error) {
	if e.Passphrase != "" {
		if len(e.Recipients) > 0 {
			return nil, fail.New(fail.Usage, "choose one of the two", "a snapshot is encrypted to a passphrase or to recipients, not to both")
		}
		r, err := age.NewScryptRecipient(e.Passphrase)
		if err != nil {
			return nil, fail.New(fail.Usage, "choose another passphrase", "the passphrase cannot be used")
		}
		if e.work > 0 {
			r.SetWorkFactor(e.work)
		}
		return []age.Recipient{r}, nil
	}
	var all []age.Recipient
	for i, text := range e.Recipients {
		// The cause is left out: somebody may have put a secret key here.
		r, err := age.ParseRecipients(strings.NewReader(strings.TrimSpace(text)))
		if err != nil {
			return nil, fail.New(fail.Usage, "a recipient starts with age1; a key that starts with AGE-SECRET-KEY is for opening",
				"recipient %d is not an age public key", i+1)
		}
		all = append(all, r...)
	}
	return all, nil
}

// decrypt gives the zip inside an age file.
func decrypt(name string, src io.ReaderAt, size int64, o OpenOptions) (io.ReaderAt, int64, error) {
	keys, err := o.keys()
	if err != nil {
		return nil, 0, err
	}
	if len(keys) == 0 {
		return nil, 0, fail.New(fail.Usage, "open it with --passphrase-file FILE or --identity FILE", "%s is encrypted", name)
	}
	zip, zipSize, err := age.DecryptReaderAt(src, size, keys...)
	var noMatch *age.NoIdentityMatchError
	switch {
	case errors.As(err, &noMatch):
		hint := "check the passphrase; if it is certainly right, the file is damaged: " + copyAgain
		if o.Passphrase == "" {
			hint = "use the identity whose public key the snapshot was encrypted to"
		}
		return nil, 0, fail.New(fail.Usage, hint, "%s does not open with this passphrase or identity", name)
	case err != nil:
		return nil, 0, damaged(name, "decrypt: %w", err)
	}
	return zip, zipSize, nil
}

func (o OpenOptions) keys() ([]age.Identity, error) {
	var keys []age.Identity
	if o.Passphrase != "" {
		k, err := age.NewScryptIdentity(o.Passphrase)
		if err != nil {
			return nil, fail.New(fail.Usage, "check the passphrase", "the passphrase cannot be used")
		}
		k.SetMaxWorkFactor(maxWork)
		keys = append(keys, k)
	}
	for i, text := range o.Identities {
		// The cause is left out: it could quote the key.
		k, err := age.ParseIdentities(strings.NewReader(strings.TrimSpace(text)))
		if err != nil {
			return nil, fail.New(fail.Usage, "an identity starts with AGE-SECRET-KEY-1", "identity %d is not an age key", i+1)
		}
		keys = append(keys, k...)
	}
	return keys, nil
}

// keepOpen is a writer whose Close does nothing.
type keepOpen struct{ io.Writer }

func (keepOpen) Close() error { return nil }
