/** The small files of a build once more in one file, beside them: the service worker fetches that one at the first visit instead of each of them (src/boot/release-packs.ts). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { packFiles } from '#base/pack';

/** Larger files come one by one: they are few, and what the first screen has fetched already is among them. */
const MOST_BYTES = 65_536;
/** Workers stay apart: headers that they need came with their own files. */
const SMALL = /^(?!.*\.worker[-.]).*\.(?:js|css|woff2)$/;

/** Writes the file for the build in this folder. Its name says its content; the same files give the same one. */
export function packSmallFiles(folder: string, assets: string): void {
  const names = readdirSync(join(folder, assets)).filter((name) => SMALL.test(name) && statSync(join(folder, assets, name)).size <= MOST_BYTES).sort();
  const pack = packFiles(names.map((name) => [`${assets}/${name}`, readFileSync(join(folder, assets, name))] as const));
  writeFileSync(join(folder, assets, `small-${createHash('sha256').update(pack).digest('base64url').slice(0, 8)}.bin`), pack);
}

/** At the end of a build, before its files are compressed and listed. */
export function smallFiles(): Plugin {
  let [folder, assets] = ['', ''];
  return {
    name: 'lifegraph-small-files',
    apply: 'build',
    configResolved: ({ root, build }) => void ([folder, assets] = [resolve(root, build.outDir), build.assetsDir]),
    closeBundle: { order: 'post', sequential: true, handler: () => packSmallFiles(folder, assets) },
  };
}
