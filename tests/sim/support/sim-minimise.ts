/** Makes a failing run small: fewer acts, peers and faults, as long as it still fails. */
import { simOptions, type Asked } from './sim-options.ts';
import type { Pool } from './sim-pool.ts';

/** Runs tried at most. */
const TRIES = 60;

/** The smallest run found that still fails. */
export async function minimise(pool: Pool, failing: Asked, tries = TRIES): Promise<Asked> {
  const o = simOptions(failing);
  let best: Asked = { ...failing, peers: o.peers, ops: o.ops, faults: o.faults };
  let left = tries;
  const fails = async (asked: Asked): Promise<boolean> => {
    if (left <= 0) return false;
    left--;
    if ((await pool.one(asked)).failures.length === 0) return false;
    best = asked;
    return true;
  };
  // With everything named it must still fail: else the seed's own choices are kept.
  if (!(await fails(best))) return failing;
  while (best.ops! > 0 && (await fails({ ...best, ops: Math.floor(best.ops! / 2) }))) continue;
  for (let step = best.peers! >> 1; step > 0; step >>= 1) while (best.peers! - step >= 2 && (await fails({ ...best, peers: best.peers! - step }))) continue;
  if (o.churn > 0) await fails({ ...best, churn: 0 });
  for (const fault of best.faults!) await fails({ ...best, faults: best.faults!.filter((one) => one !== fault) });
  for (let step = best.ops! >> 2; step > 0; step >>= 1) while (best.ops! > step && (await fails({ ...best, ops: best.ops! - step }))) continue;
  return best;
}
