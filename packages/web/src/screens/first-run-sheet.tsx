// The one sheet: 24 words, the relay, a date, and what to do with it. It prints alone on its page.
import { words } from '../words/index.ts';
import { day } from '../words/numbers.ts';

export function RecoverySheet(props: { words: readonly string[]; relay: string }) {
  const { first } = words.value;
  return (
    <section class="recovery-sheet" aria-label={first.sheetName} translate={false}>
      <header class="row apart">
        <strong>{first.sheetName}</strong>
        <span class="small quiet">
          {first.sheetDate} {day(Date.now() * 1000)}
        </span>
      </header>
      <ol class="words-grid">
        {props.words.map((word, i) => (
          <li key={`${i}-${word}`}>
            <span class="place" aria-hidden="true">
              {i + 1}
            </span>
            {word}
          </li>
        ))}
      </ol>
      <dl class="facts">
        <dt>{first.sheetRelay}</dt>
        <dd>
          {props.relay === '' ? (
            <>
              {first.sheetNoRelay} <span class="blank-line" />
            </>
          ) : (
            props.relay
          )}
        </dd>
      </dl>
      <ul class="said small">
        {first.sheetRules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
    </section>
  );
}
