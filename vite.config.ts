/** Build of the app: one static folder that works from any host (relative addresses, hash routes), a PWA, no inline script or style. */
import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, defineConfig, type Plugin } from 'vite';
import { actorThread } from './scripts/lib/actor-code.ts';
import { PLAIN } from './scripts/lib/build.ts';
import { fastLoopsPlugin } from './scripts/lib/fast-loops.ts';
import { foreignIcons, ICON_LIST } from './scripts/lib/icon-files.ts';
import { kernelCode, mindCode } from './scripts/lib/code-name.ts';
import { pdfTablesPlugin } from './scripts/lib/pdf-tables.ts';
import { smallFiles } from './scripts/lib/small-files.ts';
import { factsOf, keysOfBuild, writeRelease } from './scripts/lib/release.ts';
import { ACTOR_FRAME_POLICY, DEV_HEADERS, DEV_NONCE, META_CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from './signaling/headers.ts';

/** Puts the policy into the built page, for hosts that send no headers of ours. */
function metaPolicy(): Plugin {
  return {
    name: 'lifegraph-meta-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: META_CONTENT_SECURITY_POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

/** The start script imports the rest of the page when it has started the kernel worker; the browser is told at once what that will be. */
function preloadMain(): Plugin {
  return {
    name: 'lifegraph-preload-main',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === 'chunk');
        const main = chunks.find((chunk) => chunk.facadeModuleId?.endsWith('/src/boot/main.tsx'));
        const names = main === undefined ? [] : [main.fileName, ...main.imports];
        return names.filter((name) => !html.includes(name)).map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${name}` }, injectTo: 'head' }));
      },
    },
  };
}

/**
 * Modules that the page behind the start script needs at once, without those the start script has itself, and the same of the kernel worker, each in one file: many small ones,
 * which the parts loaded later would make of what they share, compress worse. What a build gathers only that build knows: workers are built beside each other, in no certain order.
 */
function gather(name: string, begin: string, main: string, later: readonly { readonly name: string; readonly test: (id: string) => boolean; readonly priority: number }[] = []): Plugin {
  const modules = new Set<string>();
  return {
    name: 'lifegraph-gather',
    apply: 'build',
    // It is asked about modules when all are known.
    outputOptions: (options) => ({ ...options, codeSplitting: { groups: [{ name, test: (id: string) => modules.has(id), priority: 2 }, ...later] } }),
    buildEnd() {
      const ids = [...this.getModuleIds()];
      const closure = (end: string): Set<string> => {
        const found = new Set(ids.filter((id) => id.endsWith(end)));
        for (const id of found) for (const next of this.getModuleInfo(id)?.importedIds ?? []) found.add(next);
        return found;
      };
      const start = closure(begin);
      const found = [...closure(main)];
      const codeOf = (end: string): string[] => found.filter((id) => id.endsWith(end) && id.includes('/node_modules/') === (end !== '')).map((id) => this.getModuleInfo(id)?.code ?? '');
      const foreign = foreignIcons(codeOf(''), codeOf(ICON_LIST).join(''));
      for (const id of found) if (!start.has(id) && !id.endsWith('.css') && !foreign(id)) modules.add(id);
    },
  };
}

/** What every page with a person in it loads right behind its first screen, whatever that shows: thirty small files, which are asked for one by one, in one. */
const SOON = [
  /\/src\/domain\/[a-z]+\/activity\.ts$/, /\/src\/domain\/goals\/(?:planning|words|work)\/[a-z-]+\.ts$/, /\/src\/domain\/(?:hub|messenger)\/[a-z-]+\.ts$/, /\/src\/domain\/mind\/(?:rules|schema)\.ts$/,
  /\/src\/domain\/(?:editor\/versions|search\/(?:days|index)|shared\/properties\/index)\.ts$/, /\/src\/base\/address\.ts$/, /\/src\/os\/agents\/(?:lineage|manifest|setting)\.ts$/,
  /\/src\/view\/hub\/(?:feed|follow|notices|projection|words)\.ts$/, /\/src\/view\/goals\/(?:tell-)?reminders\.tsx?$/, /\/src\/view\/messenger\/(?:call-above|conversations|icons|parts|since|use-call-acts)\.tsx?$/,
  /\/src\/view\/i18n\/(?:en|ru)-(?:goals|hub|messenger|notices|palette|search)\.ts$/, /\/src\/view\/kit\/(?:(?:goals|hub|messenger|notices|palette|search)-words|marked-text|notice-choice|palette-filter|system-notices)\.tsx?$/,
];

/** Fonts of formulas in the one form that every browser with our other needs reads: the older ones would be shipped and never asked for. */
function oneFontForm(): Plugin {
  return {
    name: 'lifegraph-one-font-form',
    enforce: 'pre',
    transform: (code, id) => (/katex(?:\.min)?\.css$/.test(id) ? { code: code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, ''), map: null } : null),
  };
}

/** Smaller files are not worth a second form. */
const COMPRESS_FROM = 1_024;

/** From here on the best compression takes longer than all the rest of a build: the runtime of models, 27 MB, which is asked for once. */
const LARGE = 4_000_000;

/** Writes `x.br` and `x.gz` beside the content-named files, which the server sends where the browser takes them. */
function precompress(): Plugin {
  let folder = '';
  let plain = false;
  return {
    name: 'lifegraph-precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir, config.build.assetsDir);
      plain = config.mode === PLAIN;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const name of readdirSync(folder).filter((file) => !plain && /\.(js|css|svg|wasm|bin)$/.test(file))) {
          const bytes = readFileSync(join(folder, name));
          if (bytes.length < COMPRESS_FROM) continue;
          const large = bytes.length > LARGE;
          writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: large ? 5 : 9 }));
          const params = { [constants.BROTLI_PARAM_QUALITY]: large ? 5 : 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
          writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
        }
      },
    },
  };
}

/** What makes the page an app one can install. */
const MANIFEST = {
  name: 'LifeGraph OS',
  short_name: 'LifeGraph',
  start_url: './',
  display: 'standalone',
  background_color: '#FAF9F6',
  lang: 'en',
  scope: './',
  id: './',
  description: 'A workspace and computer made of nothing but browsers',
  theme_color: '#FAF9F6',
  icons: [
    { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
  ],
};

/** The manifest, the service worker in one file (imported scripts would be a Trusted Types sink inside it), and the list of all files with their digests. */
function release(): Plugin {
  let config: { root: string; build: { outDir: string } };
  return {
    name: 'lifegraph-release',
    apply: 'build',
    configResolved: (resolved) => void (config = resolved),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(MANIFEST) });
    },
    transformIndexHtml: () => [{ tag: 'link', attrs: { rel: 'manifest', href: './manifest.webmanifest' }, injectTo: 'head' }],
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const folder = resolve(config.root, config.build.outDir);
        await build({
          configFile: false, root: config.root, publicDir: false, logLevel: 'warn',
          build: { target: 'es2023', outDir: folder, emptyOutDir: false, lib: { entry: 'workers/release.worker.ts', formats: ['iife'], name: 'release', fileName: () => 'sw.js' } },
        });
        await writeRelease(folder, keysOfBuild(config.root), factsOf(config.root));
      },
    },
  };
}

export default defineConfig(({ command }) => ({
  base: './',
  define: { __MIND_CODE__: JSON.stringify(mindCode(import.meta.dirname)), __KERNEL_CODE__: JSON.stringify(kernelCode(import.meta.dirname)) },
  plugins: [react(), fastLoopsPlugin(), pdfTablesPlugin(import.meta.dirname), actorThread(import.meta.dirname, ACTOR_FRAME_POLICY), metaPolicy(), gather('shell', '/src/boot/start.ts', '/src/boot/main.tsx', [{ name: 'soon', test: (id) => SOON.some((part) => part.test(id)), priority: 1 }]), preloadMain(), oneFontForm(), smallFiles(), precompress(), release()],
  // The entry of the second for browsers reads names of characters by innerHTML, which a worker does not have and the policy of the page forbids.
  // That of models is the one without its threads inside: those load their own file, which is no chunk of ours.
  resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js', 'onnxruntime-web/webgpu': join(import.meta.dirname, 'node_modules/onnxruntime-web/dist/ort.webgpu.min.mjs'), 'decode-named-character-reference': join(import.meta.dirname, 'node_modules/decode-named-character-reference/index.js') } },
  worker: { format: 'es' as const, plugins: () => [fastLoopsPlugin(), pdfTablesPlugin(import.meta.dirname), gather('kernel-thread', '/workers/kernel.worker.ts', '/workers/kernel-thread.ts')] },
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false, sourcemap: false },
  server: { host: '127.0.0.1', headers: DEV_HEADERS },
  preview: { host: '127.0.0.1', headers: SECURITY_HEADERS },
  ...(command === 'serve' && { html: { cspNonce: DEV_NONCE } }),
}));
