// Asks for more: what would be opened, and one press that opens it, opens a part, or puts it off without a word.
import type { AskInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, dayShort, endWhen } from '../../words/numbers.ts';
import { answerBy, capital, type Titles, titleOfGrant, whoOf } from './words.ts';

export function Asks({ asks, titles }: { asks: readonly AskInfo[]; titles: Titles }) {
  const { sharing } = words.value;
  const said = useSignal('');
  return (
    <>
      {said.value !== '' && (
        <Notice tone="good" isUrgent>
          {said.value}
        </Notice>
      )}
      {asks.length > 0 && (
        <section class="stack" aria-label={sharing.asksTitle}>
          <h2>{sharing.asksTitle}</h2>
          {asks.map((ask) => (
            <AskCard
              key={ask.id}
              ask={withTitles(ask, titles)}
              onSaid={(text) => {
                said.value = text;
              }}
            />
          ))}
        </section>
      )}
    </>
  );
}

/** Series called as everywhere else on these pages. */
const withTitles = (ask: AskInfo, titles: Titles): AskInfo => ({
  ...ask,
  opens: {
    ...ask.opens,
    streams: ask.opens.streams.map((stream) => ({
      ...stream,
      title: titles.get(`${ask.subject}/${stream.key}`) ?? stream.title,
    })),
  },
});

function AskCard({ ask, onSaid }: { ask: AskInfo; onSaid: (text: string) => void }) {
  const { sharing } = words.value;
  const isChoosing = useSignal(false);
  const chosen = useSignal<readonly string[]>(ask.opens.streams.map(({ key }) => key));
  const failed = useSignal('');
  const who = capital(whoOf(ask));
  const answer = async (parameters: { answer: 'allow' | 'not-now'; streams?: string[] }) => {
    try {
      const { grant } = await call('asks.answer', { ask: ask.id, ...parameters });
      onSaid(grant === null ? '' : sharing.allowed(who));
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <article class="card stack ask">
      <div class="row apart">
        <h3>
          <Icon name="question" /> {sharing.asks(who)}
        </h3>
        <span class="caption">{sharing.askExpires(dayShort(answerBy(ask.untilMicros, ask.opens.untilMicros)))}</span>
      </div>
      {ask.why !== '' && <p class="ask-why">{sharing.askWhy(ask.how === 'link' ? who : titleOfGrant(ask), ask.why)}</p>}
      <Opens ask={ask} />
      {isChoosing.value && (
        <Parts
          ask={ask}
          chosen={chosen.value}
          onChosen={(keys) => {
            chosen.value = keys;
          }}
        />
      )}
      <Fault text={failed.value} />
      <div class="actions">
        {isChoosing.value ? (
          <Button
            kind="sharing"
            disabled={chosen.value.length === 0}
            onPress={() => answer({ answer: 'allow', streams: [...chosen.value] })}
          >
            {sharing.allowThese}
          </Button>
        ) : (
          <>
            <Button kind="sharing" icon="check" onPress={() => answer({ answer: 'allow' })}>
              {sharing.allowAll}
            </Button>
            <Button
              onPress={() => {
                isChoosing.value = true;
              }}
            >
              {sharing.choose}
            </Button>
          </>
        )}
        <Button onPress={() => answer({ answer: 'not-now' })}>{sharing.notNow}</Button>
      </div>
      <p class="caption">{sharing.notNowHint}</p>
    </article>
  );
}

/** What allowing all of it would open. */
function Opens({ ask }: { ask: AskInfo }) {
  const { sharing, share } = words.value;
  const { opens } = ask;
  const fresh = opens.streams.filter(({ levelBefore }) => levelBefore === null);
  // Allowing never makes anything coarser: what is not the same is finer.
  const finer = opens.streams.filter(({ level, levelBefore }) => levelBefore !== null && levelBefore !== level);
  return (
    <dl class="facts">
      <dt>{sharing.askNew}</dt>
      <dd>
        {fresh.length > 0
          ? fresh.map(({ title, level }) => share.as(title, share.levelWords[level])).join(', ')
          : ask.kinds.length > 0
            ? sharing.askNothing
            : finer.length > 0
              ? sharing.askNoNew
              : sharing.askSame}
      </dd>
      {finer.length > 0 && (
        <>
          <dt>{sharing.askFiner}</dt>
          {finer.map(({ key, title, level, levelBefore }) => (
            <dd key={key}>
              {sharing.askFromTo(title, share.levelWords[levelBefore ?? level], share.levelWords[level])}
            </dd>
          ))}
        </>
      )}
      <dt>{sharing.which}</dt>
      <dd>{sharing.askFrom(day(opens.fromMicros))}</dd>
      <dt>{sharing.ends}</dt>
      <dd>{opens.untilMicros === null ? sharing.endless : endWhen(opens.untilMicros, Date.now() * 1000)}</dd>
    </dl>
  );
}

/** The choice of a part. */
function Parts(props: { ask: AskInfo; chosen: readonly string[]; onChosen: (keys: readonly string[]) => void }) {
  const { ask, chosen, onChosen } = props;
  const { share } = words.value;
  return (
    <fieldset class="picks many">
      <legend>{share.whatQuestion}</legend>
      {ask.opens.streams.map(({ key, title, level }) => (
        <Check
          key={key}
          title={title}
          hint={share.levels[level]}
          value={chosen.includes(key)}
          onValue={(value) => {
            onChosen(value ? [...chosen, key] : chosen.filter((each) => each !== key));
          }}
        />
      ))}
    </fieldset>
  );
}
