/** Which snapshots lie in the store: row `snaps` with their names, `space/fragment`. */
import { fromBase64url, type Bytes } from '#base/bytes';
import type { Kernel, Space } from './state.ts';

export const SNAPS_ROW = 'snaps';

export const snapRow = (name: string): string => `snap/${name}`;

/** The names of the snapshots in the store. */
export async function snapNames({ store }: Pick<Kernel, 'store'>): Promise<string[]> {
  const row = await store.get(SNAPS_ROW);
  return Array.isArray(row) ? row.filter((name) => typeof name === 'string') : [];
}

/** The space and fragment that a snapshot is named by; null for a name of nothing that is here. */
export function placeOf(kernel: Kernel, name: string): { readonly space: Space; readonly fragment: Bytes } | null {
  const [key, text] = name.split('/');
  const space = kernel.spaces.get(key!);
  const fragment = fromBase64url(text ?? '');
  return space?.standing === 'member' && fragment?.length === 16 ? { space, fragment } : null;
}
