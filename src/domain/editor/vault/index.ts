/** Whole folders of pages in and out. A door of its own: only who brings one in or takes a space out loads it. */
export { addressed, addressedFields, readVault, type Vault, type VaultPage } from './read-vault.ts';
export type { LeftOut, VaultFile } from './reading.ts';
export { SpaceWriter, type FilesOut, type PageOut, type SaidOut, type TaskOut, type ThreadOut } from './write-space.ts';
