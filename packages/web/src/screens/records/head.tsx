// What stands above every screen of the records but the first: the way back, the title, and what can be done.
import type { ComponentChildren } from 'preact';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, shownSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { givenName } from '../../words/people.ts';
import { identityWords } from './said.ts';

/** Whose paper it is: by her own records with the day of birth, or whoever gets it cannot file it; else as she is called here. */
function WhosePaper() {
  const { records } = words.value;
  const asked = useAsked(() => call('records.patient', ofSubject(), { isIdle: true }));
  return (
    <p class="only-print caption">
      {[identityWords(asked.value.value) || givenName(shownSubject()), records.printedOn(day(Date.now() * 1000))]
        .filter(Boolean)
        .join(' · ')}
    </p>
  );
}

export function Head(props: {
  title: ComponentChildren;
  /** Where back leads, and what that is called; the overview unless told. */
  to?: string;
  toName?: string;
  lead?: ComponentChildren;
  canPrint?: boolean;
  children?: ComponentChildren;
}) {
  const { records } = words.value;
  return (
    <>
      <header class="page-head series-head record-head">
        <div>
          <a class="small no-print" href={props.to ?? '#/records'}>
            ← {props.toName ?? records.back}
          </a>
          <h1>{props.title}</h1>
          {props.lead !== undefined && <div class="quiet record-lead">{props.lead}</div>}
        </div>
        <div class="actions">
          {props.children}
          {props.canPrint && (
            <Button icon="print" onPress={() => print()}>
              {records.print}
            </Button>
          )}
        </div>
      </header>
      {props.canPrint && <WhosePaper />}
    </>
  );
}
