/** Code that kernels ask for when it is used first. The simulator has it before its clock runs: virtual time must not run ahead of the disk of this machine. */
import { loadEngines } from '#os/kernel/engines';
import { loadLinks } from '#os/kernel/links';

let loading: Promise<unknown> | null = null;
let here = false;

/** Resolves when all of it is here; null when it is: a start that waits for nothing starts at once. */
export function lazyParts(): Promise<unknown> | null {
  if (here) return null;
  loading ??= Promise.all([
    import('#os/kernel/accept'), import('#os/kernel/backup-acts'), import('#os/kernel/baseline-make'), import('#os/kernel/baseline-open'), import('#os/kernel/baselines'), import('#os/kernel/backup-keys'), import('#os/kernel/backup-merge'), import('#os/kernel/backup-restore'), import('#os/kernel/calls'), import('#os/kernel/self-brought'), import('#os/kernel/unsaved'), import('#os/kernel/archive-acts'), import('#os/kernel/compare'), import('#os/kernel/compare-source'), import('#os/kernel/compute-desk'), import('#os/kernel/create-space'), import('#os/kernel/device-acts'), import('#os/kernel/durability'), import('#os/kernel/witness-desk'), import('#os/kernel/fleeting-acts'), import('#os/kernel/inspect'), import('#os/kernel/key-file'), import('#os/kernel/key-parts'), import('#os/kernel/leave-slot'), import('#os/kernel/membership-acts'), import('#os/kernel/move-acts'), import('#os/kernel/net-acts'), import('#os/kernel/pairing'), import('#os/kernel/papers'),
    import('#os/kernel/part-keys'), import('#os/kernel/part-tell'), import('#os/kernel/recovery-key'), import('#os/kernel/reading'), import('#os/kernel/removal'), import('#os/kernel/reports'), import('#os/kernel/requests'), import('#os/kernel/returns'), import('#os/kernel/snapshot-open'), import('#os/kernel/snapshot-rows'), import('#os/kernel/snapshots'), import('#os/kernel/stranded'), import('#os/kernel/text-news'), import('#os/kernel/told-again'), loadEngines(), loadLinks(),
  ]).then(() => (here = true));
  return loading;
}
