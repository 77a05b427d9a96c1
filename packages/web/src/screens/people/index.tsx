// One person or animal: who cares together, who can see, and handing over.
import type { CareInfo } from '@hale/home';
import { useAsked, useTicks } from '../../app/asking.ts';
import { call, subjects } from '../../app/state.ts';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { givenName, NAMELESS_SUBJECT } from '../../words/people.ts';
import { Custodians, Ward } from './care.tsx';
import { HandOver } from './hand-over.tsx';
import { WhoSees } from './seen.tsx';

const REFRESH_MILLIS = 15_000;

export function PersonPage({ of }: { of: string }) {
  const { care } = words.value;
  // Names may change while one looks, and who was handed over is gone.
  const isHere = subjects.value.some(({ id }) => id === of);
  if (!isHere)
    return (
      <div class="page">
        <Empty icon="person" title={care.noSuch}>
          <a class="button" href="#/settings/people">
            {care.back}
          </a>
        </Empty>
      </div>
    );
  return <Person of={of} />;
}

function Person({ of }: { of: string }) {
  const { care } = words.value;
  const asked = useAsked(() => call('custody.show', { subject: of }, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <div class="page">
      <a class="small no-print" href="#/settings/people">
        ← {care.back}
      </a>
      <Answer asked={asked.value} again={asked.again} rows={4}>
        {(info) => (
          <>
            <header class="page-head">
              <div>
                <h1>{nameIn(info)}</h1>
                <p class="quiet">{factsOf(info)}</p>
              </div>
            </header>
            <Custodians info={info} />
            <WhoSees info={info} subject={of} />
            {/* She herself sees it here, and hands herself over to nobody. */}
            {!isOwner(info) && !isAnimal(info) && <Ward info={info} />}
            {!isOwner(info) && <HandOver info={info} />}
          </>
        )}
      </Answer>
    </div>
  );
}

const isOwner = ({ subject: { name } }: CareInfo): boolean => name === NAMELESS_SUBJECT;
export const isAnimal = ({ subject: { species } }: CareInfo): boolean => species !== null && species !== 'human';

export const nameIn = ({ subject: { name } }: CareInfo): string => givenName(name) || words.value.frame.me;

/** 'Dog · Female · born 2019 · Chip number 276…'. */
export function factsOf({ subject }: CareInfo): string {
  const { settings, care } = words.value;
  const { species, sex, birthYear, breed, chip, vet } = subject;
  return [
    ...(species ? [settings.speciesOf[species]] : []),
    ...(breed ? [breed] : []),
    ...(sex ? [settings.sexes[sex]] : []),
    ...(birthYear ? [settings.bornIn(String(birthYear))] : []),
    ...(chip ? [`${care.chip} ${chip}`] : []),
    ...(vet ? [`${care.vet}: ${vet}`] : []),
  ].join(' · ');
}
