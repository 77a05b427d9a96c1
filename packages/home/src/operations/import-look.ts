// What is in files that a browser brought, without taking anything in.
import type { ImportReport } from '../api.ts';
import type { Operation } from './context.ts';
import { importBrought } from './import.ts';

export const importLook: Operation<'import.look'> = async (context, { upload: id, only, ...taste }) => {
  const upload = context.home.uploads.get(id);
  const reports: ImportReport[] = [];
  upload.readers++;
  try {
    await importBrought(context, upload.folders(only), { ...taste, dryRun: true, isLook: true }, reports);
  } finally {
    upload.readers--;
  }
  return reports;
};
