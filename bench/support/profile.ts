/** A V8 CPU profile of one phase: `--profile <phase>` (live-10, live-100, catch-up, pipeline, open) writes out/bench/<phase>.cpuprofile. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Runs the phase; under the profiler when it is the one asked for. */
export async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (process.env.BENCH_PROFILE !== name) return timed(name, work);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  try {
    return await work();
  } finally {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(`out/bench/${name}.cpuprofile`, JSON.stringify(profile));
  }
}

/** BENCH_CPU=1: processor time of every phase, all threads, which a busy machine distorts less than the clock. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (process.env.BENCH_CPU !== '1') return work();
  const before = process.cpuUsage();
  const from = performance.now();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  console.log(`  ${name}: ${Math.round((user + system) / 1000)} ms of processor (${Math.round(user / 1000)} user) in ${Math.round(performance.now() - from)} ms`);
  return value;
}
