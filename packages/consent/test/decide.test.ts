// The whole authorisation matrix as one literal table; a surprising row says which rule is behind it.
import { expect, test } from 'vitest';
import { type AccessRequest, type Consent, type Decision, decide, type Scope } from '../src/index.ts';

const DOCTOR = 'd0'.repeat(32);
const OTHER = '07'.repeat(32);
const HOUR = 3_600_000_000;
const NOW = 100 * HOUR;

const scope = (change: Partial<Scope> = {}): Scope => ({
  streams: [{ streamKey: 'heart-rate', level: '15m' }],
  from: 10 * HOUR,
  to: 20 * HOUR,
  until: null,
  purpose: { code: 'TREAT', text: '' },
  recipient: { kind: 'person', npub: DOCTOR },
  ...change,
});
const consent = (grantId: string, change: Partial<Scope> = {}, ended = false): Consent => ({
  grantId,
  scope: scope(change),
  ended,
});

const CONSENTS: Record<string, Consent[]> = {
  none: [],
  plain: [consent('g1')],
  ended: [consent('g1', {}, true)],
  'until past': [consent('g1', { until: NOW - 1 })],
  'until now': [consent('g1', { until: NOW })],
  'until later': [consent('g1', { until: NOW + 1 })],
  'until inside': [consent('g1', { to: null, until: NOW + HOUR })],
  'until first': [consent('g1', { to: NOW + 9 * HOUR, until: NOW + HOUR })],
  open: [consent('g1', { to: null })],
  raw: [consent('g1', { streams: [{ streamKey: 'heart-rate', level: 'raw' }] })],
  halves: [consent('g1', { to: 15 * HOUR }), consent('g2', { from: 15 * HOUR })],
  link: [consent('g1', { recipient: { kind: 'link' } })],
  'ended and good': [consent('g1', {}, true), consent('g2')],
};

const request = (
  asker: string,
  streamKey: string,
  level: string,
  from: number,
  to: number,
  purpose: string,
): AccessRequest => ({
  asker: asker.startsWith('g') ? { grantId: asker } : { npub: asker === 'doctor' ? DOCTOR : OTHER },
  streamKey,
  level: level as AccessRequest['level'],
  from: from * HOUR,
  to: to * HOUR,
  ...(purpose !== '-' && { purpose: purpose as NonNullable<AccessRequest['purpose']> }),
});

type Row = [
  consents: string,
  asker: string,
  stream: string,
  level: string,
  from: number,
  to: number,
  purpose: string,
  decision: string,
];

// biome-ignore format: a table is read by its columns
const TABLE: Row[] = [
  // consents          asker     stream        level  from  to   purpose   decision
  ['none',             'doctor', 'heart-rate', '15m', 10,   20,  '-',      'no-consent'],
  ['plain',            'doctor', 'heart-rate', '15m', 10,   20,  '-',      'permit g1'],
  ['plain',            'doctor', 'heart-rate', '1h',  10,   20,  '-',      'permit g1'],      // coarser is included
  ['plain',            'doctor', 'heart-rate', '1d',  12,   13,  '-',      'permit g1'],
  ['plain',            'doctor', 'heart-rate', '1m',  12,   13,  '-',      'finer-level'],
  ['plain',            'doctor', 'heart-rate', 'raw', 12,   13,  '-',      'finer-level'],
  ['raw',              'doctor', 'heart-rate', 'raw', 12,   13,  '-',      'permit g1'],
  ['raw',              'doctor', 'heart-rate', '1d',  12,   13,  '-',      'permit g1'],
  ['plain',            'other',  'heart-rate', '15m', 10,   20,  '-',      'other-recipient'],
  ['plain',            'doctor', 'glucose',    '15m', 10,   20,  '-',      'other-stream'],
  ['plain',            'doctor', 'heart-rate', '15m',  9,   20,  '-',      'outside-range'],
  ['plain',            'doctor', 'heart-rate', '15m', 10,   21,  '-',      'outside-range'],
  ['plain',            'doctor', 'heart-rate', '15m', 30,   31,  '-',      'outside-range'],
  ['plain',            'doctor', 'heart-rate', '15m', 12,   12,  '-',      'empty-request'],
  ['plain',            'doctor', 'heart-rate', '15m', 13,   12,  '-',      'empty-request'],
  ['plain',            'doctor', 'heart-rate', '15m', NaN,  12,  '-',      'empty-request'],   // a broken time lets nobody in
  ['plain',            'doctor', 'heart-rate', '15m', 10,   20,  'TREAT',  'permit g1'],
  ['plain',            'doctor', 'heart-rate', '15m', 10,   20,  'HRESCH', 'other-purpose'],
  ['ended',            'doctor', 'heart-rate', '15m', 10,   20,  '-',      'ended'],
  ['until past',       'doctor', 'heart-rate', '15m', 10,   20,  '-',      'expired'],
  ['until now',        'doctor', 'heart-rate', '15m', 10,   20,  '-',      'expired'],         // the end is not included
  ['until later',      'doctor', 'heart-rate', '15m', 10,   20,  '-',      'permit g1'],
  ['open',             'doctor', 'heart-rate', '15m', 90,   9e3, '-',      'permit g1'],
  ['until inside',     'doctor', 'heart-rate', '15m', 90,   101, '-',      'permit g1'],
  ['until inside',     'doctor', 'heart-rate', '15m', 90,   102, '-',      'outside-range'],   // measured after the expiry
  ['until first',      'doctor', 'heart-rate', '15m', 90,   101, '-',      'permit g1'],
  ['until first',      'doctor', 'heart-rate', '15m', 90,   102, '-',      'outside-range'],   // the earlier of to and until
  ['halves',           'doctor', 'heart-rate', '15m', 10,   15,  '-',      'permit g1'],
  ['halves',           'doctor', 'heart-rate', '15m', 15,   20,  '-',      'permit g2'],
  ['halves',           'doctor', 'heart-rate', '15m', 14,   16,  '-',      'outside-range'],   // one consent has to cover all
  ['link',             'g1',     'heart-rate', '15m', 10,   20,  '-',      'permit g1'],
  ['link',             'g2',     'heart-rate', '15m', 10,   20,  '-',      'other-recipient'],
  ['link',             'doctor', 'heart-rate', '15m', 10,   20,  '-',      'other-recipient'],
  ['plain',            'g1',     'heart-rate', '15m', 10,   20,  '-',      'permit g1'],       // holding the grant key is the proof
  ['ended and good',   'doctor', 'heart-rate', '15m', 10,   20,  '-',      'permit g2'],
];

const said = (decision: Decision): string => (decision.permit ? `permit ${decision.grantId}` : decision.reason);

test.each(TABLE)(
  '%s: %s asks %s %s [%d, %d) %s → %s',
  (consents, asker, stream, level, from, to, purpose, expected) => {
    expect(said(decide(CONSENTS[consents], request(asker, stream, level, from, to, purpose), NOW))).toBe(expected);
  },
);

test('without a clock nothing that can run out is permitted', () => {
  expect(said(decide(CONSENTS['until later'], request('doctor', 'heart-rate', '15m', 10, 20, '-'), Number.NaN))).toBe(
    'expired',
  );
});
