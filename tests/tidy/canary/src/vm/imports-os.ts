import { planted } from '#os/kernel/syscalls';
export const used = planted;
