// Rules for bundles, contained resources and what carries records.
import { all, get, has, type Json, list, text } from '../json.ts';
import { type InvariantTable, rule } from './invariant.ts';

const isA = (bundle: Json, ...types: readonly string[]) => types.includes(text(bundle, 'type') ?? '');
const everyEntry = (bundle: Json, name: string, expected: boolean) =>
  all(bundle, 'entry').every((entry) => has(entry, name) === expected);
const firstType = (bundle: Json) => text(get(list(bundle, 'entry')[0], 'resource'), 'resourceType');

export const INFRASTRUCTURE: InvariantTable = {
  Bundle: [
    rule(
      'bdl-1',
      'Only a list of results or a history has a total. Remove it.',
      (b) => !has(b, 'total') || isA(b, 'searchset', 'history'),
    ),
    rule(
      'bdl-2',
      'Only entries of a list of results tell how they were found. Remove search.',
      (b) => isA(b, 'searchset') || everyEntry(b, 'search', false),
    ),
    rule(
      'bdl-3',
      'Every entry of a batch, transaction or history has a request, and no other bundle has any. Add or remove them.',
      (b) => everyEntry(b, 'request', isA(b, 'batch', 'transaction', 'history')),
    ),
    rule(
      'bdl-4',
      'Every entry of an answer or a history has a response, and no other bundle has any. Add or remove them.',
      (b) => everyEntry(b, 'response', isA(b, 'batch-response', 'transaction-response', 'history')),
    ),
    rule(
      'bdl-9',
      'A document has an identifier with system and value. Add it.',
      (b) => !isA(b, 'document') || (has(get(b, 'identifier'), 'system') && has(get(b, 'identifier'), 'value')),
    ),
    rule(
      'bdl-10',
      'A document says when it was put together. Add timestamp.',
      (b) => !isA(b, 'document') || has(b, 'timestamp'),
    ),
    rule(
      'bdl-11',
      'A document begins with its Composition. Put it first.',
      (b) => !isA(b, 'document') || firstType(b) === 'Composition',
    ),
    rule(
      'bdl-12',
      'A message begins with its MessageHeader. Put it first.',
      (b) => !isA(b, 'message') || firstType(b) === 'MessageHeader',
    ),
  ],
  'Bundle.entry': [
    rule(
      'bdl-5',
      'An entry needs a resource, a request or a response. Add one, or remove the entry.',
      (e) => has(e, 'resource') || has(e, 'request') || has(e, 'response'),
    ),
  ],
  DomainResource: [
    rule('dom-4', 'A contained resource has no version and no date of change. Remove them from its meta.', (r) =>
      all(r, 'contained', 'meta').every((meta) => !has(meta, 'versionId') && !has(meta, 'lastUpdated')),
    ),
    rule(
      'dom-5',
      'A contained resource has no security labels: those of the resource around it hold. Move them there.',
      (r) => all(r, 'contained', 'meta').every((meta) => !has(meta, 'security')),
    ),
    rule('contained-twice', 'Two contained resources have the same id. Give each its own.', (r) => {
      const ids = all(r, 'contained', 'id');
      return new Set(ids).size === ids.length;
    }),
  ],
  'Parameters.parameter': [
    rule('inv-1', 'A parameter has a value, a resource or parts, and no more than one of them. Keep one.', (p) => {
      const value = Object.keys(p).some((key) => /^_?value[A-Z]/.test(key));
      return [value, has(p, 'resource'), has(p, 'part')].filter(Boolean).length <= 1;
    }),
  ],
};
