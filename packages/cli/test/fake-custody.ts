// Custody of the fake home: a daughter who is handed over, a son who is cared for by two, guardians.
import type { CareInfo, CustodyOperations, GuardiansInfo, HandOverInfo, Operations, TakenInfo } from '@hale/home';

const at = (iso: string): number => Date.parse(iso) * 1000;
const NPUB = 'npub1ben7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m';
const OWN = 'npub1hale7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m';
const PIECE = '04G8R-40W20-A1G71-0R40M-30E20';
const MIA = { id: 's2', name: 'Mia', isDefault: false, streams: 2, species: null, birthYear: 2008, sex: null };
const SUBJECT = { ...MIA, breed: null, chip: null, vet: null };

const HAND_OVER: HandOverInfo = {
  ...{ id: '4f2a90c17b3d5e61', name: 'Mia', to: NPUB, state: 'offered', keepsNotes: false, keepsRecords: 0 },
  ...{ atMicros: at('2026-11-21T14:00:00Z'), endedMicros: null, lapsesMicros: at('2026-12-21T00:00:00Z') },
};
const TAKEN: TakenInfo = {
  ...{ subject: SUBJECT, from: OWN, state: 'done' },
  formerGrants: [
    {
      to: 'school',
      recipient: null,
      streams: [{ key: 'pulse', level: 'raw' }],
      records: [],
      purpose: '',
      untilMicros: null,
    },
  ],
};
const GRANT: CareInfo['grants'][number] = {
  ...{ id: 'a41f90c17b3d5e61', by: NPUB, byYou: false, to: 'Dr Lee', recipient: null, streams: ['Heart rate'] },
  ...{ purpose: '', sinceMicros: at('2026-11-01T10:00:00Z'), untilMicros: null, state: 'active', stoppedBy: null },
};
const CARE: CareInfo = {
  subject: SUBJECT,
  custodians: [
    { npub: OWN, isYou: true, name: '', level: 'full', as: 'MTH', untilMicros: null, state: 'accepted' },
    { npub: NPUB, isYou: false, name: 'Ben', level: 'full', as: 'FTH', untilMicros: null, state: 'accepted' },
  ],
  grants: [GRANT],
};
const GUARDIANS: GuardiansInfo = {
  ...{ need: 2, sinceMicros: at('2026-11-01T10:00:00Z'), waitHours: 24 },
  guardians: [
    { npub: NPUB, name: NPUB, state: 'kept' },
    { npub: null, name: '', state: 'paper' },
    { npub: null, name: '', state: 'paper' },
  ],
  releases: [],
};
const ASKED = { npub: NPUB, askedMicros: at('2026-11-21T13:00:00Z'), fromMicros: at('2026-11-22T13:00:00Z') };

type Names = Exclude<keyof CustodyOperations, 'subject.add' | 'subject.change' | 'subject.list'>;
type Handlers = { [N in Names]: (parameters: Operations[N][0]) => Operations[N][1] };

export const FAKE_CUSTODY: Handlers = {
  'subject.hand-over': ({ keepNotes, keep }) => ({
    ...HAND_OVER,
    keepsNotes: keepNotes === true,
    keepsRecords: keep?.length ?? 0,
  }),
  'subject.keep': () => ({ ...HAND_OVER, state: 'taken-back' }),
  'subject.hand-overs': () => [HAND_OVER],
  'subject.offers': () => ({
    offers: [{ offer: '7c01aa', from: NPUB, name: 'Rex', species: 'dog', cameMicros: at('2026-11-21T13:00:00Z') }],
    taken: [],
    canBeMe: false,
  }),
  'subject.take': () => TAKEN,
  'subject.decline': () => ({}),
  'custody.offer': ({ name = '', as = '' }) => ({
    ...{ npub: NPUB, isYou: false, name, level: 'full', as, untilMicros: null, state: 'offered' },
  }),
  'custody.offers': () => [
    {
      ...{ offer: '7c01aa', from: NPUB, name: 'Leo', species: null, cameMicros: at('2026-11-21T13:00:00Z') },
      ...{ as: 'MTH', untilMicros: null },
    },
  ],
  'custody.accept': () => CARE,
  'custody.decline': () => ({}),
  'custody.show': () => CARE,
  'custody.stop': () => ({ ...CARE, grants: [{ ...GRANT, state: 'stopped', stoppedBy: OWN }] }),
  'custody.leave': () => ({}),
  'custody.ward': () => CARE,
  'custody.mine': () => [{ name: 'Mia', from: OWN, custodians: CARE.custodians, grants: CARE.grants }],
  'guardians.set': () => ({ guardians: GUARDIANS, papers: [PIECE, PIECE], relays: ['wss://relay.example.org'] }),
  guardians: () => ({ ...GUARDIANS, releases: [ASKED] }),
  'guardians.revoke': () => ({}),
  'guardians.refuse': () => ({ refused: 1 }),
  'guardian.pieces': () => [
    { owner: NPUB, need: 2, sinceMicros: at('2026-11-01T10:00:00Z'), waitHours: 24, release: null },
  ],
  'guardian.release': ({ code }) =>
    code.startsWith('2')
      ? { state: 'released', text: PIECE }
      : { state: 'waiting', untilMicros: at('2026-11-22T14:00:00Z') },
  'guardian.forget': () => ({}),
};
