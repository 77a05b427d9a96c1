// Filing a copy in one's own records, where the owner has allowed it: kept on the node, saved as a file, and the owner is told.
import { useSignal } from '@preact/signals';
import { asHomeError } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { saveFile } from '../../chart/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';

export function FileDialog({ grant, onClose }: { grant: string; onClose: () => void }) {
  const { desk, frame, sharing } = words.value;
  const filed = useSignal<{ readings: number; hash: string } | null>(null);
  const failed = useSignal('');
  const file = async () => {
    try {
      const { readings, hash, bundle } = await call('file', { grant });
      saveFile(`hale-${grant}.fhir.json`, bundle, 'application/fhir+json');
      filed.value = { readings, hash };
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Dialog title={filed.value ? desk.file : desk.fileTitle} onClose={onClose}>
      {filed.value ? (
        <>
          <Notice tone="good" isUrgent>
            {desk.filed(frame.readings(filed.value.readings))}
          </Notice>
          <p class="caption anywhere">{sharing.filedHash(filed.value.hash)}</p>
        </>
      ) : (
        <p>{desk.fileText}</p>
      )}
      <Fault text={failed.value} />
      <div class="actions">
        {!filed.value && (
          <Button kind="main-action" icon="file" onPress={file}>
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
