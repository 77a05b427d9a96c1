// Above everything on the first screen: an emergency card was opened, and she has not said yet whether it was right.
import type { Result } from '@hale/home';
import { go, loadSubjects, subject } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { words } from '../words/index.ts';
import { moment } from '../words/numbers.ts';
import { givenName } from '../words/people.ts';

export function CardOpened({ openings }: { openings: Result<'emergency.openings'> }) {
  const [newest] = openings;
  if (newest === undefined) return null;
  const { ownCard, emergency } = words.value;
  const { name, institution, reason, atMicros } = newest;
  const who = reason === null ? ownCard.whoUnknown : ownCard.whoPlace(name, institution);
  const look = async () => {
    subject.value = newest.subject;
    await loadSubjects();
    go('/emergency');
  };
  return (
    <div class="notice alert" role="alert">
      <Icon name="eye" />
      <div class="stack tight">
        <strong>
          {openings.length === 1 ? ownCard.opened(givenName(newest.subject)) : ownCard.openedMany(openings.length)}
        </strong>
        <span>
          {who}
          {reason === null ? '' : `: ${emergency.reasons[reason]}`} · {moment(atMicros)}
        </span>
        <div>
          <Button onPress={look}>{ownCard.toReview}</Button>
        </div>
      </div>
    </div>
  );
}
