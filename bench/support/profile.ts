/**
 * Phases of a bench, per thread: `--profile <phase>` (live-10, live-100, catch-up, pipeline, open) writes a V8 CPU profile out/bench/<phase>-<thread>.cpuprofile.
 * BENCH_CPU=1 prints the processor time of the thread in every phase, which a busy machine distorts less than the clock.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** ns of processor of the calling thread; 0 where the system does not say. */
function threadNs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

/** Starts what is asked for; the answer ends it. `thread` is the name of the phase and of the thread. */
export async function beginPhase(name: string, thread: string): Promise<() => Promise<void>> {
  const session = process.env.BENCH_PROFILE === name ? new Session() : null;
  if (session) {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  }
  const before = process.cpuUsage();
  const cpu = threadNs();
  const from = performance.now();
  return async () => {
    if (process.env.BENCH_CPU === '1') {
      const { user, system } = process.cpuUsage(before);
      console.log(`  ${name} ${thread}: ${Math.round((threadNs() - cpu) / 1e6)} ms of this thread, ${Math.round((user + system) / 1000)} of all, in ${Math.round(performance.now() - from)} ms`);
    }
    if (!session) return;
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(`out/bench/${name}-${thread}.cpuprofile`, JSON.stringify(profile));
  };
}
