import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { LongFirst } from './scripts/lib/long-first.ts';

/** Need more of the machine: they make networks, kill browsers in the middle of a write, or look at what the next second brings. */
const FEW = ['closing', 'frozen', 'harness', 'kill-cycles', 'network', 'state-words', 'supervision', 'turn', 'under-fire'].map((name) => `tests/e2e/${name}.e2e.ts`);

/** The files of a worker share what it has loaded: the library that drives browsers takes half a second of processor to load. */
const project = (name: string, groupOrder: number, maxWorkers: number, include: string[], exclude: string[]): TestProjectConfiguration => ({
  test: { name, include, exclude, maxWorkers, isolate: false, fileParallelism: maxWorkers > 1, sequence: { groupOrder }, testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 40_000 } } },
});

/** Browsers wait most of the time: files that do not mind each other run three at a time, the others after them two at a time. */
export default defineConfig({ test: { globalSetup: 'tests/e2e/support/server-build.ts', sequence: { sequencer: LongFirst }, projects: [project('beside', 0, 3, ['tests/e2e/**/*.e2e.ts'], FEW), project('few', 1, 2, FEW, [])] } });
