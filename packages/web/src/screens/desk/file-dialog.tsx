// Filing a copy in one's own records, where the owner has allowed it: kept on the node, saved as a page and as readings, and the owner is told.
import type { Filed, LookedInto } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { saveFile } from '../../chart/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';

export function FileDialog({ looked, onClose }: { looked: LookedInto; onClose: () => void }) {
  const { desk, frame } = words.value;
  const filed = useSignal<Filed | null>(null);
  const failed = useSignal('');
  const isBusy = useSignal(false);
  const { grant } = looked;
  const file = async () => {
    isBusy.value = true;
    try {
      // Much arithmetic for one press: fetched when it is wanted.
      const { filingSheet } = await import('./filing-sheet.ts');
      const sheet = await filingSheet(looked, new AbortController().signal);
      filed.value = await call('file', { grant, sheet });
      saveDocument(grant, filed.value);
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={filed.value ? desk.file : desk.fileTitle} onClose={onClose}>
      {filed.value ? <Done grant={grant} filed={filed.value} /> : <p>{desk.fileText}</p>}
      <Fault text={failed.value} />
      <div class="actions">
        {!filed.value && (
          <Button kind="main-action" icon="file" disabled={isBusy.value} onPress={file}>
            {desk.fileDo}
          </Button>
        )}
        <Button kind="bare" onPress={onClose}>
          {filed.value ? frame.close : frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}

/** A browser lets a page save one file by itself: the page; the readings at a press. */
function Done({ grant, filed }: { grant: string; filed: Filed }) {
  const { desk, frame, sharing, consent } = words.value;
  const { readings, bundle, hash, document } = filed;
  return (
    <>
      <Notice tone="good" isUrgent>
        {desk.filed(readings === 0 ? consent.given.title : frame.readings(readings))}
      </Notice>
      {document && <p class="caption anywhere">{sharing.filedDocument(document.hash)}</p>}
      <p class="caption anywhere">{sharing.filedHash(hash)}</p>
      <div class="row">
        <Button icon="file" onPress={() => saveFile(`hale-${grant}.fhir.json`, bundle, 'application/fhir+json')}>
          {desk.filedAgain.bundle}
        </Button>
        {document && (
          <Button kind="bare" onPress={() => saveDocument(grant, filed)}>
            {desk.filedAgain.document}
          </Button>
        )}
      </div>
    </>
  );
}

function saveDocument(grant: string, { document }: Filed): void {
  if (!document) return;
  const bytes = Uint8Array.from(atob(document.base64), (letter) => letter.charCodeAt(0));
  saveFile(`hale-${grant}.pdf`, bytes, 'application/pdf');
}
