// The shell of the owner's pages, so that an installed application opens where the node does not answer, and says so. Only the page itself and
// what it is built of is kept: whatever the node answers under /v1 or shows under /g is never looked at here, so no health data gets into a cache.
'use strict';

const SHELL = 'hale-shell-1';
/** Files of versions that went by are let go of, oldest first. */
const FILES_MAX = 80;
const STATIC = /^\/(assets\/[\w.-]+|icon[\w.-]*|apple-touch-icon\.png|manifest\.webmanifest)$/;

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const others = async () => {
    for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(others());
});

/** The page with the scripts and styles that it names: enough to say that the node is away. */
async function keepPage() {
  const response = await fetch('/', { cache: 'no-store', credentials: 'omit' });
  if (!response.ok) return;
  const shell = await caches.open(SHELL);
  await shell.put('/', response.clone());
  const named = [...(await response.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  for (const path of named) if (STATIC.test(path)) await fromCache(path);
}

async function fromCache(path) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(path);
  if (known && path.startsWith('/assets/')) return known;
  try {
    const response = await fetch(path, { credentials: 'omit' });
    if (response.ok) {
      await shell.put(path, response.clone());
      await forgetOldest(shell);
    }
    return response;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

async function forgetOldest(shell) {
  const assets = (await shell.keys()).filter(({ url }) => new URL(url).pathname.startsWith('/assets/'));
  for (const request of assets.slice(0, Math.max(0, assets.length - FILES_MAX))) await shell.delete(request);
}

/** The newest page where the node answers. */
async function page() {
  const shell = await caches.open(SHELL);
  try {
    const response = await fetch('/', { cache: 'no-cache', credentials: 'omit' });
    if (response.ok) await shell.put('/', response.clone());
    return response;
  } catch (error) {
    const known = await shell.match('/');
    if (known) return known;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === '/' && request.mode === 'navigate') event.respondWith(page());
  else if (STATIC.test(url.pathname)) event.respondWith(fromCache(url.pathname));
});
