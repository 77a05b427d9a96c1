// A text to be taken along: shown whole, copied with one press.
import { useState } from 'preact/hooks';
import { words } from '../words/index.ts';
import { Button } from './button.tsx';

const SAID_MILLIS = 2_500;

export function Copied({ label, text }: { label: string; text: string }) {
  const [isCopied, setCopied] = useState(false);
  const { frame } = words.value;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MILLIS);
  };
  return (
    <div class="copied">
      <span class="caption">{label}</span>
      <code translate={false}>{text}</code>
      <Button icon={isCopied ? 'check' : 'copy'} onPress={copy}>
        {isCopied ? frame.copied : frame.copy}
      </Button>
    </div>
  );
}
