// Step 2, of health records: the visit it is for, which proposes what is needed, and the parts of the record.
import type { Category, VisitOffer } from '@hale/home';
import { useId } from 'preact/hooks';
import { Check } from '../../ui/choice.tsx';
import { words } from '../../words/index.ts';
import { zone } from '../../words/numbers.ts';
import { CATEGORIES } from '../records/said.ts';
import { dayOf } from './draft.ts';
import { NO_RECORDS, withVisit } from './records-draft.ts';
import type { StepProps } from './steps.tsx';

/** A visit that these pages do not know yet is told as the home tells it. */
function visitWords({ visit, name, why }: VisitOffer): { name: string; why: string } {
  const { visits } = words.value.consent;
  return Object.hasOwn(visits, visit) ? visits[visit as keyof typeof visits] : { name, why };
}

export function VisitChoice({ draft, change, streams, visits }: StepProps) {
  const { consent } = words.value;
  const name = useId();
  const chosen = visits.find(({ visit }) => visit === draft.visit);
  const choose = (offer: VisitOffer | null) => {
    // By hand one goes on from what stands there.
    if (offer === null) return change({ visit: null });
    const said = { dayOf: (millis: number) => dayOf(millis, zone.value), name: visitWords(offer).name };
    change(withVisit(offer, streams, said));
  };
  const pick = (value: string, title: string, offer: VisitOffer | null) => (
    <label class="pick" key={value}>
      <input type="radio" name={name} checked={draft.visit === (offer?.visit ?? null)} onChange={() => choose(offer)} />
      <span>
        <span class="pick-title">{title}</span>
      </span>
    </label>
  );
  return (
    <div class="stack">
      <fieldset class="picks many">
        <legend>{consent.what.visitQuestion}</legend>
        {visits.map((offer) => pick(offer.visit, visitWords(offer).name, offer))}
        {pick('none', consent.what.visitNone, null)}
      </fieldset>
      {chosen && (
        <p class="small" aria-live="polite">
          {visitWords(chosen).why} <span class="quiet">{consent.what.visitThen}</span>
        </p>
      )}
    </div>
  );
}

export function PartsChoice({ draft, change, overview }: StepProps) {
  const { consent, records } = words.value;
  const { categories } = draft.records;
  const counts = new Map(overview.map(({ category, count }) => [category, count]));
  const set = (chosen: readonly Category[]) =>
    change({ records: chosen.length === 0 ? NO_RECORDS : { ...draft.records, categories: chosen } });
  const isAll = categories.length === CATEGORIES.length;
  return (
    <fieldset class="picks many">
      <legend>{consent.what.parts}</legend>
      <p class="small quiet picks-note">{consent.what.partsText}</p>
      <Check title={consent.what.allParts} value={isAll} onValue={(value) => set(value ? [...CATEGORIES] : [])} />
      {CATEGORIES.map((category) => {
        const count = counts.get(category) ?? 0;
        return (
          <Check
            key={category}
            title={records.categories[category]}
            hint={count === 0 ? consent.what.nothingYet : records.counted(count)}
            value={categories.includes(category)}
            onValue={(value) => set(value ? [...categories, category] : categories.filter((each) => each !== category))}
          />
        );
      })}
    </fieldset>
  );
}
