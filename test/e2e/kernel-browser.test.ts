// The same kernel code in a browser: bundled by Vite, run in Chromium, held against every file in specs/vectors.
import { readdirSync, readFileSync } from 'node:fs';
import { checkVectors } from '@hale/testkit/vectors';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from './chromium.ts';
import type { KernelPage } from './kernel-page.ts';

const names = readdirSync('specs/vectors')
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));
const vectorText = (name: string) => readFileSync(`specs/vectors/${name}.json`, 'utf8');

/** One classic script; a Node module anywhere in it fails the build. */
async function bundlePage(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: 'test/e2e/kernel-page.ts', formats: ['iife'], name: 'kernelPageBundle' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunks = outputs.flatMap((output) => ('output' in output ? output.output : []));
  const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('\n');
  expect(code).not.toMatch(/__vite-browser-external|require\(["']node:|from ["']node:/);
  return code;
}

let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const code = await bundlePage();
  browser = await launchChromium();
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  // Served from nowhere: every request of the page is answered here.
  await page.route('**/*', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><meta charset="utf-8"><title>kernel</title>' }),
  );
  await page.goto('http://localhost/');
  await page.addScriptTag({ content: code });
});

afterAll(async () => {
  await browser?.close();
});

describe('the kernel in Chromium', () => {
  test('there are vectors, and the page loaded without an error', () => {
    expect(names).toContain('envelope');
    expect(complaints).toEqual([]);
  });

  test.each(names)('specs/vectors/%s.json', async (name) => {
    const result = await page.evaluate(
      ([fileName, text]) =>
        (globalThis as unknown as { kernelPage: KernelPage }).kernelPage.checkVectorText(fileName, text),
      [name, vectorText(name)],
    );
    expect(result.failed).toEqual([]);
    // As many as in Node: nothing was skipped on the way.
    expect(result.passed).toBe(checkVectors(name, JSON.parse(vectorText(name))).passed);
    expect(result.passed).toBeGreaterThan(0);
  });
});
