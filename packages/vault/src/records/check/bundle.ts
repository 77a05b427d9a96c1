// Bundles: every entry at an address of its own, and what a bundle of this kind must begin with, hold and resolve.
// http://hl7.org/fhir/R4/bundle.html
import type { Definitions } from '../definitions/tables.ts';
import { type BundleEntry, type BundleIndex, RESTFUL } from './bundle-index.ts';
import type { Findings } from './finding.ts';
import { all, get, has, type Json, list, text } from './json.ts';
import { isAbsolute } from './primitives.ts';

/** Bundles whose entries may come without an address: it is made when they are stored. */
const ADDRESS_OPTIONAL = new Set(['transaction', 'transaction-response', 'batch', 'batch-response']);

export function checkBundle(bundle: Json, index: BundleIndex, definitions: Definitions, findings: Findings): void {
  checkAddresses(bundle, index, definitions, findings);
  checkDuplicates(index, findings);
  checkLinks(bundle, index, findings);
  if (index.type === 'document') checkDocument(bundle, index, findings);
  if (index.type === 'message') checkMessage(bundle, index, findings);
  if (index.type === 'searchset') checkSearch(bundle, index, findings);
}

/** Finds at an entry. */
const at = (findings: Findings, entry: number, rest = '') => `${findings.path}.entry[${entry}]${rest}`;

function checkAddresses(bundle: Json, index: BundleIndex, definitions: Definitions, findings: Findings): void {
  const entries = list(bundle, 'entry');
  for (const [i, entry] of index.entries.entries()) {
    const wrong = addressFault(entry, has(entries[i], '_fullUrl'), index.type, definitions);
    if (wrong) findings.addAt(at(findings, i), 'error', ...wrong, entry.fullUrl);
  }
}

/** Rule and text. */
function addressFault(
  { fullUrl, type, id }: BundleEntry,
  isExtended: boolean,
  bundleType: string,
  definitions: Definitions,
): [string, string] | null {
  if (fullUrl === undefined) {
    if (ADDRESS_OPTIONAL.has(bundleType) || type === '' || isExtended) return null;
    return [
      'full-url',
      'This entry has no address (fullUrl), so that nothing can refer to it. Add one, such as urn:uuid:….',
    ];
  }
  if (!isAbsolute(fullUrl))
    return [
      'full-url',
      'The address of an entry (fullUrl) must be whole, such as https://… or urn:uuid:…. Correct it.',
    ];
  if (fullUrl.includes('/_history/'))
    return ['bdl-8', 'The address of an entry (fullUrl) must not name a version. Remove /_history/ and what follows.'];
  const parts = RESTFUL.exec(fullUrl);
  if (!parts || type === '' || id === undefined || !definitions.isResource(parts[2])) return null;
  if (parts[2] === type && parts[3] === id) return null;
  return [
    'full-url',
    "The address of this entry (fullUrl) looks like that of a server, but does not end in the resource's type and id. Correct one of both.",
  ];
}

const entryOf = (bundle: Json, entry: number) => list(bundle, 'entry')[entry];

function checkDuplicates({ type, entries }: BundleIndex, findings: Findings): void {
  if (type === 'history') return;
  const seen = new Map<string, number>();
  entries.forEach(({ fullUrl, versionId = '' }, entry) => {
    if (fullUrl === undefined) return;
    const key = `${fullUrl} ${versionId}`;
    if (seen.has(key))
      findings.addAt(
        at(findings, entry),
        'error',
        'bdl-7',
        `Entry ${seen.get(key)} has this address (fullUrl) too, and the same version. Give each its own.`,
        fullUrl,
      );
    else seen.set(key, entry);
  });
}

const PAGING = new Set(['first', 'previous', 'prev', 'next', 'last']);

function checkLinks(bundle: Json, { type }: BundleIndex, findings: Findings): void {
  if (type === 'searchset' || type === 'history') return;
  list(bundle, 'link').forEach((link, i) => {
    const relation = text(link, 'relation');
    if (relation !== undefined && PAGING.has(relation))
      findings.addAt(
        `${findings.path}.link[${i}].relation`,
        'error',
        'bundle-link',
        'Only lists of results have a next or a first page. Remove this link.',
        relation,
      );
  });
}

/** Where a composition refers to what belongs to the document. */
const OF_DOCUMENT: readonly (readonly string[])[] = [
  ['subject'],
  ['encounter'],
  ['author'],
  ['attester', 'party'],
  ['custodian'],
  ['event', 'detail'],
];

function checkDocument(bundle: Json, index: BundleIndex, findings: Findings): void {
  if (index.entries[0]?.type !== 'Composition') return;
  const composition = get(entryOf(bundle, 0), 'resource');
  for (const path of OF_DOCUMENT) mustBeIn(index, composition, path, findings);
  const sections = all(composition, 'section');
  for (const section of sections) {
    if (sections.length < SECTIONS_MAX) for (const inner of all(section, 'section')) sections.push(inner);
    mustBeIn(index, section, ['entry'], findings);
    mustBeIn(index, section, ['author'], findings);
  }
  tellUnreached(index, findings);
}

/** Sections of a document that are followed, those within others included. */
const SECTIONS_MAX = 10_000;

function checkMessage(bundle: Json, index: BundleIndex, findings: Findings): void {
  if (index.entries[0]?.type !== 'MessageHeader') return;
  mustBeIn(index, get(entryOf(bundle, 0), 'resource'), ['focus'], findings);
}

function mustBeIn(index: BundleIndex, of: unknown, path: readonly string[], findings: Findings): void {
  for (const each of all(of, ...path)) {
    const reference = text(each, 'reference');
    if (reference === undefined || reference.startsWith('#') || index.find(reference, 0) >= 0) continue;
    const near = index.findByName(reference) >= 0;
    findings.addAt(
      at(findings, 0, '.resource'),
      'error',
      'bundle-reference',
      near
        ? `What ${path.join('.')} refers to is in the bundle, but under another address (fullUrl). Refer to it by its fullUrl.`
        : `What ${path.join('.')} refers to must be in the bundle, and is not. Add it.`,
      reference,
    );
  }
}

/** In a document everything is there because something refers to it, from the composition on, or because it says where that comes from. */
function tellUnreached({ entries, links }: BundleIndex, findings: Findings): void {
  const to = new Map<number, number[]>();
  const link = (a: number, b: number) => {
    const known = to.get(a);
    if (known) known.push(b);
    else to.set(a, [b]);
  };
  for (const [a, b] of links) {
    link(a, b);
    if (entries[a]?.type === 'Provenance') link(b, a);
  }
  const reached = new Set([0]);
  for (const entry of reached) for (const next of to.get(entry) ?? []) reached.add(next);
  entries.forEach(({ type }, entry) => {
    if (type !== '' && !reached.has(entry))
      findings.addAt(
        at(findings, entry),
        'warning',
        'bundle-unreached',
        'Nothing in the document leads to this entry. Refer to it from a section, or remove it.',
      );
  });
}

function checkSearch(bundle: Json, index: BundleIndex, findings: Findings): void {
  const self = all(bundle, 'link').find((link) => text(link, 'relation') === 'self');
  const searched = /(?:^|\/)([A-Z][A-Za-z]+)\?/.exec(text(self, 'url') ?? '')?.[1];
  if (self === undefined)
    findings.warn('bundle-link', 'A list of results should say which search it answers (link, relation self).');
  index.entries.forEach(({ type, id }, entry) => {
    if (type === '' || type === 'OperationOutcome') return;
    const path = at(findings, entry, '.resource');
    if (id === undefined) findings.addAt(path, 'error', 'search-id', 'What a search found must have an id. Add it.');
    const mode = text(get(entryOf(bundle, entry), 'search'), 'mode') ?? 'match';
    if (searched !== undefined && mode === 'match' && type !== searched)
      findings.addAt(
        path,
        'error',
        'search-type',
        'This is not of the type that was searched for. Mark it as included, or remove it.',
        type,
      );
  });
}
