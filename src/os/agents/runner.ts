/** Runs agents, one after another, each in a thread of its own with its time: what is over it is ended, what it answers is read as data. */
import { err, ok, type Result } from '#base/result';
import type { AgentThread, StartThread } from '#ports/agent-thread';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentManifest } from './manifest.ts';
import { readOutput, type AgentOutput, type AgentRequest, type OutputFault } from './output.ts';
import { budgetOf, consentOf, type AgentSetting } from './setting.ts';

export type RunFault = 'not-allowed' | 'no-model' | 'needs-model' | 'too-much' | 'busy' | 'no-code' | 'time' | 'ended' | 'cancelled' | OutputFault;

export interface Ran {
  readonly output: AgentOutput;
  /** Hash of the code, as the thread says. */
  readonly code: string;
  readonly backend: string;
  /** Time of the thread from its beginning to its answer, ms. */
  readonly ms: number;
}

export interface RunnerDeps {
  readonly start: StartThread;
  now(): number;
  /** Calls later; the answer calls it off. */
  after(ms: number, run: () => void): () => void;
}

export interface Runner {
  run(manifest: AgentManifest, setting: AgentSetting, request: AgentRequest, signal?: AbortSignal): Promise<Result<Ran, RunFault>>;
  /** Runs that wait or run. */
  size(): number;
}

/** What a thread sends with its answer. */
interface Answer {
  readonly output: unknown;
  readonly code: string;
  readonly backend: string;
}

function readAnswer(value: unknown): Answer | null {
  const { output, code, backend } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof Answer, unknown>>;
  return typeof code === 'string' && typeof backend === 'string' && code.length <= 64 && backend.length <= 16 ? { output, code, backend } : null;
}

/** Units of text in a request. */
export const unitsOf = ({ inputs }: Pick<AgentRequest, 'inputs'>): number => inputs.reduce((sum, { text }) => sum + text.length, 0);

function runOne({ start, now, after }: RunnerDeps, manifest: AgentManifest, ms: number, request: AgentRequest, signal?: AbortSignal): Promise<Result<Ran, RunFault>> {
  return new Promise((resolve) => {
    let thread: AgentThread | null = null;
    let begun: number | null = null;
    let over = false;
    const end = (result: Result<Ran, RunFault>): void => {
      if (over) return;
      over = true;
      callOff();
      signal?.removeEventListener('abort', cancel);
      thread?.end();
      resolve(result);
    };
    const cancel = (): void => end(err('cancelled'));
    let callOff = after(AGENT_LIMITS.startMs, () => end(err('no-code')));
    if (signal?.aborted) return cancel();
    signal?.addEventListener('abort', cancel);
    try {
      const made = start({
        begun() {
          if (over || begun !== null) return;
          begun = now();
          callOff();
          callOff = after(ms, () => end(err('time')));
        },
        answer(value) {
          const answer = readAnswer(value);
          const output = answer ? readOutput(answer.output, manifest, request.inputs.length) : err('bad-output' as const);
          end(output.ok ? ok({ output: output.value, code: answer!.code, backend: answer!.backend, ms: Math.max(0, Math.round(now() - (begun ?? now()))) }) : output);
        },
        ended: () => end(err(begun === null ? 'no-code' : 'ended')),
      });
      // It may have ended while it was started.
      if (over) return made.end();
      thread = made;
      thread.ask(request);
    } catch {
      // A browser may refuse a thread, or what it is to be given.
      end(err('no-code'));
    }
  });
}

/** The runner of a tab. */
export function createRunner(deps: RunnerDeps): Runner {
  let size = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    size: () => size,
    async run(manifest, setting, request, signal) {
      if (consentOf(manifest, setting) !== 'given') return err('not-allowed');
      const { ms, units } = budgetOf(manifest, setting);
      if (request.inputs.length > AGENT_LIMITS.inputs || unitsOf(request) > units) return err('too-much');
      if (size >= AGENT_LIMITS.queue) return err('busy');
      size++;
      const mine = last.then(() => runOne(deps, manifest, ms, request, signal));
      // What came of it is told below; those that wait go on in any case.
      last = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        size--;
      }
    },
  };
}
