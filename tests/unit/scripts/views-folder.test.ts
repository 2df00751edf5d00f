/** Pictures and axe may be made side by side. */
import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'vite';
import { expect, test, vi } from 'vitest';
import { buildViews } from '#scripts/lib/views';

vi.mock('vite', () => ({ build: vi.fn() }));
vi.mock('@vitejs/plugin-react', () => ({ default: () => ({}) }));
vi.mock('playwright-core', () => ({ chromium: {} }));

test('each script that opens the views builds them into a folder of its own, which no other script empties', async () => {
  const scripts = readdirSync('scripts').filter((name) => name.endsWith('.ts'));
  const names = scripts.flatMap((name) => [...readFileSync(`scripts/${name}`, 'utf8').matchAll(/await buildViews\((?:'(\w+)')?\)/g)].map((found) => found[1]!));
  expect(names).toHaveLength(3);
  const folders = await Promise.all(names.map((name) => buildViews(name)));
  expect(new Set(folders).size).toBe(folders.length);
  expect(vi.mocked(build).mock.calls.map(([options]) => options!.build!.outDir)).toEqual(folders);
});
