/** A load that fails is tried three times, with a growing pause, and not after it has succeeded. */
import { expect, test } from 'vitest';
import { loadAgain } from '#view/kit/load-again.ts';

async function load(failures: number): Promise<{ got: string; tries: number; pauses: number[] }> {
  let tries = 0;
  const pauses: number[] = [];
  const got = await loadAgain(async () => {
    tries += 1;
    if (tries <= failures) throw new Error(`net::ERR_NETWORK_CHANGED ${tries}`);
    return 'part';
  }, async (ms) => void pauses.push(ms)).catch((error: Error) => error.message);
  return { got, tries, pauses };
}

test('a part is loaded again after a failure, up to three times', async () => {
  expect(await load(0)).toEqual({ got: 'part', tries: 1, pauses: [] });
  expect(await load(1)).toEqual({ got: 'part', tries: 2, pauses: [500] });
  expect(await load(2)).toEqual({ got: 'part', tries: 3, pauses: [500, 2_000] });
  expect(await load(3)).toEqual({ got: 'net::ERR_NETWORK_CHANGED 3', tries: 3, pauses: [500, 2_000] });
});
