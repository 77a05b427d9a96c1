// Words that guardians give back: a code for them to type, and what each of them gives. It is put together on this page and sent nowhere.
import { encodeFileCode, FILE_CODE_BYTES, openRelease, type RecoveryPiece, recoverWords } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Copied } from '../ui/copy.tsx';
import { TextField } from '../ui/field.tsx';
import { Fields } from '../ui/fields.tsx';
import { Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { Sheet } from './first-run.tsx';
import { Ways } from './first-run-create.tsx';

/** Until a piece says how many it takes. */
const NEED_USUAL = 2;
const PIECE_UNITS_MAX = 400;

/** null: mistyped, or released to another code. */
function pieceIn(text: string, code: Uint8Array): RecoveryPiece | null {
  try {
    return openRelease(text, code);
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

export function WithGuardians({ back, found }: { back: () => void; found: (words: string) => void }) {
  const { care } = words.value;
  const code = useMemo(() => crypto.getRandomValues(new Uint8Array(FILE_CODE_BYTES)), []);
  const texts = useSignal<readonly string[]>(Array.from({ length: NEED_USUAL }, () => ''));
  const isTried = useSignal(false);
  const wrong = useSignal('');
  const pieces = texts.value.map((text) => (text.trim() === '' ? null : pieceIn(text, code)));
  const need = pieces.find((piece) => piece !== null)?.need ?? NEED_USUAL;
  const set = (at: number, text: string) => {
    const all = Array.from({ length: Math.max(need, texts.value.length) }, (_, i) => texts.value[i] ?? '');
    texts.value = all.map((each, i) => (i === at ? text : each));
  };
  const together = () => {
    isTried.value = true;
    wrong.value = '';
    const given = pieces.slice(0, need).filter((piece) => piece !== null);
    if (given.length < need) return;
    try {
      found(recoverWords(given));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      wrong.value = care.recoverNot;
    }
  };
  return (
    <Sheet title={care.recoverTitle} isWide>
      <p class="quiet">{care.recoverLead}</p>
      <Copied label={care.recoverCode} text={encodeFileCode(code)} />
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <Fields onEnter={together}>
        {Array.from({ length: need }, (_, at) => (
          <TextField
            area
            key={at}
            label={care.recoverPiece(at + 1)}
            value={texts.value[at] ?? ''}
            wrong={isTried.value && !pieces[at] ? care.recoverBad : undefined}
            input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: PIECE_UNITS_MAX }}
            onValue={(text) => set(at, text)}
          />
        ))}
      </Fields>
      <Ways back={back} next={together} label={care.recoverDo} />
    </Sheet>
  );
}
