// Emergency access against a real relay: what opens, what does not, who is told, and what never leaves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEmergencyLink } from '@hale/consent/emergency';
import { encodeNpub, fromHex, HaleError, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { unwrapGift } from '@hale/kernel/open';
import { masterKeys } from '@hale/kernel/seal';
import { RELAY_LIMITS } from '@hale/relay/server';
import { pdfText } from '@hale/testkit/pdf-text';
import { afterEach, describe, expect, test } from 'vitest';
import { hearNotices } from '../src/emergency/notices.ts';
import { openCard } from '../src/emergency/open.ts';
import { tendSubject } from '../src/emergency/tend.ts';
import type { Home } from '../src/home.ts';
import {
  emergency,
  emergencyAgain,
  emergencyAllow,
  emergencyCard,
  emergencyChange,
  emergencyCode,
  emergencyEnd,
  emergencyNever,
  emergencyOff,
  emergencyOpen,
  emergencyOpenings,
  emergencyPrint,
  emergencyReview,
} from '../src/operations/emergency.ts';
import { erase } from '../src/operations/erase.ts';
import { subjectAdd } from '../src/operations/people.ts';
import { revokeAll, revokeLook } from '../src/operations/stop-everything.ts';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';
import { bringRecords, context, RESOURCES, recordNamed } from './emergency-people.ts';
import { Homes, random, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const HOUR = 3600;

/** A home, its relay, and the clock of both. */
async function owner(): Promise<{ home: Home; relay: RelayHandle; clock: { seconds: number }; me: string }> {
  const clock = { seconds: Math.floor(Date.now() / 1000) };
  const home = homes.make({ nowMicros: () => clock.seconds * 1e6 });
  const relay = await homes.relayWith({ now: () => clock.seconds }, home.keys);
  useRelay(home, relay.url);
  await bringRecords(home);
  return { home, relay, clock, me: home.vault.subject(undefined).id };
}

/** Another relay that keeps her card, which can go away and be there again. */
async function secondRelay(home: Home, clock: { seconds: number }) {
  const dir = homes.dir();
  const now = () => clock.seconds;
  const far = await startRelay({ dir, private: true, now });
  far.addMember(toHex(schnorrPublic(home.keys.member)));
  useRelay(home, far.url);
  return { far, again: () => homes.relayWith({ dir, port: far.port, now }, home.keys) };
}

const WHO = {
  reason: 'unconscious',
  why: 'found at the station',
  name: 'Dr. Vera Lind',
  institution: 'City hospital',
} as const;
const linesOf = (sections: { section: string; lines: string[] }[]) =>
  Object.fromEntries(sections.map(({ section, lines }) => [section, lines]));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof HaleError ? error.code : error),
  );

/** As a browser does: nobody stands by it. */
const openPlain = (link: string, more: { pin?: string; code?: string } = {}) =>
  openCard({
    link: parseEmergencyLink(link),
    statement: { ...WHO, time: Date.now() * 1000 },
    identity: null,
    pin: more.pin ?? '',
    code: more.code ?? '',
  });

describe('a card', () => {
  test('gives the chosen facts to whoever says why, and she sees who and why, signed', async () => {
    const { home } = await owner();
    const { link, pin, facts } = await emergencyCard(context(home), {});
    expect(pin).toBeNull();
    const doctor = homes.make();
    const opened = await emergencyOpen(context(doctor), { link, ...WHO });
    expect(opened).toMatchObject({ name: 'Ana Sanchez', born: '1961', told: 0 });
    expect(opened.sections).toEqual(facts);
    expect(linesOf(opened.sections)).toEqual({
      allergies: ['! Penicillin: Anaphylaxis'],
      medicines: ['Warfarin 5 mg: one in the evening'],
      conditions: expect.arrayContaining(['Asthma', 'Syphilis of long ago']),
      blood: ['A Rh(D) positive'],
      contacts: ['Luis Sanchez, +34 600 111 222, son'],
    });
    expect(JSON.parse(opened.bundle!)).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    const { openings } = await emergency(context(home), { look: true });
    expect(openings).toMatchObject([
      {
        ...WHO,
        isOpen: true,
        isSigned: true,
        factor: 'none',
        npub: encodeNpub(fromHex(doctor.identityPublic(), 32)),
        review: null,
      },
    ]);
    expect(home.warnings.map(({ code }) => code)).toContain('emergency-opened');
  });

  test('gives nothing that she keeps from everybody, that she did not choose, or that only a reference would tell', async () => {
    const { home } = await owner();
    await emergencyNever(context(home), { records: [recordNamed(home, 'Syphilis')] });
    const { link } = await emergencyCard(context(home), {});
    const { sections, bundle } = await emergencyOpen(context(homes.make()), { link, ...WHO });
    const all = `${JSON.stringify(sections)}${bundle}`;
    for (const secret of ['Syphilis', 'grief', 'fourth of May', 'ddiction', 'Haemoglobin', 'MRN-4711', 'Hidden street'])
      expect(all).not.toContain(secret);
    expect(all).toContain('Asthma');
  });

  test('gives nothing of the record of her person where she keeps that from everybody', async () => {
    const { home, me } = await owner();
    const [person] = [...home.records.heads(me)].filter(({ type }) => type === 'Patient');
    await emergencyNever(context(home), { records: [person.id] });
    const { link } = await emergencyCard(context(home), {});
    const opened = await emergencyOpen(context(homes.make()), { link, ...WHO });
    expect(opened).toMatchObject({ name: 'me', born: '', bundle: null });
    expect(linesOf(opened.sections)).not.toHaveProperty('contacts');
    expect(JSON.stringify(opened)).not.toMatch(/Sanchez|1961/);
  });

  test('lasts for its hours and never again by that opening; what was read opens nothing of the next round', async () => {
    const { home, relay, clock, me } = await owner();
    await emergencyChange(context(home), { hours: 2 });
    const { link } = await emergencyCard(context(home), {});
    const { secret } = parseEmergencyLink(link);
    const first = await browser(link, relay.url);
    const opened = await first.open();
    expect(opened).toMatchObject({ status: 200, value: { until: clock.seconds + 2 * HOUR } });
    clock.seconds += 2 * HOUR - 1;
    const again = await first.open();
    expect(again).toMatchObject({ status: 200, value: { share: opened.value.share } });
    clock.seconds += 1;
    expect(await first.open()).toEqual({ status: 409, value: { until: clock.seconds } });
    // Her home was away all the time. It comes back, hears of it, and writes a new round.
    const { opened: told } = await tendSubject(home, me);
    expect(told).toHaveLength(1);
    const second = await browser(link, relay.url);
    const next = await second.open();
    expect(next.status).toBe(200);
    expect(next.value.share).not.toBe(opened.value.share);
    expect(next.value.round).toBeGreaterThan(Number(opened.value.round));
    expect(secret).toHaveLength(32);
    expect(await first.open()).toMatchObject({ status: 409 });
  });

  test('is worthless once another is made, and where she closes it', async () => {
    const { home } = await owner();
    const old = await emergencyCard(context(home), {});
    const { link } = await emergencyCard(context(home), {});
    expect(await codeOf(openPlain(old.link))).toBe('expired');
    expect((await openPlain(link)).sheet.name).toBe('Ana Sanchez');
    expect((await emergencyOff(context(home), {})).state).toBe('none');
    expect(await codeOf(openPlain(link))).toBe('expired');
    // Who opened it before stays for review, and reads nothing more.
    expect((await emergency(context(home), { look: true })).openings).toMatchObject([{ isOpen: false }]);
  });

  test('is not made where she forbade it, until she allows it again', async () => {
    const { home, relay } = await owner();
    const { link } = await emergencyCard(context(home), {});
    expect((await emergencyOff(context(home), { forbid: true })).state).toBe('forbidden');
    expect(await codeOf(emergencyCard(context(home), {}) as Promise<unknown>)).toBe('not-permitted');
    expect(await codeOf(openPlain(link))).toBe('expired');
    expect(relay.store.emergencies.get((await browser(link, relay.url)).id)).toMatchObject({
      share: '',
      isClosed: true,
    });
    emergencyAllow(context(home), {});
    expect((await emergencyCard(context(home), {})).link).not.toBe(link);
  });

  test('gets a new round each day and when facts changed, and none while nothing did', async () => {
    const { home, relay, clock, me } = await owner();
    const { link } = await emergencyCard(context(home), {});
    const { id } = await browser(link, relay.url);
    const round = () => relay.store.emergencies.get(id)!.round;
    const first = round();
    clock.seconds += 120;
    await tendSubject(home, me);
    expect(round()).toBe(first);
    await bringRecords(home, [RESOURCES[0], { ...RESOURCES[3], id: 'new', code: { text: 'Epilepsy' } }]);
    await tendSubject(home, me);
    expect(round()).toBe(first + 1);
    expect(linesOf((await openPlain(link)).sheet.sections).conditions).toContain('Epilepsy');
    clock.seconds += 21 * HOUR;
    await tendSubject(home, me);
    expect(round()).toBe(first + 2);
  });

  test('that is lost with its relay away is closed when the relay is back', async () => {
    const { home, me, clock } = await owner();
    const { far, again } = await secondRelay(home, clock);
    const { link } = await emergencyCard(context(home), {});
    expect(parseEmergencyLink(link).relays).toHaveLength(2);
    await far.close();
    expect((await emergencyOff(context(home), {})).failed).toMatchObject([{ relay: far.url, code: 'unavailable' }]);
    const back = await again();
    expect((await tendSubject(home, me)).failed).toEqual([]);
    expect(back.store.emergencies.get((await browser(link, back.url)).id)?.isClosed).toBe(true);
  });

  test('is closed with everything else that is stopped, unless she keeps it; where a relay is away, she is told which', async () => {
    const { home, me, clock } = await owner();
    const { far, again } = await secondRelay(home, clock);
    const { link } = await emergencyCard(context(home), {});
    const name = home.vault.subject(undefined).name;
    expect(revokeLook(context(home), {})).toMatchObject({ cards: [name] });
    expect((await revokeAll(context(home), { keepCards: true })).cards).toEqual([]);
    expect((await openPlain(link)).sheet.name).toBe('Ana Sanchez');
    await far.close();
    const all = await revokeAll(context(home), {});
    expect(all.cards).toEqual([{ subject: name, pending: [far.url] }]);
    expect(await emergency(context(home), {})).toMatchObject({ state: 'none', card: null, closing: [far.url] });
    expect(revokeLook(context(home), {})).toMatchObject({ cards: [] });
    expect(await codeOf(openPlain(link))).toBe('expired');
    const back = await again();
    await tendSubject(home, me);
    expect(back.store.emergencies.get((await browser(link, back.url)).id)?.isClosed).toBe(true);
    expect((await emergency(context(home), {})).closing).toEqual([]);
  }, 20_000);
});

describe('whoever is erased here', () => {
  test('leaves neither a card that opens nor what was chosen for it', async () => {
    const { home, relay } = await owner();
    const { id } = subjectAdd(context(home), { name: 'Mia' }) as { id: string };
    await emergencyChange(context(home), { subject: 'Mia', contacts: ['Grandmother next door'] });
    const { link } = await emergencyCard(context(home), { subject: 'Mia' });
    expect((await openPlain(link)).sheet.sections).toHaveLength(1);
    await erase(context(home), { subject: 'Mia', confirm: 'Mia' });
    expect(JSON.stringify([...home.vault.state.settings])).not.toContain('Grandmother');
    await tendSubject(home, id);
    expect(await codeOf(openPlain(link))).toBe('expired');
    expect(relay.store.emergencies.get((await browser(link, relay.url)).id)).toMatchObject({
      isClosed: true,
      share: '',
    });
  });
});

describe('who is told', () => {
  test('her named people by the relay itself, though her home is away: a message that any Nostr program shows', async () => {
    const { home, relay } = await owner();
    const son = masterKeys(random(64));
    const him = homes.open({ keys: son }).identityPublic();
    await emergencyChange(context(home), { told: [encodeNpub(fromHex(him, 32))] });
    const { link } = await emergencyCard(context(home), {});
    const wraps = () => relay.store.find({ kinds: [KINDS.wrap], '#p': [him] }).map(({ id }) => relay.store.get(id)!);
    expect(wraps()).toEqual([]);
    expect((await openPlain(link)).told).toBe(1);
    const [wrap, ...more] = wraps();
    expect(more).toEqual([]);
    const message = unwrapGift(wrap, son.identity);
    expect(message).toMatchObject({ kind: 14, pubkey: home.identityPublic() });
    expect(message?.content).toContain('Ana Sanchez');
    expect(message?.content).not.toMatch(/station|Penicillin|Lind/);
    await openPlain(link);
    expect(wraps()).toHaveLength(2);
    // His own Hale says so by itself, once for each.
    const his = homes.open({ keys: son });
    await relay.store.transact(() => relay.addMember(toHex(schnorrPublic(son.member))));
    his.vault.takePen(0);
    useRelay(his, relay.url);
    expect(await hearNotices(his)).toBe(2);
    expect(his.warnings.map(({ code }) => code)).toContain('emergency-of-other');
    expect(await hearNotices(his)).toBe(0);
  });

  test('she, of every opening, and so often only as notices lie ready; then her home writes anew', async () => {
    const { home, me } = await owner();
    const { link } = await emergencyCard(context(home), {});
    for (let n = 0; n < RELAY_LIMITS.emergencyOpeningsMax; n += 1) await openPlain(link);
    expect(await codeOf(openPlain(link))).toBe('expired');
    expect((await tendSubject(home, me)).opened).toHaveLength(RELAY_LIMITS.emergencyOpeningsMax);
    expect((await openPlain(link)).sheet.name).toBe('Ana Sanchez');
  });

  test('she says whether it was right, and ends one that was not', async () => {
    const { home, relay } = await owner();
    const { link } = await emergencyCard(context(home), {});
    const reader = await browser(link, relay.url);
    expect((await reader.open()).status).toBe(200);
    const [{ id }] = (await emergency(context(home), { look: true })).openings;
    expect(() => emergencyReview(context(home), { opening: id, right: false })).toThrow('say what was not right');
    await emergencyReview(context(home), { opening: id, right: false, text: 'I was awake and said no.' });
    expect((await emergencyEnd(context(home), { opening: id })).isOpen).toBe(false);
    expect((await reader.open()).status).toBe(409);
    const [reviewed] = (await emergency(context(home), { look: true })).openings;
    expect(reviewed.review).toMatchObject({ right: false, text: 'I was awake and said no.' });
  });
});

describe('the second factor', () => {
  test('a PIN that is kept apart: a card that is shut stays so until its owner looks after it', async () => {
    const { home, relay, clock, me } = await owner();
    const { link, pin } = await emergencyCard(context(home), { withPin: true });
    expect(pin).toMatch(/^[0-9]{6}$/);
    expect(await codeOf(openPlain(link))).toBe('not-permitted');
    expect(await codeOf(openPlain(link, { pin: pin === '000000' ? '111111' : '000000' }))).toBe('not-permitted');
    clock.seconds += 1;
    expect((await openPlain(link, { pin: pin! })).sheet.name).toBe('Ana Sanchez');
    // Shut: what her home does by itself forgives nothing, or there were eight more tries each day.
    const [id] = [(await browser(link, relay.url)).id];
    relay.store.transact(() => relay.store.emergencies.change(id, { wrong: RELAY_LIMITS.lockerTriesMax }));
    clock.seconds += 24 * HOUR;
    await tendSubject(home, me);
    expect(await codeOf(openPlain(link))).toBe('expired');
    await emergencyAgain(context(home), {});
    expect((await openPlain(link, { pin: pin! })).sheet.name).toBe('Ana Sanchez');
  }, 60_000);

  test('the code of an institution that she named, once; of no other', async () => {
    const { home, clock } = await owner();
    const hospital = homes.make({ nowMicros: () => clock.seconds * 1e6 });
    const stranger = homes.make({ nowMicros: () => clock.seconds * 1e6 });
    const npub = encodeNpub(fromHex(hospital.identityPublic(), 32));
    await emergencyChange(context(home), { institutions: [npub], factor: 'code' });
    const { link } = await emergencyCard(context(home), {});
    const codeFrom = async (desk: Home) => (await emergencyCode(context(desk), {})).code;
    expect(await codeOf(openPlain(link))).toBe('not-permitted');
    expect(await codeOf(openPlain(link, { code: await codeFrom(stranger) }))).toBe('not-permitted');
    const code = await codeFrom(hospital);
    expect((await openPlain(link, { code: `${code.slice(0, 40)} ${code.slice(40)}` })).sheet.name).toBe('Ana Sanchez');
    expect(await codeOf(openPlain(link, { code }))).toBe('not-permitted');
    const old = await codeFrom(hospital);
    clock.seconds += HOUR;
    expect(await codeOf(openPlain(link, { code: old }))).toBe('not-permitted');
    expect((await emergency(context(home), { look: true })).openings).toMatchObject([{ factor: npub }]);
  });
});

test('the card and the picture say what she chose, in her language and English, on one page', async () => {
  const { home } = await owner();
  await emergencyChange(context(home), {
    language: 'es',
    notes: ['Diabetes <type 1> & pump'],
    contacts: ['Eva, +34 600 333 444'],
  });
  const to = join(homes.dir(), 'card');
  const { files, link } = await emergencyCard(context(home), { to, withPin: true });
  expect(files).toEqual([`${to}.pdf`, `${to}.svg`]);
  const svg = readFileSync(files[1], 'utf8');
  for (const text of [
    'Alergia GRAVE / SEVERE allergy:',
    'Penicillin (Anaphylaxis)',
    'Eva, +34 600 333 444',
    'Diabetes &lt;type 1&gt; &amp; pump',
    'Ana Sanchez, nac. 1961',
  ])
    expect(svg).toContain(text);
  expect(svg).not.toContain(link);
  const pdf = readFileSync(files[0]);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const [page, ...more] = pdfText(pdf);
  expect(more).toEqual([]);
  for (const text of [
    'Cut out, fold here',
    'Recortar y doblar',
    'Alergia GRAVE / SEVERE allergy: Penicillin (Anaphylaxis)',
    'A PIN is asked for',
    'Luis Sanchez',
  ])
    expect(page.replaceAll(/\s+/g, ' ')).toContain(text);
});

test('what is shown before is what is printed: the same lines in the same places, and a code only where there is a card', async () => {
  const { home } = await owner();
  await emergencyChange(context(home), {
    notes: ['Diabetes <type 1> & pump', ...Array.from({ length: 18 }, (_, n) => `${n}: ${'long '.repeat(20)}`)],
  });
  const draft = await emergencyPrint(context(home), { withPdf: true });
  expect(draft.pdf).toBeNull();
  expect(draft.faces[0]).toContain('Diabetes &lt;type 1&gt; &amp; pump');
  expect(draft.hasCode).toBe(false);
  expect(draft.faces[1]).not.toContain('shape-rendering="crispEdges"');
  const { link, pin } = await emergencyCard(context(home), { withPin: true });
  const { faces, hasCode, picture, pdf } = await emergencyPrint(context(home), { withPdf: true });
  expect(hasCode).toBe(true);
  const card = faces.join('');
  for (const text of [card, picture]) {
    expect(text).toContain('shape-rendering="crispEdges"');
    expect(text).not.toContain(pin);
    expect(text).not.toContain(link);
  }
  const [page] = pdfText(Buffer.from(pdf!, 'base64'));
  const flat = page.replaceAll(/\s+/g, '');
  const lines = [...card.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) {
    const plain = line.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    expect(flat).toContain(plain.replaceAll(/\s+/g, ''));
  }
  // More than has room: the last line says so, and nothing runs over the edge of the card.
  expect(lines).toContain('… more by the code');
  const feet = [...card.matchAll(/<text x="[^"]*" y="([^"]*)"/g)].map(([, y]) => Number(y));
  expect(Math.max(...feet)).toBeLessThan(153);
});

test('the card says that a PIN is asked for exactly while one is', async () => {
  const { home } = await owner();
  await emergencyCard(context(home), { withPin: true });
  const back = async () => (await emergencyPrint(context(home), {})).faces[1].replaceAll(/<[^>]*>/g, ' ');
  expect(await back()).toContain('A PIN is asked');
  const { card } = await emergencyChange(context(home), { factor: 'none' });
  expect(card).toMatchObject({ hasPin: true });
  expect(await back()).not.toContain('PIN');
});

test('openings wait until they are reviewed', async () => {
  const { home } = await owner();
  const { link } = await emergencyCard(context(home), {});
  await openPlain(link);
  await emergency(context(home), { look: true });
  const [waiting] = await emergencyOpenings(context(home), {});
  expect(waiting).toMatchObject({ subject: 'me', reason: 'unconscious', name: 'Dr. Vera Lind', review: null });
  await emergencyReview(context(home), { opening: waiting.id, right: true });
  expect(await emergencyOpenings(context(home), {})).toEqual([]);
});

/** One browser: a key of its own that it keeps. */
async function browser(link: string, relay: string) {
  const { emergencyLockerId, emergencyVerifier, sealStatement } = await import('@hale/consent/emergency');
  const { newOpeningKey, signOpening } = await import('@hale/kernel/seal');
  const { secret } = parseEmergencyLink(link);
  const id = emergencyLockerId(secret);
  const { secret: own, key } = newOpeningKey(random);
  const ask = async (fields: object) => {
    const body = JSON.stringify({ id, verifier: emergencyVerifier(secret), ...fields });
    const answer = await fetch(`${relay.replace(/^ws/, 'http')}/hale/emergency/open`, { method: 'POST', body });
    return { status: answer.status, value: (await answer.json()) as Record<string, unknown> };
  };
  const open = async () => {
    const { value } = await ask({});
    const statement = sealStatement(secret, { ...WHO, time: 0, proof: null }, random);
    const challenge = String(value.challenge);
    const signature = signOpening({ relay, lockerId: id, challenge, statement }, own);
    return ask({ relay, challenge, key, signature, statement });
  };
  return { id, open };
}
