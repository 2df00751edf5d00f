/** Builds the page in which our editor and another one stand beside each other, and opens it. It is part of no build that is shipped. */
import type { Server } from 'node:http';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { serveFolder } from '#scripts/lib/views';
import { launch } from './acts.ts';
import type { Peer } from './peer.ts';
import { ROOT } from './server.ts';

export interface EditorsPage {
  readonly peer: Peer;
  stop(): Promise<void>;
}

/** With the headers of the product. */
export async function openEditorsPage(): Promise<EditorsPage> {
  const outDir = join(ROOT, 'out', 'editors');
  await build({
    configFile: false, root: join(ROOT, 'tests', 'support', 'editors'), base: './', logLevel: 'warn', plugins: [react()],
    // As in the build of the app: the other entry asks the page for names of characters.
    resolve: { alias: { 'decode-named-character-reference': join(ROOT, 'node_modules', 'decode-named-character-reference', 'index.js') } },
    build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false },
  });
  const { url, server } = await serveFolder(outDir);
  const peer = await launch({ name: 'editors', url });
  const keyboard = await peer.context.newCDPSession(peer.page);
  // As of a keyboard that has these letters; the one of the driver has few, and puts in others without keys.
  await peer.context.exposeBinding('pressKeys', (_source, text: string) => Promise.all([...text].flatMap((key) => [keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key, unmodifiedText: key }), keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key })])).then(() => undefined));
  await peer.page.waitForFunction(() => 'editors' in window);
  return { peer, stop: () => ended(server) };
}

const ended = (server: Server): Promise<void> => new Promise((done) => {
  server.close(() => done());
  server.closeAllConnections();
});
