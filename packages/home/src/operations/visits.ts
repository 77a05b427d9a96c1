// Visits and what each needs of a subject, as parameters of a share that its owner may change.
import { fitsSubject, templateFor, VISITS, type VisitTemplate } from '@hale/vault/records/templates';
import type { ShareParameters, VisitOffer } from '../api.ts';
import type { Operation } from './context.ts';

export const shareTemplates: Operation<'share.templates'> = ({ home }, { subject: asked, place }) => {
  const subject = home.vault.subject(asked);
  const streams = home.vault
    .streams(subject.id)
    .map(({ entry: { key, kind }, grid: { levels } }) => ({ key, kind, levels }));
  const nowMicros = home.nowMicros();
  const facts = { nowMicros, streams, jurisdiction: place?.toUpperCase() ?? '' };
  const year = new Date(nowMicros / 1000).getUTCFullYear();
  return VISITS.map(({ id, name, why, ...visit }): VisitOffer => {
    const fits = fitsSubject({ id, name, why, ...visit }, subject, year);
    return { visit: id, name, why, fits, asked: { ...askedBy(templateFor(id, facts)), subject: subject.name } };
  });
};

const timeOf = (micros: number): string => new Date(micros / 1000).toISOString();

function askedBy({ visit, policy, streams, from, until, purpose }: VisitTemplate): VisitOffer['asked'] {
  const { from: _, to: __, show: ___, ...records } = policy;
  const levels = Object.fromEntries(streams.map(({ key, level }) => [key, level]));
  const ofSeries: Partial<ShareParameters> = streams.length > 0 ? { levels, from: timeOf(from) } : {};
  return {
    ...{ visit, streams: streams.map(({ key }) => key), ...ofSeries, purpose: purpose.text, purposeCode: purpose.code },
    ...(until === null ? {} : { until: timeOf(until) }),
    records: { ...records, anyTime: true },
  };
}
