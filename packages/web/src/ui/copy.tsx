// A text to be taken along: shown whole, selectable, with a button that copies it and says so.
import { useRef, useState } from 'preact/hooks';
import { words } from '../words/index.ts';
import { Button } from './button.tsx';

const SAID_MILLIS = 2500;

export function CopyText(props: { label: string; text: string; button?: string; rows?: number }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [isCopied, setCopied] = useState(false);
  const { frame } = words.value;
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(props.text);
    } catch {
      // Without leave for the clipboard the text is selected: the keys for copying do the rest.
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MILLIS);
  };
  return (
    <div class="copy-text">
      <textarea
        ref={field}
        class="input copy-field"
        readOnly
        rows={props.rows ?? 5}
        aria-label={props.label}
        value={props.text}
        spellcheck={false}
      />
      <div class="row">
        <Button icon={isCopied ? 'check' : 'copy'} onPress={copy}>
          {isCopied ? frame.copied : (props.button ?? frame.copy)}
        </Button>
        <span class="only-heard" role="status">
          {isCopied ? frame.copied : ''}
        </span>
      </div>
    </div>
  );
}
