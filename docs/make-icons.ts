// Draws the icons of the installed application from packages/web/public/icon.svg with Chromium: `node docs/make-icons.ts`. What it writes is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { launchChromium } from '../test/e2e/chromium.ts';

const PUBLIC = new URL('../packages/web/public/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', PUBLIC), 'utf8');

/** A launcher may cut a maskable icon to a circle of 80 %: the ground fills all of it, the drawing stays inside. */
const maskable = svg
  .replace('rx="15"', 'rx="0"')
  .replace('<path ', '<path transform="translate(32 32) scale(.8) translate(-32 -32)" ');

const ICONS: readonly [string, number, string][] = [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['icon-maskable-512.png', 512, maskable],
  ['apple-touch-icon.png', 180, maskable],
];

const browser = await launchChromium();
for (const [name, size, source] of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const url = `data:image/svg+xml;base64,${Buffer.from(source).toString('base64')}`;
  await page.setContent(
    `<body style="margin:0"><img src="${url}" width="${size}" height="${size}" style="display:block"></body>`,
  );
  writeFileSync(new URL(name, PUBLIC), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
