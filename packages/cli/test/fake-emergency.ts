// The emergency card of the fake home, opened once.
import type { EmergencyInfo, EmergencyOpeningInfo, Operations } from '@hale/home';
import { HaleError } from '@hale/kernel';

const at = (iso: string): number => Date.parse(iso) * 1000;

const OPENING: EmergencyOpeningInfo = {
  ...{ id: '3fa29c01-1', atMicros: at('2026-11-20T21:14:00Z'), untilMicros: at('2026-11-21T21:14:00Z'), isOpen: true },
  ...{ relay: 'wss://relay.example.org', reason: 'unconscious', why: 'found at the station', name: 'Dr. Vera Lind' },
  ...{ institution: 'City hospital', npub: '', factor: 'pin', isSigned: true, review: null },
};

const INFO: EmergencyInfo = {
  ...{
    subject: 'me',
    state: 'on',
    sections: ['allergies', 'medicines'],
    series: [],
    name: 'Ana Sanchez',
    born: '1961',
  },
  ...{ language: 'en', contacts: [], notes: [], told: [], hours: 24, factor: 'pin', institutions: [], never: [] },
  facts: [
    { section: 'allergies', lines: ['! Penicillin: Anaphylaxis'] },
    { section: 'medicines', lines: ['Warfarin 5 mg: one in the evening'] },
  ],
  card: {
    madeMicros: at('2026-11-01T10:00:00Z'),
    hasPin: true,
    relays: [{ url: 'wss://relay.example.org', armedMicros: at('2026-11-21T03:00:00Z') }],
  },
  closing: [],
  openings: [OPENING],
  failed: [],
};

type Emergency = Extract<keyof Operations, `emergency${string}`>;

export const EMERGENCY: { [N in Emergency]: (given: Operations[N][0]) => Operations[N][1] } = {
  emergency: () => INFO,
  'emergency.change': ({ hours = 24 }) => ({ ...INFO, hours }),
  'emergency.card': ({ to = '', withPin = false }) => ({
    ...{ files: [`${to}.pdf`, `${to}.svg`], link: 'https://relay.example.org/e#secret', facts: INFO.facts, failed: [] },
    pin: withPin ? '402913' : null,
  }),
  'emergency.never': ({ records }) => ({ ...INFO, never: records }),
  'emergency.again': () => INFO,
  'emergency.review': ({ opening }) => {
    if (opening !== OPENING.id) throw new HaleError('not-found', 'no such opening; `hale emergency` shows them');
    return OPENING;
  },
  'emergency.end': () => ({ ...OPENING, isOpen: false }),
  'emergency.print': () => ({ faces: ['<svg/>', '<svg/>'], hasCode: false, picture: '<svg/>', pdf: null }),
  'emergency.openings': () => [{ ...OPENING, subject: INFO.subject }],
  'emergency.off': ({ forbid = false }) => ({ ...INFO, state: forbid ? 'forbidden' : 'none', card: null }),
  'emergency.allow': () => ({ ...INFO, state: 'none', card: null }),
  'emergency.code': () => ({ code: 'mN3q'.repeat(38), expiresMicros: at('2026-11-21T14:15:00Z') }),
  'emergency.open': () => ({
    ...{ name: INFO.name, born: INFO.born, writtenMicros: at('2026-11-21T03:00:00Z'), told: 1, bundle: null },
    ...{ untilMicros: at('2026-11-22T14:00:00Z'), sections: INFO.facts },
  }),
};
