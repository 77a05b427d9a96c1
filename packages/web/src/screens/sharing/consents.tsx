// Every consent with its words: the sentence that she read when she gave it, when it ended and how; on paper, and as FHIR for a hospital.
import type { GrantInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { saveFile } from '../../chart/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { moment } from '../../words/numbers.ts';
import { StateChip } from './index.tsx';
import { subjectOf, type Titles, titleOfGrant } from './words.ts';

export function Consents({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  const { consent, sharing } = words.value;
  if (grants.length === 0) return <p class="quiet">{sharing.historyNone}</p>;
  const newestFirst = [...grants].sort((a, b) => b.issuedMicros - a.issuedMicros);
  return (
    <section class="stack" aria-label={consent.history.title}>
      <div class="row apart">
        <h2 class="h3">{consent.history.title}</h2>
        <span class="no-print">
          <Button icon="print" onPress={() => print()}>
            {consent.history.print}
          </Button>
        </span>
      </div>
      <ol class="stack">
        {newestFirst.map((grant) => (
          <li key={grant.id} class="card stack tight consent-words">
            <Consent grant={grant} titles={titles} />
          </li>
        ))}
      </ol>
      <p class="only-print caption">{words.value.report.printedOn(moment(Date.now() * 1000))}</p>
    </section>
  );
}

function Consent({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { history } = words.value.consent;
  const failed = useSignal('');
  const save = async () => {
    failed.value = '';
    try {
      const { resource } = await call('grants.consent', { grant: grant.id });
      if (resource !== null) saveFile(`consent-${grant.id}.fhir.json`, resource, 'application/fhir+json');
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <>
      <div class="row">
        <a href={`#/sharing/${grant.id}`}>
          <strong>{titleOfGrant(grant)}</strong>
        </a>
        <StateChip grant={grant} />
      </div>
      {grant.sentence === undefined ? (
        <>
          <p>{subjectOf(grant, titles)}</p>
          <p class="caption">{history.noWords}</p>
        </>
      ) : (
        <p class="share-sentence">{grant.sentence}</p>
      )}
      <p class="caption">
        {history.givenOn(moment(grant.issuedMicros))} · {endOf(grant)}
      </p>
      <div class="no-print">
        <Button icon="download" onPress={save}>
          {history.save}
        </Button>
      </div>
      <Fault text={failed.value} />
    </>
  );
}

function endOf({ endedMicros, untilMicros, state }: GrantInfo): string {
  const { history } = words.value.consent;
  if (endedMicros !== null && !(untilMicros !== null && endedMicros >= untilMicros))
    return history.endedOn(moment(endedMicros));
  if (untilMicros !== null && state !== 'active') return history.endedSelf(moment(untilMicros));
  return history.running;
}
