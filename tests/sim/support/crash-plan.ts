/** Process death around a commit, at one of four moments. */
import type { KernelDeps } from '#os/kernel/deps';
import type { CommitInput } from '#ports/record-store';

export interface CrashPlan {
  armed: boolean;
  countdown: number;
  phase: number;
  die: () => void;
}

/** Kills the process around its n-th commit of records from now. */
export function crashing(deps: KernelDeps, plan: CrashPlan): KernelDeps {
  const { store } = deps;
  const commit = async (input: CommitInput): Promise<number> => {
    if (!plan.armed || input.records.length === 0 || --plan.countdown > 0) return store.commit(input);
    if (plan.phase === 0) return plan.die(), new Promise(() => undefined);
    const done = store.commit(input);
    if (plan.phase === 1) return plan.die(), done;
    const arrival = await done;
    if (plan.phase === 2) return plan.die(), new Promise(() => undefined);
    if (plan.phase === 3) queueMicrotask(plan.die);
    else deps.clock.setTimer(1, plan.die);
    return arrival;
  };
  const wrapped: KernelDeps['store'] = Object.create(store, { commit: { value: commit }, onClosed: { get: () => store.onClosed, set: (fn: KernelDeps['store']['onClosed']) => { store.onClosed = fn; } } }) as KernelDeps['store'];
  return { ...deps, store: wrapped };
}
