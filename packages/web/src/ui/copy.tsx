// Texts to be taken along: shown whole, copied with one press, which says so.
import { useRef, useState } from 'preact/hooks';
import { words } from '../words/index.ts';
import { Button } from './button.tsx';

const SAID_MILLIS = 2_500;

/** @param select marks the text: without leave for the clipboard the keys for copying do the rest */
function useCopy(text: string, select: () => void): { isCopied: boolean; copy: () => Promise<void> } {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    select();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MILLIS);
  };
  return { isCopied, copy };
}

function CopyButton({ isCopied, copy, name }: { isCopied: boolean; copy: () => Promise<void>; name?: string }) {
  const { frame } = words.value;
  return (
    <>
      <Button icon={isCopied ? 'check' : 'copy'} onPress={copy}>
        {isCopied ? frame.copied : (name ?? frame.copy)}
      </Button>
      <span class="only-heard" role="status">
        {isCopied ? frame.copied : ''}
      </span>
    </>
  );
}

/** A text of several lines. */
export function CopyText(props: { label: string; text: string; button?: string; rows?: number }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const copying = useCopy(props.text, () => field.current?.select());
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
        <CopyButton {...copying} {...(props.button === undefined ? {} : { name: props.button })} />
      </div>
    </div>
  );
}

/** A word of one line: a credential, an address. */
export function Copied({ label, text }: { label: string; text: string }) {
  const shown = useRef<HTMLElement>(null);
  const copying = useCopy(text, () => {
    if (shown.current) getSelection()?.selectAllChildren(shown.current);
  });
  return (
    <div class="copied">
      <span class="caption">{label}</span>
      <code ref={shown} translate={false}>
        {text}
      </code>
      <CopyButton {...copying} />
    </div>
  );
}
