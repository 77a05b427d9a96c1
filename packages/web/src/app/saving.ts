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

/** Gives the browser what this page has in its hands. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers begin to read it after the press.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A drawing (SVG with its size) as a photo (PNG), which is what phones take for a lock screen. @throws HomeError */
export async function pictureOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (made === null) throw new HomeError('unsupported', 'this browser cannot make the picture');
    return made;
  } finally {
    URL.revokeObjectURL(url);
  }
}
