// What the whole application knows: the session, where one is, who is looked at, what the person prefers.
import type { OperationName, Parameters, Result, SubjectInfo } from '@hale/home';
import { computed, effect, signal } from '@preact/signals';
import { browserLanguage, type Language, language, useLanguage } from '../words/index.ts';
import { systemZone, zone } from '../words/numbers.ts';
import { preferred } from '../words/units.ts';
import { ask, type CallOptions, HomeError, type HomeLink, ownNode } from './home-link.ts';
import { keepKey, tellLocked } from './session-key.ts';

/** As the node's GET /v1/session gives it (packages/home/src/web/routes.ts). */
export interface SessionState {
  state: 'none' | 'locked' | 'closed' | 'open';
  by: 'passphrase' | 'code';
  idleMinutes: number;
  session: { id: string; leftSeconds: number } | null;
  setUp: {
    passphraseCharactersMin: number;
    making: { what: 'create' | 'restore'; done: number; total: number } | null;
    unmade: { code: string; title: string } | null;
  } | null;
}

/** 'unpaired': these pages come from a relay, which knows no home of this phone · 'resting': put away by hand on a paired phone. */
export const session = signal<SessionState | 'loading' | 'offline' | 'unpaired' | 'resting'>('loading');
export const link = signal<HomeLink>(ownNode);

/** Asks the home; a session that has ended shows the lock. */
export async function call<N extends OperationName>(
  name: N,
  parameters: Parameters<N>,
  options?: CallOptions,
): Promise<Result<N>> {
  const asOf = openings;
  try {
    return await link.value.call(name, parameters, options);
  } catch (error) {
    if (error instanceof HomeError && (error.code === 'closed' || error.code === 'locked')) {
      await opening;
      // Refused was the session before this one, and nothing was done: `hale web` opened in a page that is open.
      if (openings !== asOf) return await link.value.call(name, parameters, options);
      void leaveIfEnded();
    }
    if (error instanceof HomeError && error.code === 'unpaired') session.value = 'unpaired';
    throw error;
  }
}

/** The node refused: where the session is over, nothing of it stays on the page. */
async function leaveIfEnded(): Promise<void> {
  const wasOpen = typeof session.value === 'object' && session.value.state === 'open';
  await refreshSession();
  if (wasOpen && typeof session.value === 'object' && session.value.state !== 'open') dropEverything('ended');
}

/** Of a paired phone: there is no session at the node, and what nobody looks at is put away. */
const PAIRED: SessionState = { state: 'open', by: 'code', idleMinutes: 30, session: null, setUp: null };

export async function refreshSession(): Promise<void> {
  const answer = await ask<SessionState>('GET', '/v1/session').catch((error: HomeError) => error);
  // A node that answers and knows this browser is the short cut; else a paired phone asks through the relay.
  const isDirect = !(answer instanceof HomeError) && answer.state !== 'closed';
  const away = isDirect ? null : await (await import('../remote/away.ts')).homeOfThisPhone();
  link.value = away ?? ownNode;
  if (away) session.value = isRemembered(RESTING) ? 'resting' : PAIRED;
  else if (answer instanceof HomeError) session.value = answer.code === 'no-node' ? 'unpaired' : 'offline';
  else session.value = answer;
}

/** Sessions that this page opened, and the one that it is opening. */
let openings = 0;
let opening: Promise<unknown> = Promise.resolve();

/** @throws HomeError */
export async function openSession(given: { passphrase: string } | { code: string }): Promise<void> {
  const opened = ask<SessionState & { key: string }>('POST', '/v1/session', given).then(({ key, ...state }) => {
    keepKey(key);
    openings += 1;
    session.value = state;
  });
  opening = opened.catch(() => {});
  await opened;
}

export async function lock(): Promise<void> {
  if (link.value !== ownNode) {
    (await import('../remote/remote-link.ts')).putAway();
    remember(RESTING);
  } else {
    // What cannot be said to the node, it ends by itself.
    await ask('DELETE', '/v1/session').catch(() => {});
    tellLocked();
  }
  dropEverything('locked');
}

const REASON = 'hale-locked';
const RESTING = 'hale-resting';

/** A new page instead of this one: nothing that was shown stays in memory, nor where one was in the address. */
export function dropEverything(reason: 'locked' | 'ended'): void {
  keepKey(null);
  if (reason === 'ended') remember(REASON);
  document.body.replaceChildren();
  history.replaceState(null, '', '/');
  location.reload();
}

/** On a paired phone: what was put away is opened again. */
export function openAgain(): Promise<void> {
  forget(RESTING);
  return refreshSession();
}

function remember(name: string): void {
  try {
    sessionStorage.setItem(name, '1');
  } catch {
    // Then the lock does not say why it came.
  }
}

function isRemembered(name: string): boolean {
  try {
    return sessionStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

function forget(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // There is nothing to forget.
  }
}

const STOPPED = 'hale-stopped';

/** This phone stops everything, and itself with it: the screen that follows says so. */
export function noteStopped(isSo: boolean): void {
  if (isSo) remember(STOPPED);
  else forget(STOPPED);
}

export const hasStopped = (): boolean => isRemembered(STOPPED);

/** Did the lock come by itself? Said once. */
export function wasEnded(): boolean {
  const was = isRemembered(REASON);
  forget(REASON);
  return was;
}

// --- where one is

/** The part of the address after `#`: '/today', '/series/heart-rate?from=…'. */
export const place = signal(placeOf(location.hash));
export const path = computed(() => place.value.split('?')[0].split('/').filter(Boolean).map(decodeURIComponent));
export const query = computed(() => new URLSearchParams(place.value.split('?')[1] ?? ''));

function placeOf(hash: string): string {
  return hash.startsWith('#/') ? hash.slice(1) : '/today';
}

export function go(to: string): void {
  location.hash = to;
}

/** Changes the query of the present place without a new entry in the history. */
export function setQuery(changes: Record<string, string | null>): void {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) value === null ? next.delete(name) : next.set(name, value);
  const text = next.toString();
  history.replaceState(null, '', `#${place.value.split('?')[0]}${text === '' ? '' : `?${text}`}`);
  place.value = placeOf(location.hash);
}

addEventListener('hashchange', () => {
  place.value = placeOf(location.hash);
});

// --- who is looked at

export const subjects = signal<SubjectInfo[]>([]);
/** Name of the subject; undefined: the one that the home takes by itself. */
export const subject = signal<string | undefined>(undefined);

export async function loadSubjects(): Promise<void> {
  subjects.value = await call('subject.list', {});
  if (!subjects.value.some(({ name }) => name === subject.value)) subject.value = undefined;
}

/** Name of the one who is looked at; undefined while nobody is known. */
export const shownSubject = (): string | undefined =>
  subject.value ?? subjects.value.find(({ isDefault }) => isDefault)?.name;

/** As parameters of an operation. By name wherever one is known: some operations take nobody's name for everybody's. */
export function ofSubject(): { subject?: string } {
  const name = shownSubject();
  return name === undefined ? {} : { subject: name };
}

// --- what the person prefers; no health data, so it may stay in this browser

interface Preferences {
  language: Language;
  theme: 'auto' | 'light' | 'dark';
  units: typeof preferred.value;
  /** IANA zone in which times are shown; null: that of the device. */
  zone: string | null;
  /** Where what she shares is read: ISO 3166-1 alpha-2; '' = not said. */
  country: string;
}

const STORED = 'hale-preferences';
export const theme = signal<Preferences['theme']>('auto');
export const zoneChoice = signal<string | null>(null);
export const country = signal('');

function isZone(name: unknown): name is string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(name) });
    return typeof name === 'string';
  } catch {
    return false;
  }
}

export async function loadPreferences(): Promise<void> {
  let stored: Partial<Preferences> = {};
  try {
    stored = JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Preferences>;
  } catch {
    // A browser without storage, or somebody else's text under our name: the defaults stand.
  }
  await useLanguage(stored.language ?? browserLanguage());
  theme.value = stored.theme ?? 'auto';
  if (stored.units) preferred.value = stored.units;
  zoneChoice.value = isZone(stored.zone) ? stored.zone : null;
  country.value = /^[A-Z]{2}$/.test(stored.country ?? '') ? (stored.country ?? '') : '';
  effect(() => {
    zone.value = zoneChoice.value ?? systemZone;
    const kept: Preferences = {
      language: language.value,
      theme: theme.value,
      units: preferred.value,
      zone: zoneChoice.value,
      country: country.value,
    };
    if (theme.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    try {
      localStorage.setItem(STORED, JSON.stringify(kept));
    } catch {
      // Private windows may refuse: the choice then lasts as long as the page.
    }
  });
}
