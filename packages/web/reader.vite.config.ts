// Builds the link reader to one file, dist/reader.html: script, style and worker inline, allowed by their hashes and nothing else; beside it the
// SHA-256 of the file, which is published so that anybody can hold against it what an origin serves.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, defineConfig, type Plugin } from 'vite';

const ROOT = import.meta.dirname;
const JSX = { jsx: { runtime: 'automatic' as const, importSource: 'preact' } };
const TARGET = 'es2022';

const hashOf = (text: string, encoding: 'base64' | 'hex'): string => createHash('sha256').update(text).digest(encoding);

/** `connect-src` is narrowed by the page itself to the relays of its link (src/reader/policy.ts); a saved copy has 'none'. */
const policyOf = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(script, 'base64')}'`,
    `style-src 'sha256-${hashOf(style, 'base64')}'`,
    'img-src data: blob:',
    'connect-src http: https: ws: wss:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types hale-reader',
  ].join('; ');

/** Inside a script element: no text in it may look like its end. */
const inScript = (code: string): string =>
  code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();

/** The worker, built to one classic script. */
async function workerCode(): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: TARGET,
      lib: { entry: join(ROOT, 'src/reader/worker.ts'), formats: ['iife'], name: 'haleReaderWorker' },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((each) => ('output' in each ? each.output : []));
  const code = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk.code] : [])).join('\n');
  if (/__vite-browser-external|require\(["']node:/.test(code)) throw new Error('the worker needs something of Node');
  return code;
}

const reader: Plugin = {
  name: 'hale-reader',
  // After the minifier: what is hashed here is what is written.
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const parts = Object.values(bundle);
      const script = inScript(parts.flatMap((part) => (part.type === 'chunk' ? [part.code] : [])).join('\n'));
      const style = parts
        .flatMap((part) => (part.type === 'asset' && part.fileName.endsWith('.css') ? [String(part.source)] : []))
        .join('\n')
        .trim();
      for (const name of Object.keys(bundle)) delete bundle[name];
      const fill: Record<string, string> = { policy: policyOf(script, style), style, script };
      const template = readFileSync(join(ROOT, 'reader.html'), 'utf8');
      const html = template.replace(/%(policy|style|script)%/g, (_match, name: string) => fill[name]);
      this.emitFile({ type: 'asset', fileName: 'reader.html', source: html });
      this.emitFile({ type: 'asset', fileName: 'reader.sha256', source: `${hashOf(html, 'hex')}  reader.html\n` });
    },
  },
};

export default defineConfig(async () => ({
  root: ROOT,
  publicDir: false as const,
  define: { HALE_READER_WORKER: JSON.stringify(await workerCode()) },
  oxc: JSX,
  plugins: [reader],
  build: {
    outDir: 'dist',
    // The owner's pages were built there before.
    emptyOutDir: false,
    target: TARGET,
    cssCodeSplit: false,
    // The page needs browsers of 2024 to decrypt; their style sheets need no help.
    cssTarget: 'esnext',
    rolldownOptions: {
      input: join(ROOT, 'src/reader/main.tsx'),
      output: { format: 'iife', codeSplitting: false },
      // Vite's loader of further files asks for it; there are none.
      transform: { define: { 'import.meta': '{}' } },
    },
  },
}));
