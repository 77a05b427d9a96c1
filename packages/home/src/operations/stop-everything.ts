// Stopping everything: one press for whoever lost control of what she has open. Shares, health links, emergency cards, phones and other browsers.
import { HaleError } from '@hale/kernel';
import type { IssuedGrant } from '@hale/vault';
import type { OpenDoors, Result, RevokedAll } from '../api.ts';
import { closingAt, currentCard, emergencyChoice } from '../emergency/settings.ts';
import { closeCards } from '../emergency/tend.ts';
import type { Home } from '../home.ts';
import { phonesOf, removePhone } from '../remote/phones.ts';
import { closeLink, openLinks } from './cards.ts';
import type { Operation } from './context.ts';
import { grantInfo, waitingAt } from './share.ts';
import { shutAll } from './shut.ts';

const nameOf = (home: Home, subject: string): string => home.vault.state.subjects.get(subject)?.name ?? subject;

const subjectsWithOpenCard = (home: Home): string[] =>
  [...home.vault.state.subjects.keys()].filter((subject) => currentCard(emergencyChoice(home, subject)) !== undefined);

export const revokeLook: Operation<'revoke.look'> = ({ home }): OpenDoors => ({
  cards: subjectsWithOpenCard(home).map((subject) => nameOf(home, subject)),
  links: openLinks(home).map(({ label }) => label),
  phones: phonesOf(home).length,
  readers: [...home.vault.state.devices.values()]
    .filter(({ removed, nightscout }) => !removed && nightscout?.mayRead === true)
    .map(({ name }) => name),
});

/**
 * What was begun before, and still waits for a relay, opens nothing either. One transaction for each grant, so that one that cannot be ended holds
 * up none of the others. Every paired phone goes, and every browser but the one that asks; a phone that asks hears the answer first.
 */
export const revokeAll: Operation<'revoke.all'> = async ({ home, phone, afterAnswer }, { keepSession, keepCards }) => {
  shutAll(home);
  const failed: Result<'revoke.all'>['failed'] = [];
  const ended: IssuedGrant[] = [];
  for (const { record } of home.grants.active())
    try {
      ended.push(home.grants.end(record.id, 'revoked', false));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      failed.push({ grant: record.id, to: record.to, code: error.code });
    }
  const phones = phonesOf(home);
  for (const { id } of phones) {
    const remove = () => home.phones?.remove(id) ?? removePhone(home, id);
    if (id === phone && afterAnswer) afterAnswer(remove);
    else remove();
  }
  const browsers = home.pages?.sessions;
  const sessions = (keepSession === undefined ? browsers?.endAll() : browsers?.endAllBut(keepSession)) ?? 0;
  home.announce();
  const [cards, links] = await Promise.all([
    keepCards ? [] : endCards(home),
    endLinks(home, failed),
    home.network.settle(5000),
  ]);
  const waiting = waitingAt(home);
  return {
    ended: ended.map((grant) => grantInfo(home, grant, waiting)),
    ...{ cards, links, failed, sessions: sessions + phones.length },
  };
};

/** Each is closed here before any relay is asked: one that is away is told when it is back. */
async function endCards(home: Home): Promise<RevokedAll['cards']> {
  return Promise.all(
    subjectsWithOpenCard(home).map(async (subject) => {
      await closeCards(home, subject);
      return { subject: nameOf(home, subject), pending: closingAt(emergencyChoice(home, subject)) };
    }),
  );
}

/** A health link lies at one relay, which has to take it away: where it is not reached, the link is open and said to be. */
async function endLinks(home: Home, failed: RevokedAll['failed']): Promise<string[]> {
  const ended: string[] = [];
  for (const link of openLinks(home))
    try {
      await closeLink(home, link);
      ended.push(link.label);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      failed.push({ grant: link.id, to: link.label, code: error.code });
    }
  return ended;
}
