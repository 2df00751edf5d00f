/** What a build of one worker gathers decides nothing in the build of another, whichever comes first: else two builds of the same sources differ. */
import { join } from 'node:path';
import { loadConfigFromFile, type Plugin } from 'vite';
import { expect, test } from 'vitest';
import { ROOT } from '#scripts/lib/run';

type Groups = { readonly codeSplitting: { readonly groups: readonly { readonly name: string; test(id: string): boolean }[] } };

const { worker } = (await loadConfigFromFile({ command: 'build', mode: 'production' }, join(ROOT, 'vite.config.ts')))!.config;
const plugins = (): Plugin[] => worker!.plugins!() as Plugin[];

/** Of the modules of a worker those that its build puts into the file of the kernel thread. */
function gathered(imports: Readonly<Record<string, readonly string[]>>): string[] {
  const { outputOptions, buildEnd } = plugins().find(({ name }) => name === 'lifegraph-gather') as unknown as { outputOptions(options: object): Groups; buildEnd(this: object): void };
  const [group] = outputOptions({}).codeSplitting.groups;
  expect(group!.name).toBe('kernel-thread');
  buildEnd.call({ getModuleIds: () => Object.keys(imports), getModuleInfo: (id: string) => ({ importedIds: imports[id], code: '' }) });
  return Object.keys(imports).filter((id) => group!.test(id));
}

test('the file of the kernel thread has what the kernel needs behind its start; a worker that shares some of it, and is built after it, has no such file', () => {
  const kernel = { '/workers/kernel.worker.ts': ['/base/start.ts'], '/base/start.ts': [], '/workers/kernel-thread.ts': ['/base/start.ts', '/base/shared.ts'], '/base/shared.ts': [] };
  expect(gathered(kernel)).toEqual(['/workers/kernel-thread.ts', '/base/shared.ts']);
  expect(gathered({ '/workers/agent.worker.ts': ['/base/shared.ts'], '/base/shared.ts': [] })).toEqual([]);
});
