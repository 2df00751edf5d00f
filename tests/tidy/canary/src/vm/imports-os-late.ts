export const used = (): Promise<unknown> => import('#os/kernel/syscalls');
