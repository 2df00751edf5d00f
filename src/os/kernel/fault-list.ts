/** Faults of a run for the diagnostics: the newest, each once, with how often it happened. How many of each place there were in all the metrics say. */
import { KERNEL_LIMITS } from '#os/limits';

export interface FaultList {
  /** What happened last stands last. */
  readonly lines: string[];
  note(line: string): void;
}

/** Empty; `lines` stays the same array. */
export function createFaultList(): FaultList {
  const lines: string[] = [];
  const times = new Map<string, number>();
  return {
    lines,
    note(line) {
      const count = (times.get(line) ?? 0) + 1;
      times.delete(line);
      times.set(line, count);
      if (times.size > KERNEL_LIMITS.faults) times.delete(times.keys().next().value!);
      lines.splice(0, lines.length, ...[...times].map(([one, often]) => (often === 1 ? one : `${one} (${often} times)`)));
    },
  };
}
