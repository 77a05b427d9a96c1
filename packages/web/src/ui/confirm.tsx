// A question before something that cannot be taken back, in the place where it was asked for. The focus is on "no".
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words/index.ts';
import { Button } from './button.tsx';

export function Confirm(props: { question: string; yes: string; onYes: () => unknown; onNo: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLButtonElement>('button:last-child')?.focus(), []);
  return (
    <div
      class="confirm"
      ref={box}
      role="alertdialog"
      aria-label={props.question}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onNo();
      }}
    >
      <p class="small">{props.question}</p>
      <div class="row">
        <Button kind="stop" onPress={props.onYes}>
          {props.yes}
        </Button>
        <Button onPress={props.onNo}>{words.value.frame.cancel}</Button>
      </div>
    </div>
  );
}
