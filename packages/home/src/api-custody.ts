// Subjects, and everyone one cares for: handing over, custodians, guardians. Part of the table in api.ts. specs/custody.md
import type { Category } from '@hale/vault/records';
import type { LevelText } from './api.ts';

export interface SubjectInfo {
  id: string;
  name: string;
  isDefault: boolean;
  streams: number;
  /** What reference ranges go by; null where nobody has said it. */
  species: Species | null;
  birthYear: number | null;
  sex: Sex | null;
  breed: string | null;
  chip: string | null;
  vet: string | null;
}

export type Species = 'human' | 'dog' | 'cat' | 'horse' | 'rabbit' | 'other';
export type Sex = 'female' | 'male' | 'other';

/** What may be said of a subject beside its name; null takes it back. */
export interface AboutSubject {
  species?: Species | null;
  birthYear?: number | null;
  sex?: Sex | null;
  /** Of animals; the chip has 15 digits. */
  breed?: string | null;
  chip?: string | null;
  vet?: string | null;
}

export interface HandOverInfo {
  id: string;
  /** Name of who is handed over. */
  name: string;
  /** npub. */
  to: string;
  /** 'packing': goes on by itself · 'offered': waits for the other home; nothing new is kept here meanwhile. */
  state: 'packing' | 'offered' | 'done' | 'declined' | 'taken-back';
  keepsNotes: boolean;
  /** Records that stay, by number. */
  keepsRecords: number;
  atMicros: number;
  endedMicros: number | null;
  /** An offer lapses then. */
  lapsesMicros: number;
}

/** Who could read it under the former custodian: for the new one to choose whom to let in again. */
export interface FormerGrantInfo {
  to: string;
  /** npub; null for a link. */
  recipient: string | null;
  streams: { key: string; level: LevelText }[];
  /** Parts of the health records that it gave. */
  records: Category[];
  purpose: string;
  untilMicros: number | null;
}

export interface OfferInfo {
  offer: string;
  /** npub of who hands over. */
  from: string;
  name: string;
  species: Species | null;
  cameMicros: number;
}

export interface TakenInfo {
  subject: SubjectInfo;
  /** npub of who had it before. */
  from: string;
  /** 'copying': goes on by itself · 'copied': all is here, the other home does not know yet · 'done'. */
  state: 'copying' | 'copied' | 'done';
  formerGrants: FormerGrantInfo[];
}

export type CustodyLevelText = 'full' | 'read' | 'collect';

export interface CustodianInfo {
  /** npub. */
  npub: string;
  isYou: boolean;
  /** As whoever let them in calls them; '' = said by nobody. */
  name: string;
  level: CustodyLevelText;
  /** Code of HL7 v3 RoleCode (FHIR RelatedPerson.relationship), such as PRN or MTH; ''. */
  as: string;
  untilMicros: number | null;
  /** 'expired': the time is over, though keys that were given cannot be taken back. */
  state: 'offered' | 'accepted' | 'left' | 'expired';
}

/** Everybody who cares for somebody, and everybody who can see: what custodians and the ward are shown. */
export interface SeenCare {
  custodians: CustodianInfo[];
  grants: {
    id: string;
    /** npub of who gave it. */
    by: string;
    byYou: boolean;
    to: string;
    recipient: string | null;
    streams: string[];
    purpose: string;
    sinceMicros: number;
    untilMicros: number | null;
    state: 'active' | 'ended' | 'stopped';
    /** npub of who stopped it. */
    stoppedBy: string | null;
  }[];
}

export interface CareInfo extends SeenCare {
  subject: SubjectInfo;
}

export interface CustodyOfferInfo extends OfferInfo {
  as: string;
  untilMicros: number | null;
}

export interface GuardianInfo {
  /** npub; null: on paper. */
  npub: string | null;
  name: string;
  /** 'sent': nothing was heard yet · 'kept': her home holds it. */
  state: 'sent' | 'kept' | 'paper';
}

export interface GuardiansInfo {
  need: number;
  sinceMicros: number;
  /** Hours between a guardian's wish to release and the release, in which this home may refuse. */
  waitHours: number;
  guardians: GuardianInfo[];
  /** Guardians who are about to release their piece. */
  releases: { npub: string; askedMicros: number; fromMicros: number | null }[];
}

export interface HeldPieceInfo {
  /** npub of whose words it is a piece. */
  owner: string;
  need: number;
  sinceMicros: number;
  waitHours: number;
  release: { untilMicros: number; isRefused: boolean } | null;
}

export type ReleaseResult = { state: 'waiting'; untilMicros: number } | { state: 'released'; text: string };

export interface CustodyOperations {
  'subject.add': [{ name: string } & AboutSubject, SubjectInfo];
  /** By name or id. */
  'subject.change': [{ subject: string; name?: string } & AboutSubject, SubjectInfo];
  'subject.list': [Record<string, never>, SubjectInfo[]];
  /**
   * Cuts the words into pieces: one for each guardian, and as many on paper. Gives the printed ones, which are kept nowhere. 2 of them give the
   * words unless `need` says otherwise; 24 hours of waiting unless `waitHours` does.
   */
  'guardians.set': [
    { words: string; to: string[]; papers?: number; need?: number; waitHours?: number },
    { guardians: GuardiansInfo; papers: string[]; relays: string[] },
  ];
  guardians: [Record<string, never>, GuardiansInfo | null];
  'guardians.revoke': [Record<string, never>, Record<string, never>];
  /** Refuses every release that guardians announced. */
  'guardians.refuse': [Record<string, never>, { refused: number }];
  /** Pieces of others' words that this home holds. */
  'guardian.pieces': [Record<string, never>, HeldPieceInfo[]];
  /** @param code as the new machine shows it */
  'guardian.release': [{ owner: string; code: string }, ReleaseResult];
  'guardian.forget': [{ owner: string }, Record<string, never>];
  /** Offers full custody: that person's home then collects, shares and lets others in as this one does. */
  'custody.offer': [{ subject: string; to: string; name?: string; as?: string; until?: string }, CustodianInfo];
  'custody.offers': [Record<string, never>, CustodyOfferInfo[]];
  'custody.accept': [{ offer: string; name?: string }, CareInfo];
  'custody.decline': [{ offer: string }, Record<string, never>];
  'custody.show': [{ subject?: string }, CareInfo];
  /** Stops a share of whichever custodian: at once, and it does not come back. */
  'custody.stop': [{ subject: string; grant: string }, CareInfo];
  /** Lets the person herself, who has a home of her own, see who cares for her and who can see. No reading opens by it. */
  'custody.ward': [{ subject: string; to: string }, CareInfo];
  /** Who cares for you, and who can see, as those say who let you look. `name`: as they call you; `from`: npub. */
  'custody.mine': [Record<string, never>, (SeenCare & { name: string; from: string })[]];
  /** Lets go; the others go on. */
  'custody.leave': [{ subject: string }, Record<string, never>];

  /** Offers somebody to another person, who then has them alone. `keepNotes`: own notes stay; `keep`: ids of records that stay. */
  'subject.hand-over': [{ subject: string; to: string; keepNotes?: boolean; keep?: string[] }, HandOverInfo];
  /** Takes an offer back. */
  'subject.keep': [{ subject: string }, HandOverInfo];
  'subject.hand-overs': [Record<string, never>, HandOverInfo[]];
  /** What was offered to this home, and what it took up. */
  'subject.offers': [Record<string, never>, { offers: OfferInfo[]; taken: TakenInfo[]; canBeMe: boolean }];
  /**
   * Takes somebody up, under new keys. Broken off, it goes on by itself. `asMe`: who comes of age is this home's own person, of whom nothing is kept yet.
   */
  'subject.take': [{ offer: string; name?: string; asMe?: boolean }, TakenInfo];
  'subject.decline': [{ offer: string }, Record<string, never>];
}
