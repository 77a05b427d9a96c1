// What is shared, and what somebody asks for, for the tests of the command.
import type { AskInfo, GrantInfo, GrantSeen, InboxItem, SharePreview } from '@hale/home';
import { HaleError } from '@hale/kernel';

const RELAY = 'ws://127.0.0.1:7480/relay';
const FAR_RELAY = 'wss://relay.example.org';
const NPUB = 'npub1hale7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m';
const at = (text: string): number => Date.parse(text) * 1000;

export const PREVIEW: SharePreview = {
  sentence:
    'Whoever has the link can see your heart rate, a summary per hour, of 29 August 2017 from 05:00 to 09:00, until you stop it.',
  fromMicros: at('2017-08-29T03:00:00Z'),
  toMicros: at('2017-08-29T07:00:00Z'),
  untilMicros: at('2026-12-21T00:00:00Z'),
  streams: [{ key: 'heart-rate', title: 'Heart rate', level: '1h', samplesOrBins: 4, containsExtremes: true }],
};

export const NEW_SHARE: InboxItem = {
  grant: 'p3x9',
  from: NPUB,
  what: '',
  streams: [],
  fromMicros: 0,
  toMicros: null,
  untilMicros: null,
  purpose: '',
  state: 'new',
};

export const GRANT: GrantInfo = {
  id: 'g7k2',
  subject: 'me',
  recipient: null,
  to: 'Dr Ada Lee',
  as: 'me',
  how: 'key',
  streams: [
    { key: 'heart-rate', level: '1h' },
    { key: 'ecg-mlii', level: 'raw' },
  ],
  fromMicros: PREVIEW.fromMicros,
  toMicros: PREVIEW.toMicros,
  untilMicros: PREVIEW.untilMicros,
  purpose: 'palpitations, visit of 24 November',
  state: 'active',
  issuedMicros: at('2026-11-19T09:30:00Z'),
  endedMicros: null,
  relays: [
    { url: RELAY, state: 'serving', waiting: 0 },
    { url: FAR_RELAY, state: 'serving', waiting: 0 },
  ],
  served: [
    { relay: FAR_RELAY, hourMicros: at('2026-11-20T15:00:00Z'), stream: 'heart-rate', tiles: 12, bytes: 48_210 },
    { relay: FAR_RELAY, hourMicros: at('2026-11-21T10:00:00Z'), stream: 'heart-rate', tiles: 3, bytes: 9100 },
  ],
  classicOnly: false,
  lock: null,
  mayFile: false,
  filed: [],
};

export const askOfLee: AskInfo = {
  id: 'a41f0c77b2d94e5a8c3b6d1e2f907a55',
  grant: 'g7k2',
  to: 'Dr Ada Lee',
  how: 'key',
  recipient: 'npub1hale7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m',
  subject: 'me',
  atMicros: Date.parse('2026-11-21T13:00:00Z') * 1000,
  untilMicros: Date.parse('2026-12-05T13:00:00Z') * 1000,
  kinds: ['glucose'],
  days: 30,
  level: 'raw',
  why: 'to see how your nights go',
  opens: {
    streams: [
      { key: 'heart-rate', title: 'Heart rate', level: 'raw', levelBefore: '1h' },
      { key: 'glucose', title: 'Glucose', level: 'raw', levelBefore: null },
    ],
    fromMicros: Date.parse('2026-10-22T13:00:00Z') * 1000,
    toMicros: null,
    untilMicros: Date.parse('2026-12-21T00:00:00Z') * 1000,
  },
};

/** Of g7k2 alone: only hours open, of a morning of a longer series. */
export function seenOf(grant: string): GrantSeen {
  if (grant !== GRANT.id) throw new HaleError('not-found', 'no such grant; `hale grants --all` shows them');
  const { fromMicros, toMicros } = PREVIEW;
  return {
    opensFromMicros: fromMicros,
    opensToMicros: toMicros,
    streams: [
      {
        ...{ key: 'heart-rate', title: 'Heart rate', kind: 'heart-rate', unit: '/min', loinc: '8867-4' },
        ...{ levels: ['1h', '1d'], periodMicros: 1e6 },
        held: { firstMicros: fromMicros, lastMicros: toMicros!, lastValue: 77 },
        here: { firstMicros: fromMicros - 86_400e6, lastMicros: toMicros! + 86_400e6 },
      },
    ],
    unseen: {
      streams: [
        { key: 'ecg-mlii', title: 'ECG, lead II' },
        { key: 'glucose', title: 'Glucose' },
      ],
      records: 12,
    },
  };
}
