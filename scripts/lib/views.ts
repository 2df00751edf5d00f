/** Builds the views on the fake kernel, serves them with the product's own security headers and opens them in Chromium. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { SECURITY_HEADERS } from '#signaling/headers';
import { needChromium } from '#tests/e2e/support/chromium';

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };

/** Values of a flag `--name a,b`; the default when it is absent. */
export function flag(name: string, fallback: string[]): string[] {
  const at = process.argv.indexOf(`--${name}`);
  const value = at >= 0 ? process.argv[at + 1] : undefined;
  return value ? value.split(',') : fallback;
}

/** Builds the fake app into out/fake-app; the folder. */
export async function buildViews(): Promise<string> {
  const outDir = resolve('out/fake-app');
  await build({
    configFile: false,
    root: resolve('tests/support/fake-app'),
    base: './',
    logLevel: 'warn',
    plugins: [react()],
    // As in the build of the app: the other entry asks the page for names of characters.
    resolve: { alias: { 'decode-named-character-reference': resolve('node_modules/decode-named-character-reference/index.js') } },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, minify: false },
  });
  return outDir;
}

/** Serves a folder on a free port with the product's headers. */
export async function serveFolder(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)).replace(/^(\.\.[/\\])+/, '');
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    readFile(file).then(
      (body) => response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body),
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
