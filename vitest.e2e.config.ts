import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** Need the machine for themselves: they make networks, kill browsers in the middle of a write, or look at what the next second brings. */
const ALONE = ['frozen', 'harness', 'kill-cycles', 'network', 'state-words', 'supervision', 'turn', 'under-fire'].map((name) => `tests/e2e/${name}.e2e.ts`);

const project = (name: string, groupOrder: number, maxWorkers: number, include: string[], exclude: string[]): TestProjectConfiguration => ({
  test: { name, include, exclude, maxWorkers, fileParallelism: maxWorkers > 1, sequence: { groupOrder }, testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } },
});

/** Browsers wait most of the time: files that do not mind each other run three at a time, the others after them one by one. */
export default defineConfig({ test: { projects: [project('beside', 0, 3, ['tests/e2e/**/*.e2e.ts'], ALONE), project('alone', 1, 1, ALONE, [])] } });
