// What went wrong with what was just tried; nothing while all is well.
import { Notice } from './states.tsx';

export function Fault({ text }: { text: string }) {
  if (text === '') return null;
  return (
    <Notice tone="alert" isUrgent>
      {text}
    </Notice>
  );
}
