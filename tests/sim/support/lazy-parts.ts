/** Code that kernels ask for when it is used first. The simulator has it before its clock runs: virtual time must not run ahead of the disk of this machine. */
let loading: Promise<unknown> | null = null;

/** Resolves when all of it is here. */
export function lazyParts(): Promise<unknown> {
  loading ??= Promise.all([
    import('#os/kernel/accept'), import('#os/kernel/compare'), import('#os/kernel/create-space'), import('#os/kernel/device-acts'), import('#os/kernel/inspect'), import('#os/kernel/key-file'), import('#os/kernel/membership-acts'), import('#os/kernel/pairing'),
    import('#os/kernel/part-keys'), import('#os/kernel/part-tell'), import('#os/kernel/recovery-key'), import('#os/kernel/removal'), import('#os/kernel/returns'), import('#vm/mesh/net-check'),
  ]);
  return loading;
}
