/** What this browser still gives the app of the disk. */

/** Left for everything else, bytes. */
const SPARE_BYTES = 67_108_864;
/** From that share on little is left: the kernel gives up files then (FILE1). */
const LITTLE = 0.8;

/** What the browser says of all that the app stored; null where it does not. */
export async function diskRoom(): Promise<{ usage: number; quota: number } | null> {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return quota === undefined || usage === undefined ? null : { usage, quota };
}

/** Is little of it left? */
export const isLittle = ({ usage, quota }: { readonly usage: number; readonly quota: number }): boolean => usage > quota * LITTLE;

/** Is there room for so many bytes more? True where the browser does not say. */
export async function hasRoom(bytes: number): Promise<boolean> {
  const room = await diskRoom();
  return room === null || room.quota - room.usage - SPARE_BYTES >= bytes;
}
