/** The copies a space asks for: policy key `copies` = [copies, beacons, days] (docs/PROTOCOL.md §5). It binds no record; another form counts as none. */
import { AppError } from '#base/app-error';
import type { CborValue } from '#base/cbor';
import type { CopyTarget } from '#os/durability-api';
import { KERNEL_LIMITS, MAX_TARGET_COPIES, MAX_TARGET_DAYS } from '#os/limits';
import type { Space } from './state.ts';

/** Name of the setting in policy.set. */
export const COPIES_POLICY = 'copies';

/** A space whose owners have set nothing: a second copy, anywhere. */
export const USUAL_TARGET: CopyTarget = { copies: 2, beacons: 0, backupDays: 0 };

const isCount = (value: unknown, most: number): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;

/** The target in force. */
export function targetOf(space: Pick<Space, 'rights'>): CopyTarget {
  const value = space.rights.view().policy.get(COPIES_POLICY)?.value;
  if (!Array.isArray(value) || value.length !== 3) return USUAL_TARGET;
  const [copies, beacons, backupDays] = value;
  return isCount(copies, MAX_TARGET_COPIES) && isCount(beacons, KERNEL_LIMITS.beacons) && isCount(backupDays, MAX_TARGET_DAYS) ? { copies, beacons, backupDays } : USUAL_TARGET;
}

/** The value of policy.set; null takes the target out. AppError `bad-value`. */
export function targetValue(target: CopyTarget | null): CborValue {
  if (target === null) return null;
  const { copies, beacons, backupDays } = target;
  if (isCount(copies, MAX_TARGET_COPIES) && isCount(beacons, KERNEL_LIMITS.beacons) && isCount(backupDays, MAX_TARGET_DAYS)) return [copies, beacons, backupDays];
  throw new AppError('bad-value', `Up to ${MAX_TARGET_COPIES} copies, ${KERNEL_LIMITS.beacons} of them on beacons, and a backup of at most ${MAX_TARGET_DAYS} days.`, 'Nothing was changed.', 'Choose less.');
}
