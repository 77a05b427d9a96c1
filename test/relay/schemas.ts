// The JSON schemas of sandwichfarm/auditor (test/data/nostr) over everything that a relay says. What they get wrong is set right here, by name.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const folder = new URL('../data/nostr/auditor-schemas/', import.meta.url);
type Schema = Record<string, unknown>;
const read = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`${name}.schema.json`, folder), 'utf8')) as Schema;

/** `items` of a list and nothing after it, in the words of draft 7, which these schemas mix with later ones. */
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(read('Nip01-note'), 'note.schema.json');

/** NIP-77: a subscription id is any text of up to 64 characters (theirs: digits only), and a reason is a text with a prefix (theirs: two words of an older draft). */
function reconciliation(name: string): Schema {
  const schema = read(name);
  const items = (schema.items as Schema[]).map((item, at) => {
    if (at === 1) return { type: 'string', minLength: 1, maxLength: 64 };
    return name === 'Nip77-NEG-ERR' && at === 2 ? { type: 'string', pattern: '^[a-z-]+: .+' } : item;
  });
  return { ...schema, items };
}

const byVerb = {
  AUTH: ajv.compile(read('Nip42-relay-auth-event')),
  CLOSED: ajv.compile(read('Nip01-relay-closed')),
  /** NIP-45 has no schema there. */
  COUNT: ajv.compile({
    type: 'array',
    items: [
      { const: 'COUNT' },
      { type: 'string' },
      { type: 'object', properties: { count: { type: 'integer', minimum: 0 } }, required: ['count'] },
    ],
    minItems: 3,
    maxItems: 3,
  }),
  EOSE: ajv.compile(read('Nip01-relay-eose')),
  EVENT: ajv.compile(read('Nip01-relay-event')),
  NOTICE: ajv.compile(read('Nip01-relay-notice')),
  OK: ajv.compile(read('Nip01-relay-ok')),
  'NEG-MSG': ajv.compile(reconciliation('Nip77-NEG-MSG')),
  'NEG-ERR': ajv.compile(reconciliation('Nip77-NEG-ERR')),
};
const information = ajv.compile(read('Nip11-nip11'));

/** Prefixes of NIP-01, 42 and 45 that a reason may have. */
const PREFIXES = [
  ...['duplicate', 'pow', 'blocked', 'rate-limited', 'invalid', 'restricted', 'mute', 'error', 'unsupported'],
  ...['auth-required', 'info', 'closed'],
];

/** What is wrong with a frame from a relay; '' = nothing. */
export function faultOfFrame(frame: readonly unknown[]): string {
  const verb = frame[0] as keyof typeof byVerb;
  const schema = byVerb[verb];
  if (!schema) return `no such message: ${String(verb)}`;
  if (!schema(frame)) return `${verb}: ${ajv.errorsText(schema.errors)}`;
  const reason = verb === 'OK' ? frame[3] : verb === 'CLOSED' || verb === 'NEG-ERR' ? frame[2] : '';
  const prefix = String(reason).replace(/:.*$/s, '');
  return prefix === '' || PREFIXES.includes(prefix) ? '' : `${verb}: no standard prefix: ${prefix}`;
}

/** The same for a NIP-11 document. */
export function faultOfInformation(document: unknown): string {
  return information(document) ? '' : ajv.errorsText(information.errors);
}
