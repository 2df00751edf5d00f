import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kernelCode } from '#scripts/lib/code-name';

const root = mkdtempSync(join(tmpdir(), 'lifegraph-code-'));
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('{K9} [SNAP3] the code of a kernel has another name when a source that decides what records mean is another one, or a package of it', () => {
  const deps = (yjs: string): string => JSON.stringify({ dependencies: { yjs } });
  for (const folder of ['base', 'vm', 'os']) write(`src/${folder}/deep/one.ts`, folder);
  write('package.json', deps('1'));
  const first = kernelCode(root);
  write('src/view/one.ts', 'no part of it');
  expect(kernelCode(root)).toBe(first);
  const names = new Set([first]);
  for (const folder of ['base', 'vm', 'os']) {
    write(`src/${folder}/deep/one.ts`, `${folder} changed`);
    names.add(kernelCode(root));
  }
  write('package.json', deps('2'));
  names.add(kernelCode(root));
  expect(names.size).toBe(5);
});
