// The code of this page's worker, put in here by the build (reader.vite.config.ts): the file that a link opens is one.
declare const HALE_READER_WORKER: string;

export const workerCode: string = HALE_READER_WORKER;
