// Corrections: asking whoever wrote a record to put it right, what they answered, and her disagreement beside it. Nothing of theirs is changed here.
import { randomUUID } from 'node:crypto';
import { base64Encode, HaleError, utf8Encode } from '@hale/kernel';
import { type Resource, resolve, titleOf } from '@hale/vault/records';
import {
  type AskWish,
  CORRECTION_STATES,
  type Correction,
  type CorrectionRecord,
  type CorrectionState,
  correctionAsk,
  correctionBundle,
  correctionDisagreement,
  correctionsIn,
  deadlineOf,
  isDecided,
  mayDisagree,
  notedAnswer,
} from '@hale/vault/records/corrections';
import type { CorrectionInfo } from '../api-emergency.ts';
import { replaceFile } from '../durable-file.ts';
import { correctionLetter } from '../filing/correction.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import type { Operation } from './context.ts';
import { recordId } from './records.ts';
import { microsOf } from './times.ts';

const TYPES = new Set(['Communication', 'Task']);
const ofRecord = (id: string): string => `urn:hale:record:${id}`;

function wordsOf(text: string): string {
  const words = String(text).trim();
  if (words === '') throw new HaleError('usage', 'say in words what is wrong and what is right');
  if (words.length > HOME_LIMITS.amendmentCharactersMax)
    throw new HaleError('too-large', 'the text is too long', { most: HOME_LIMITS.amendmentCharactersMax });
  return words;
}

/** Communications and Tasks. What a reference means is asked of the vault; within one file it is what that file calls so. */
function messagesOf(home: Home, subject: string): CorrectionRecord[] {
  return [...home.records.heads(subject)]
    .filter(({ type, state }) => TYPES.has(type) && state === 'current')
    .map(({ id, type, overlay, at, addedAt, sources }) => {
      const { resource } = home.records.read(subject, id);
      const inFile = (name: string): string[] => sources.map(({ source }) => `${source} ${name}`);
      const said = Date.parse(String(resource.lastModified ?? resource.sent ?? resource.authoredOn ?? ''));
      return {
        ...{ id, resource, of: overlay?.of ?? null, at: Number.isNaN(said) ? (at ?? addedAt) : said * 1000 },
        names: [
          ofRecord(id),
          `${type}/${id}`,
          ...sources.flatMap(({ localId, source }) => (localId ? [`${source} ${localId}`] : [])),
        ],
        means: (reference) => {
          const to = reference === '' ? null : resolve(home.records, subject, id, reference);
          return to === null ? [reference, ...inFile(reference)] : [ofRecord(to)];
        },
      };
    });
}

const all = (home: Home, subject: string): Correction[] => correctionsIn(messagesOf(home, subject), home.nowMicros());

function infoOf(home: Home, subject: string, correction: Correction): CorrectionInfo {
  const { resource } = home.records.read(subject, correction.of);
  const { deadline, ...rest } = correction;
  return {
    ...rest,
    title: titleOf(resource),
    answerByMicros: deadline?.answerBy ?? null,
    extendedToMicros: deadline?.extendedTo ?? null,
    rule: deadline?.rule ?? null,
    isDecided: isDecided(correction.state),
  };
}

function find(home: Home, asked: string): { subject: string; correction: Correction } {
  for (const subject of home.vault.state.subjects.keys()) {
    const found = all(home, subject).filter(({ id }) => asked.length >= 4 && id.startsWith(asked));
    if (found.length > 1) throw new HaleError('usage', 'several begin like that; give more of the id');
    if (found.length === 1) return { subject, correction: found[0] };
  }
  throw new HaleError('not-found', 'no such request; `hale corrections` lists them');
}

const again = (home: Home, { subject, correction }: ReturnType<typeof find>): CorrectionInfo =>
  infoOf(home, subject, all(home, subject).find(({ id }) => id === correction.id)!);

/** Puts something of hers among the records. @param of the record that it stands on; null: by itself */
function append(home: Home, subject: string, resource: Resource, of: string | null, atMicros: number): string {
  const id = home.records.newId();
  const version = {
    ...{ id, type: resource.resourceType, revision: 1, state: 'current' as const, from: null, at: atMicros, of },
    origin: of === null ? ('own' as const) : ('overlay' as const),
    // A hospital's copy of what she wrote must not take its place: it has no name by which it would be found.
    ...{ made: home.nowMicros(), keys: [], isBeside: false, notes: [] },
  };
  const category = of === null ? 'other' : home.records.head(subject, of)!.category;
  if (home.records.append(subject, [{ category, version, resource }])) home.network.listenAgain();
  return id;
}

function wishOf(home: Home, subject: string, of: string, given: { text: string; to: string; place: string }): AskWish {
  const { resource } = home.records.read(subject, of);
  const patient = [...home.records.heads(subject)].find(({ type }) => type === 'Patient');
  const name = patient
    ? titleOf(home.records.read(subject, patient.id).resource)
    : home.vault.state.subjects.get(subject)!.name;
  return {
    ...given,
    ...{ patient: name, title: titleOf(resource), about: `${resource.resourceType}/${of}` },
    sent: new Date(home.nowMicros() / 1000).toISOString(),
    uuid: randomUUID(),
  };
}

export const correctionAskFor: Operation<'correction.ask'> = (
  { home },
  { subject: name, record, text, to, place = '' },
) => {
  const { id: subject } = home.vault.subject(name);
  const of = recordId(home, subject, record);
  const head = home.records.head(subject, of);
  if (!head) throw new HaleError('not-found', 'no such record; `hale records` shows them');
  if (head.origin !== 'imported')
    throw new HaleError(
      'usage',
      'this is your own: amend or retract it. Corrections are asked of whoever wrote a record',
    );
  if (place !== '' && !/^[A-Z]{2}$/.test(place))
    throw new HaleError('usage', 'a place is given by the two letters of its country: US, DE, PL; or EU');
  const open = all(home, subject).find((each) => each.of === of && !isDecided(each.state));
  if (open)
    throw new HaleError(
      'conflict',
      'a correction of this record was asked for and is not decided yet; `hale corrections` shows it',
    );
  const source =
    head.sources.length > 0 ? home.records.sources(subject).find(({ id }) => id === head.sources[0].source) : undefined;
  const wish = wishOf(home, subject, of, { text: wordsOf(text), to: to ?? source?.name ?? '', place });
  const id = append(home, subject, correctionAsk(wish), of, home.nowMicros());
  return infoOf(home, subject, all(home, subject).find((each) => each.id === id)!);
};

export const corrections: Operation<'corrections'> = ({ home }, { subject: name }) => {
  const { id: subject } = home.vault.subject(name);
  return all(home, subject).map((correction) => infoOf(home, subject, correction));
};

export const correctionAnswer: Operation<'correction.answer'> = (
  { home },
  { correction: asked, state, text = '', at },
) => {
  const found = find(home, asked);
  if (!CORRECTION_STATES.includes(state) || state === 'asked')
    throw new HaleError('usage', `an answer is one of ${CORRECTION_STATES.slice(1).join(', ')}`);
  if (state === 'sent' && found.correction.sentMicros !== null)
    throw new HaleError('conflict', 'that it was sent is noted already');
  const atMicros = microsOf(at, 'at') ?? home.nowMicros();
  if (atMicros < found.correction.askedMicros)
    throw new HaleError('usage', 'an answer cannot be older than what it answers');
  const { id, to } = found.correction;
  const words = text.trim() === '' ? '' : wordsOf(text);
  const task = notedAnswer(
    `Communication/${id}`,
    state as CorrectionState,
    words,
    to,
    new Date(atMicros / 1000).toISOString(),
  );
  append(home, found.subject, task, null, atMicros);
  return again(home, found);
};

export const correctionDisagree: Operation<'correction.disagree'> = ({ home }, { correction: asked, text }) => {
  const found = find(home, asked);
  const { correction, subject } = found;
  if (!mayDisagree(correction.state))
    throw new HaleError('usage', 'a disagreement stands against a denial, whole or in part; there is none yet');
  if (correction.disagreement)
    throw new HaleError('conflict', 'your disagreement stands beside the record already; retract it first');
  const { of, to, place, id } = correction;
  const wish = wishOf(home, subject, of, { text: wordsOf(text), to, place });
  append(home, subject, correctionDisagreement(wish, `Communication/${id}`), of, home.nowMicros());
  return again(home, found);
};

async function letterOf(home: Home, asked: string): Promise<{ pdf: Uint8Array; bundle: string }> {
  const { subject, correction } = find(home, asked);
  const ids = [correction.id, ...(correction.disagreement ? [correction.disagreement.id] : [])];
  const messages = ids.map((id) => home.records.read(subject, id).resource);
  const { resource } = home.records.read(subject, correction.of);
  const urls = [correction.of, ...ids].map((_, at) =>
    at === 0 ? `urn:uuid:${randomUUID()}` : String((messages[at - 1].identifier as { value: string }[])[0].value),
  );
  const { patient, sent: _sent, ...wish } = wishOf(home, subject, correction.of, correction);
  const nowMicros = home.nowMicros();
  // A letter is sent on the day that stands on it: from then on time runs.
  const deadline = correction.deadline ?? deadlineOf(correction.place, nowMicros);
  return {
    pdf: await correctionLetter({ ...wish, patient, correction: { ...correction, deadline }, nowMicros }),
    bundle: `${JSON.stringify(correctionBundle(messages, resource, urls), null, 1)}\n`,
  };
}

export const correctionExport: Operation<'correction.export'> = async ({ home }, { correction, to }) => {
  const { pdf, bundle } = await letterOf(home, correction);
  const base = to.replace(/\.(json|pdf)$/i, '');
  replaceFile(`${base}.json`, utf8Encode(bundle));
  replaceFile(`${base}.pdf`, pdf);
  return { files: [`${base}.json`, `${base}.pdf`] };
};

export const correctionLetterFor: Operation<'correction.letter'> = async ({ home }, { correction }) => {
  const { pdf, bundle } = await letterOf(home, correction);
  return { pdf: base64Encode(pdf), bundle };
};
