// What the owner's pages bring and save: uploads, the imports that are made of them, downloads.
import { HaleError } from '@hale/kernel';
import { allKinds } from '@hale/vault/kinds';
import type { Parameters } from '../api.ts';
import { backupDownload, type Download, exportDownload } from '../downloads.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';

export const uploadBegin: Operation<'upload.begin'> = ({ home }, { files }) => {
  const upload = home.uploads.begin(files);
  return { upload: upload.id, sizeBytes: upload.sizeBytes };
};

export const uploadDrop: Operation<'upload.drop'> = ({ home }, { upload }) => {
  home.uploads.drop(upload);
  return {};
};

export const importStart: Operation<'import.start'> = ({ home }, { upload, only, dryRun = false, ...taste }) =>
  home.jobs.start(home.uploads.get(upload), only, taste, dryRun);

export const importJobs: Operation<'import.jobs'> = ({ home }) => home.jobs.list();

export const importCancel: Operation<'import.cancel'> = ({ home }, { job }) => home.jobs.cancel(job);

export const importAnswer: Operation<'import.answer'> = ({ home }, { job, ...answer }) => home.jobs.answer(job, answer);

export const importForget: Operation<'import.forget'> = ({ home }, { job }) => {
  home.jobs.forget(job);
  return {};
};

export const importKinds: Operation<'import.kinds'> = () =>
  allKinds()
    .filter(({ form }) => form === 'number' || form === 'waveform')
    .map(({ key, title, group, ucum, otherUnits }) => ({
      kind: key,
      title,
      group,
      units: [ucum, ...otherUnits.map((other) => other.ucum)],
    }));

async function downloadOf(home: Home, wish: Parameters<'download.begin'>): Promise<Download> {
  if (wish.what === 'backup') return backupDownload(home);
  if (wish.what === 'export') return exportDownload(home, wish);
  if (wish.what === 'record-file') return (await import('../records/download.ts')).recordFileDownload(home, wish);
  throw new HaleError('usage', 'a download is a backup, an export or a file of the health records');
}

export const downloadBegin: Operation<'download.begin'> = async ({ home, session }, wish) => {
  const download = await downloadOf(home, wish);
  return { path: `/v1/download/${home.downloads.prepare(download, session)}`, name: download.name };
};
