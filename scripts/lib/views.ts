/** Builds the views on the fake kernel, serves them with the product's own security headers and opens them in Chromium. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { ACTOR_FRAME_POLICY, SECURITY_HEADERS } from '#signaling/headers';
import { needChromium } from '#tests/e2e/support/chromium';
import { actorThread } from './actor-code.ts';
import { pdfTablesPlugin } from './pdf-tables.ts';

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };

/** Values of a flag `--name a,b`; the default when it is absent. */
export function flag(name: string, fallback: string[]): string[] {
  const at = process.argv.indexOf(`--${name}`);
  const value = at >= 0 ? process.argv[at + 1] : undefined;
  return value ? value.split(',') : fallback;
}

/** The views tell of words that are asked for and are not there: a screen without them is blank in that place, and no rule of axe sees it. */
const missingWords = {
  name: 'missing-words',
  transform(code: string, id: string): string | undefined {
    if (!id.endsWith('/view/kit/i18n.tsx')) return undefined;
    const told = code.replace("?? ADDED[lang][key] ?? ''", '?? ADDED[lang][key] ?? (globalThis.lookedMissing?.add(key), "")');
    if (told === code) throw new Error('the place where words are missing has moved');
    return told;
  },
};

/** Builds the fake app into out/fake-app-NAME; the folder. One for each script: a build empties its folder, and another may be served meanwhile. */
export async function buildViews(name: string): Promise<string> {
  const outDir = resolve(`out/fake-app-${name}`);
  await build({
    configFile: false,
    root: resolve('tests/support/fake-app'),
    base: './',
    logLevel: 'warn',
    plugins: [{ ...missingWords, enforce: 'pre' as const }, react(), actorThread(resolve('.'), ACTOR_FRAME_POLICY), pdfTablesPlugin(resolve('.'))],
    // As in the build of the app: the other entry asks the page for names of characters.
    resolve: { alias: { 'decode-named-character-reference': resolve('node_modules/decode-named-character-reference/index.js') } },
    // In the app a hash of the sources.
    define: { __MIND_CODE__: JSON.stringify('views') },
    worker: { format: 'es', plugins: () => [pdfTablesPlugin(resolve('.'))] },
    build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, minify: false },
  });
  return outDir;
}

/** Serves a folder on a free port, with the product's headers unless others are given. */
export async function serveFolder(folder: string, headers: Readonly<Record<string, string>> = SECURITY_HEADERS): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)).replace(/^(\.\.[/\\])+/, '');
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    readFile(file).then(
      (body) => response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return { url: `http://localhost:${typeof address === 'object' && address ? address.port : 0}/`, server };
}

/** The system's Chromium, as the tests find it. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: needChromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
