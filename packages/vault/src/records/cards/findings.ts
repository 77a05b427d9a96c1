// What is wrong with a card or a link, as a closed list: a refusal means that nothing of it is taken, a flaw is told beside what was taken.
// No text here holds anything of the card: places are names of fields and positions.
export type Severity = 'refusal' | 'flaw';

/** What a refusal is about: where the signature is right and only the content is not, she may still take it as unsigned FHIR. */
export type Concern = 'form' | 'issuer' | 'signature' | 'time' | 'revocation' | 'content' | 'link' | 'network';

interface Meaning {
  readonly severity: Severity;
  readonly concern: Concern;
  /** What it is. */
  readonly what: string;
  /** What to do; empty where nothing needs doing. */
  readonly advice: string;
}

const AGAIN = 'Ask whoever issued the card for a new one.';
const RESCAN = 'Scan the pictures again.';
const ISSUER = 'Ask the issuer: only it can repair this.';
const NEW_LINK = 'Ask whoever gave the link for a new one.';
const NOTHING = '';

const refuse = (concern: Concern, what: string, advice: string): Meaning => ({
  severity: 'refusal',
  concern,
  what,
  advice,
});
const flaw = (concern: Concern, what: string, advice = NOTHING): Meaning => ({
  severity: 'flaw',
  concern,
  what,
  advice,
});

export const CARD_FINDINGS = {
  'too-long': refuse('form', 'It is longer than any card.', 'Check that this is the right file.'),
  'not-a-card': refuse(
    'form',
    'This is no health card.',
    'Give a .smart-health-card file, or the text of its picture.',
  ),
  'white-space': flaw('form', 'There is white space around it.'),
  'byte-order-mark': flaw('form', 'A byte order mark stands before it.'),
  'file-name': flaw('form', 'The name of the file does not end in .smart-health-card.'),
  'file-json': refuse('form', 'The file is no JSON.', AGAIN),
  'file-empty': refuse('form', 'The file holds no card.', AGAIN),
  'cards-many': refuse('form', 'The file holds more cards than can be read at once.', 'Give its cards one by one.'),
  'qr-header': refuse('form', 'The text of the picture does not begin with shc:/ and digits.', RESCAN),
  'qr-digits': refuse('form', 'The picture holds an odd number of digits.', RESCAN),
  'qr-number': refuse('form', 'The picture holds a number that stands for no character of a card.', RESCAN),
  'qr-long': refuse('form', 'One picture holds more than a picture of a card may.', AGAIN),
  'qr-index': refuse('form', 'A picture is numbered beyond the number of pictures.', RESCAN),
  'qr-count': refuse('form', 'The pictures disagree about how many there are.', 'Scan the pictures of one card only.'),
  'qr-twice': refuse(
    'form',
    'The same picture was given twice with different content.',
    'Scan the pictures of one card only.',
  ),
  'qr-missing': refuse('form', 'Pictures of this card are missing.', 'Scan all of its pictures.'),
  'qr-single': flaw('form', 'A single picture is numbered as if there were several.'),
  'qr-needless': flaw('form', 'The card is cut into several pictures though it fits into one.'),
  'card-long': flaw('form', 'The card is too long for one QR picture.'),
  'jws-form': refuse('form', 'It is no compact JWS: three parts of base64url, with dots between.', AGAIN),
  'header-json': refuse('form', 'The header of the signature is no JSON.', AGAIN),
  'header-alg': refuse('signature', 'The header does not say that it was signed with ES256.', AGAIN),
  'header-zip': refuse('form', 'The header does not say that the payload is deflated (zip DEF).', AGAIN),
  'header-kid': refuse('signature', 'The header names no key.', AGAIN),
  'signature-form': refuse('signature', 'The signature has another form than ES256 in a JWS: 64 bytes.', AGAIN),
  signature: refuse(
    'signature',
    'The signature does not hold: the card was altered, or signed with another key.',
    AGAIN,
  ),
  inflate: refuse('form', 'The payload cannot be inflated.', AGAIN),
  'payload-long': refuse('form', 'The payload is larger than any card once inflated.', AGAIN),
  'payload-json': refuse('form', 'The payload is no JSON.', AGAIN),
  'issuer-form': refuse('issuer', 'The issuer is no https address without a slash at its end.', AGAIN),
  'issuer-keys': refuse(
    'issuer',
    'The keys of the issuer could not be had.',
    'Try again with a connection; `hale issuers add` keeps the keys of an issuer.',
  ),
  'key-unknown': refuse('issuer', 'The issuer has no such key.', AGAIN),
  'key-set': refuse('issuer', 'The keys of the issuer are no set of keys.', ISSUER),
  'key-type': refuse('issuer', 'The key is of another type than EC.', ISSUER),
  'key-curve': refuse('issuer', 'The key is on another curve than P-256.', ISSUER),
  'key-alg': refuse('issuer', 'The key is for another algorithm than ES256.', ISSUER),
  'key-use': refuse('issuer', 'The key is not for signatures.', ISSUER),
  'key-id': refuse('issuer', 'The id of the key is not its thumbprint (RFC 7638).', ISSUER),
  'key-private': refuse(
    'issuer',
    'The issuer has published its private key: nothing signed with it proves anything.',
    ISSUER,
  ),
  'certificate-form': refuse('issuer', 'A certificate of the key cannot be read.', ISSUER),
  'certificate-key': refuse('issuer', 'The first certificate belongs to another key.', ISSUER),
  'certificate-address': refuse('issuer', 'The certificate does not name the address of the issuer.', ISSUER),
  'certificate-chain': refuse('issuer', 'The certificates do not follow from each other.', ISSUER),
  'certificate-old': flaw('issuer', 'The certificate of the key was not valid when the card was issued.'),
  'valid-from': refuse('time', 'The card does not say from when on it is valid.', AGAIN),
  'time-unit': refuse('time', 'A time is not written in seconds.', AGAIN),
  'time-order': refuse('time', 'The card ends before it begins.', AGAIN),
  'not-yet': refuse('time', 'The card is not valid yet.', 'Come back when it is, or check the clock of this computer.'),
  expired: refuse('time', 'The card has expired.', AGAIN),
  type: refuse('form', 'It is signed, but does not call itself a health card.', AGAIN),
  'fhir-version': refuse('content', 'The card does not say that it holds FHIR R4.', AGAIN),
  'rid-form': refuse('revocation', 'The revocation id is longer than 24 characters or no base64url.', AGAIN),
  revoked: refuse('revocation', 'The issuer has revoked the card.', AGAIN),
  'crl-unavailable': flaw(
    'revocation',
    'Whether it was revoked could not be asked.',
    'Import it again with a connection.',
  ),
  'crl-form': refuse('revocation', "The issuer's list of revoked cards is none.", ISSUER),
  'crl-key': refuse('revocation', "The issuer's list of revoked cards is of another key.", ISSUER),
  'crl-method': refuse('revocation', "The issuer's list of revoked cards works by an unknown method.", ISSUER),
  'crl-counter': refuse(
    'revocation',
    "The issuer's list of revoked cards is of another state than its keys.",
    'Try again later.',
  ),
  'crl-rid-form': refuse('revocation', "The issuer's list of revoked cards holds an id that is no base64url.", ISSUER),
  'crl-rid-long': refuse(
    'revocation',
    "The issuer's list of revoked cards holds an id of more than 24 characters.",
    ISSUER,
  ),
  'crl-rid-twice': refuse('revocation', "The issuer's list of revoked cards names a card more than once.", ISSUER),
  bundle: refuse('content', 'The card holds no bundle of FHIR resources.', AGAIN),
  'bundle-type': refuse('content', 'The bundle is neither a collection nor a document.', AGAIN),
  entry: refuse('content', 'An entry of the bundle holds no resource.', AGAIN),
  'entry-address': refuse('content', 'Two entries of the bundle have the same address.', AGAIN),
  'patient-none': refuse('content', 'The card names no patient.', AGAIN),
  'patient-several': refuse('content', 'The card names more than one patient.', AGAIN),
  'value-empty': refuse('content', 'A field of a resource is empty.', AGAIN),
  'value-status': refuse('content', 'The status of a resource is none that FHIR knows.', AGAIN),
  'value-date': refuse('content', 'A date is not written as FHIR writes dates.', AGAIN),
  'value-form': refuse('content', 'A field of a resource has another form than FHIR gives it.', AGAIN),
  'field-missing': refuse('content', 'A resource lacks a field that FHIR demands.', AGAIN),
  'field-choice': refuse('content', 'A resource gives one thing in two forms.', AGAIN),
  label: refuse('content', 'A security label cannot be understood.', AGAIN),
  reference: flaw('content', 'A reference leads to nothing in the card.'),
  minimal: flaw('content', 'The card holds ids, texts or metadata that cards leave out.'),
  'issuer-list': refuse('issuer', 'This is no list of issuers.', 'Give a JSON list with participating_issuers.'),

  'link-form': refuse('link', 'This is no SMART Health Link: shlink:/ and base64url.', NEW_LINK),
  'link-payload': refuse('link', 'What the link holds cannot be read.', NEW_LINK),
  'link-version': refuse('link', 'The link is of a version that is not known here.', 'Bring Hale up to date.'),
  'link-https': refuse('link', 'The address in the link is not https.', NEW_LINK),
  'link-address': refuse('link', 'The address in the link is none, or longer than 128 characters.', NEW_LINK),
  'link-key': refuse('link', 'The key in the link is not 32 bytes.', NEW_LINK),
  'link-flags': refuse('link', 'The link asks for a passcode and for no manifest at once.', NEW_LINK),
  'link-label': flaw('link', 'The label of the link is longer than 80 characters, or no text.'),
  'link-expiry': flaw('link', 'The expiry of the link is no number of seconds; it is not heeded.'),
  'link-expired': refuse('link', 'The link has expired.', NEW_LINK),
  'link-gone': refuse('network', 'The link is not active any more.', NEW_LINK),
  'passcode-needed': refuse(
    'link',
    'The link wants a passcode.',
    'Ask whoever gave the link for it, then give --passcode.',
  ),
  'passcode-wrong': refuse('network', 'The passcode is wrong.', 'Ask whoever gave the link: few tries are left.'),
  'passcode-spent': refuse('network', 'Too many wrong passcodes: the link is closed for good.', NEW_LINK),
  'too-often': refuse('network', 'The server was asked too often.', 'Wait as long as it says, then try again.'),
  'server-answer': refuse(
    'network',
    'The server did not answer as a SMART Health Link does.',
    'Try again later, then ask for a new link.',
  ),
  'server-none': refuse('network', 'The server could not be reached.', 'Check the connection and try again.'),
  'server-long': refuse('network', 'The server sent more than a file of a link may hold.', NEW_LINK),
  'manifest-form': refuse('link', 'The list of files of the link cannot be read.', NEW_LINK),
  'manifest-empty': refuse('link', 'The link holds no file.', NEW_LINK),
  'file-type': flaw('link', 'A file of the link is of a kind that is not read here.'),
  'file-https': refuse('link', 'The address of a file of the link is not https.', NEW_LINK),
  'file-none': refuse('link', 'A file of the link has neither content nor address.', NEW_LINK),
  'file-jwe': refuse('link', 'A file of the link is not encrypted as the link demands (JWE, dir, A256GCM).', NEW_LINK),
  'file-key': refuse('link', 'A file of the link does not open with its key.', NEW_LINK),
  'file-long': refuse('link', 'A file of the link is too large once inflated.', NEW_LINK),
  'file-content': refuse('link', 'A file of the link is no JSON.', NEW_LINK),
  'file-withdrawn': flaw('link', 'A file of the link was withdrawn by whoever shared it, and is left out.'),
} as const satisfies Record<string, Meaning>;

export type FindingCode = keyof typeof CARD_FINDINGS;

export interface CardFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly concern: Concern;
  /** Field or position: `entry 2 Immunization.status`, `picture 3 of 2`; empty = the whole. Never content. */
  readonly place: string;
}

export function finding(code: FindingCode, place = ''): CardFinding {
  const { severity, concern } = CARD_FINDINGS[code];
  return { code, severity, concern, place };
}

export const isRefused = (findings: readonly CardFinding[]): boolean =>
  findings.some(({ severity }) => severity === 'refusal');

/** One line for a person: where, what, what to do. */
export function tellFinding({ code, place }: CardFinding): string {
  const { what, advice } = CARD_FINDINGS[code];
  return [place === '' ? '' : `${place}:`, what, advice].filter((part) => part !== '').join(' ');
}
