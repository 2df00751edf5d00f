/**
 * `npm run xss -- <folder> [--most N]`: every payload of a folder of JSON files (lists of texts, or of objects with a text `payload`) goes through the app in a real
 * browser: as messages by raw operations, by the composer, as titles of channels, and (an even spread where they are many) as names of people and spaces. Fails when anything runs, is asked for, appears as markup,
 * or is not shown as the text it is. --most takes an even spread of so many payloads of each file. The tests do the same with payloads of this repository (tests/e2e/xss.e2e.ts, with its controls).
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closeAll } from '#tests/e2e/support/acts';
import { startServer } from '#tests/e2e/support/server';
import { asMessages, asNames, byComposer, everywhere, openTarget, payloadsIn } from '#tests/e2e/support/xss';
import { ensureBuilt } from './lib/build.ts';

/** Payloads in one message of the composer: raw operations give each a message of its own. */
const TOGETHER = 40;
/** So many of the names must have been drawn between two changes; the rest were the same, or nothing, when cut to a name. */
const DRAWN = 0.9;

const { positionals: [folder], values } = parseArgs({ allowPositionals: true, options: { most: { type: 'string' } } });
if (folder === undefined) throw new Error('Type: npm run xss -- <folder of JSON files> [--most N]');
const most = values.most === undefined ? Infinity : Number(values.most);
const spread = <T>(all: readonly T[]): T[] => (all.length <= most ? [...all] : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!));
if (!(await ensureBuilt())) throw new Error('the build failed');
const server = await startServer();
let faults = 0;
const fault = (what: string): void => {
  faults += 1;
  console.log(`  ${what}`);
};
try {
  const files = payloadsIn(resolve(folder));
  if (files.length === 0) fault(`no JSON files in ${folder}`);
  for (const { file, payloads: all } of files) {
    const payloads = spread(all);
    if (payloads.length === 0) fault(`${file}: no payloads in it`);
    const from = performance.now();
    // `found` tells violations with the rest.
    const target = await openTarget({ name: 'xss', url: server.url, violates: true });
    const messages = await asMessages(target, payloads);
    const composed = await byComposer(target, payloads, TOGETHER);
    const names = await asNames(target, payloads);
    await everywhere(target);
    for (const what of [...messages.missing, ...composed.missing]) fault(`${file}: ${what}`);
    for (const [kind, put] of [['people', names.put], ['spaces', names.put], ['channels', payloads.length]] as const) if (names[kind] < DRAWN * put) fault(`${file}: only ${names[kind]} of ${put} names of ${kind} were drawn`);
    const found = await target.found();
    for (const what of found) fault(`${file}: ${what}`);
    console.log(`${file}: ${payloads.length} of ${all.length} payloads, ${found.length} ran or asked for something, ${Math.round((performance.now() - from) / 100) / 10} s`);
    await closeAll();
  }
} finally {
  await closeAll();
  await server.stop();
}
console.log(faults === 0 ? 'nothing ran' : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
