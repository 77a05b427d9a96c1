// Warnings for the owner alone: a record that is not given bears on what the visit is for, or on a record that is given. Nothing of it is written.

import { briefOf } from '../brief.ts';
import type { Kept } from '../copies/policy.ts';
import { statusOf, titleOf } from '../describe.ts';
import type { RecordEntry, RecordHead } from '../model.ts';
import type { Records } from '../records.ts';
import { resolve } from '../references.ts';
import { type Agent, agentsIn, saysAgents } from './agents.ts';
import { BEARINGS, type Bearing, type BearingRule, SOURCES } from './bearings.ts';
import type { VisitId } from './visits.ts';

/** A record, and how it is called in a list. */
export interface TitledHead {
  head: RecordHead;
  title: string;
}

export interface HidingWarning {
  rule: BearingRule;
  /** Records that are not given. */
  hidden: TitledHead[];
  /** It bears on what the visit is for. */
  onVisit: boolean;
  /** Records that are given, on which it bears. */
  shown: TitledHead[];
  /** One English sentence. */
  why: string;
  sources: { title: string; url: string }[];
}

const DAY_MILLIS = 86_400_000;
/** A medicine that ended so many days ago may still act: metronidazole asks for two weeks after disulfiram, naltrexone is injected for a month. */
const ACTS_DAYS = 30;
const UNTRUE = new Set(
  'entered-in-error cancelled not-taken not-done draft rejected refuted unknown-in-error'.split(' '),
);

/** Does it hold by now? Illnesses that end are over with their end; an allergy, and what one is born with, never is. */
function holds({ resource, at }: RecordEntry, agent: Agent, nowMillis: number): boolean {
  const { isOver, ended, verification } = briefOf(resource, nowMillis);
  if (UNTRUE.has(statusOf(resource)) || UNTRUE.has(verification ?? '')) return false;
  if (resource.resourceType.startsWith('Medication')) {
    if (!isOver) return true;
    const last = Date.parse(ended ?? '');
    return nowMillis - (Number.isNaN(last) ? (at ?? 0) / 1000 : last) <= ACTS_DAYS * DAY_MILLIS;
  }
  return agent !== 'pregnancy' || !isOver;
}

/** Sees each record of a share, given or not, and says afterwards what hiding may cost. */
export class WarningSearch {
  readonly #records: Records;
  readonly #subject: string;
  readonly #nowMillis: number;
  readonly #hidden = new Map<Agent, TitledHead[]>();
  readonly #shown = new Map<Agent, TitledHead[]>();

  constructor(records: Records, subject: string, nowMillis: number) {
    this.#records = records;
    this.#subject = subject;
    this.#nowMillis = nowMillis;
  }

  /** @param because what keeps it back; null: it is given */
  see(entry: RecordEntry, because: Kept | null): void {
    if (because?.by === 'state' || !saysAgents(entry.type)) return;
    const found = because === null ? this.#shown : this.#hidden;
    const { resource, ...head } = entry;
    const medicine = medicineIdOf(this.#records, this.#subject, entry);
    const referred = medicine === null ? [] : [this.#records.read(this.#subject, medicine).resource];
    for (const agent of agentsIn(resource, referred)) {
      if (!holds(entry, agent, this.#nowMillis)) continue;
      const title = titleOf(resource) || referred.map(titleOf).join(', ');
      found.set(agent, [...(found.get(agent) ?? []), { head, title }]);
    }
  }

  /** @param visit what the share is for; null: nothing that the table knows */
  warnings(visit: VisitId | null): HidingWarning[] {
    return BEARINGS.flatMap((row: Bearing & { rule: BearingRule }): HidingWarning[] => {
      const hidden = this.#hidden.get(row.hides) ?? [];
      const onVisit = visit !== null && row.visits.includes(visit);
      const on = row.with.flatMap((agent) => this.#shown.get(agent) ?? []);
      if (hidden.length === 0 || (!onVisit && on.length === 0)) return [];
      const shown = on.filter(({ head }, i) => on.findIndex((each) => each.head.id === head.id) === i);
      const sources = row.sources.map((name) => ({ title: SOURCES[name][0], url: SOURCES[name][1] }));
      return [{ rule: row.rule, hidden, onVisit, shown, why: row.why, sources }];
    });
  }
}

/** The record of its own in which a medicine is described. */
export function medicineIdOf(records: Records, subject: string, { id, resource }: RecordEntry): string | null {
  const { reference } = (resource.medicationReference ?? {}) as { reference?: unknown };
  if (typeof reference !== 'string' || reference.startsWith('#')) return null;
  return resolve(records, subject, id, reference);
}
