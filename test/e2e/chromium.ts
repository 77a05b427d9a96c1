import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Headless Chromium from npm, without a system package. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    headless: true,
    args: [
      // Containers run as root, where Chromium's sandbox cannot start.
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // Without these it looks up Google's hosts at each start.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** As where storage is switched off: whoever asks for the database meets an error, in the workers of the page. For `addInitScript`. */
export const STORAGE_OFF = `{
  const broken = "Object.defineProperty(self, 'indexedDB', { get() { throw new DOMException('off', 'SecurityError'); } });";
  const Plain = Blob;
  globalThis.Blob = class extends Plain {
    constructor(parts, options) { super([broken, ...parts], options); }
  };
}`;
