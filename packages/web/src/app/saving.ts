// Saving a file that the node makes while it sends it: the browser fetches it under a one-use address, and nothing of it passes through this page.
import type { Parameters } from '@hale/home';
import { fetched, HomeError } from './home-link.ts';
import { call } from './state.ts';

/** @throws HomeError */
export async function save(wish: Parameters<'download.begin'>): Promise<void> {
  const { path, name } = await call('download.begin', wish);
  const link = document.createElement('a');
  link.href = path;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** The bytes of such a file, for what is shown on the page. @throws HomeError */
export async function bytesOf(wish: Parameters<'download.begin'>, signal: AbortSignal): Promise<Blob> {
  const { path } = await call('download.begin', wish);
  const answer = await fetched(path, { method: 'GET', signal });
  if (!answer.ok) throw new HomeError('not-found', 'the file did not come');
  return answer.blob();
}
