// The last step, of health records: what they will see, drawn as they will see it; what stays hidden, for her alone; and where hiding may harm her.
import type { HidingWarned, RecordNamed, RecordsPreview, ShareParameters } from '@hale/home';
import { useAsked } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { GivenRecords } from '../../given/given-records.tsx';
import { Button } from '../../ui/button.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { nameOf } from '../records/said.ts';

export function RecordsPreviewed({ parameters }: { parameters: ShareParameters }) {
  const asked = useAsked(() => call('share.records', parameters));
  return (
    <Answer asked={asked.value} again={asked.again}>
      {(records) => <GivenRecords records={records} heading="h3" />}
    </Answer>
  );
}

/** @param show of records that shall be seen after all */
export function Warned({ warnings, show }: { warnings: readonly HidingWarned[]; show: (ids: string[]) => void }) {
  const { consent } = words.value;
  const { check } = consent;
  if (warnings.length === 0) return null;
  return (
    <Notice tone="alert" isUrgent>
      <div class="stack">
        <strong>{check.warnTitle}</strong>
        {warnings.map((warning) => (
          <div class="stack tight" key={warning.rule}>
            <p>
              <strong>{check.warnHides(titlesOf(warning.hidden))}</strong>{' '}
              {warning.onVisit && warning.shown.length === 0 && check.warnVisit} {whyOf(warning)}{' '}
              {warning.shown.length > 0 && check.warnOn(titlesOf(warning.shown))}
            </p>
            <p class="caption">
              {check.warnSources}: {warning.sources.map(({ title }) => title).join('; ')}
            </p>
            <div>
              <Button icon="eye" onPress={() => show(warning.hidden.map(({ id }) => id))}>
                {check.warnShow}
              </Button>
            </div>
          </div>
        ))}
        <p class="small">{check.warnEnd}</p>
      </div>
    </Notice>
  );
}

/** Beside the button, far below the list: what it hides, once more. */
export function WarnedOnce({ warnings }: { warnings: readonly HidingWarned[] }) {
  const { check } = words.value.consent;
  if (warnings.length === 0) return null;
  return (
    <Notice tone="alert">
      {warnings.map((warning) => (
        <p key={warning.rule}>
          <strong>{check.warnHides(titlesOf(warning.hidden))}</strong> {whyOf(warning)}
        </p>
      ))}
    </Notice>
  );
}

/** What is hidden though it may harm her, by the titles of the records: allergies are called that. */
export function hiddenWords(warnings: readonly HidingWarned[]): string {
  const { check } = words.value.consent;
  const hidden = [...new Map(warnings.flatMap((warning) => warning.hidden).map((each) => [each.id, each])).values()];
  const allergies = hidden.filter(({ category }) => category === 'allergies');
  const others = hidden.filter((each) => !allergies.includes(each));
  return [
    ...(allergies.length > 0 ? [check.myAllergies(allergies.length, titlesOf(allergies))] : []),
    ...(others.length > 0 ? [titlesOf(others)] : []),
  ].join('; ');
}

/** A rule that these pages do not know yet is told as the home tells it. */
function whyOf({ rule, why }: HidingWarned): string {
  const { warns } = words.value.consent;
  return Object.hasOwn(warns, rule) ? warns[rule as keyof typeof warns] : why;
}

const titlesOf = (records: readonly RecordNamed[]): string => [...new Set(records.map(nameOf))].join(', ');

export function Hidden({ preview }: { preview: RecordsPreview }) {
  const { consent, records } = words.value;
  const { check, areas } = consent;
  const { withheld, withheldCount, leftOut, filesKept, filesKeptCount } = preview;
  const because = (kept: RecordsPreview['withheld'][number]['because']): string => {
    if (kept.by === 'label') return kept.areas.map((area) => areas[area]).join(', ');
    return kept.by === 'hand' || kept.by === 'document' ? check.because[kept.by] : '';
  };
  return (
    <section class="stack tight" aria-label={check.hiddenTitle}>
      <div>
        <h3>{check.hiddenTitle}</h3>
        <p class="small quiet">{withheldCount + filesKeptCount === 0 ? check.hiddenNone : check.hiddenText}</p>
      </div>
      {withheldCount > 0 && (
        <details class="fold card" open={withheldCount <= 8}>
          <summary>{records.counted(withheldCount)}</summary>
          <ul class="notes small">
            {withheld.map((each) => (
              <li key={each.id}>
                <strong>{nameOf(each)}</strong> <span class="quiet">{because(each.because)}</span>
              </li>
            ))}
            {withheldCount > withheld.length && (
              <li class="quiet">{check.hiddenMore(records.counted(withheldCount - withheld.length))}</li>
            )}
          </ul>
        </details>
      )}
      {filesKeptCount > 0 && (
        <details class="fold card" open={filesKeptCount <= 8}>
          <summary>{check.filesKept(records.counted(filesKeptCount))}</summary>
          <ul class="notes small">
            {filesKept.map((each) => (
              <li key={each.id}>
                <strong>{nameOf(each)}</strong> <span class="quiet">{check.fileKept}</span>
              </li>
            ))}
            {filesKeptCount > filesKept.length && (
              <li class="quiet">{check.hiddenMore(records.counted(filesKeptCount - filesKept.length))}</li>
            )}
          </ul>
        </details>
      )}
      {leftOut.length > 0 && (
        <p class="small">
          {check.filesOut}: {leftOut.map((each) => `${nameOf(each)} (${check.filesWhy[each.why]})`).join(', ')}
        </p>
      )}
    </section>
  );
}
