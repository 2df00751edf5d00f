/** What the lenses list of the open space. */
import type { SpaceView } from '#os/api';
import { NO_RULES } from '#domain/shared';
import type { Lens } from '#view/kit/lens.ts';

export interface LensRow {
  lens: Lens;
  object: string;
  space?: string;
  label: string;
  unread: number;
}

/** The rows of all lenses; nothing without a space. */
export function useLensRows(lenses: readonly Lens[], space: SpaceView | null): LensRow[] {
  const nowhere: SpaceView = { id: '', name: '', kind: 'personal', role: 'guest', members: 0, scope: null, comments: [], lets: null, rules: NO_RULES };
  // The list of lenses never changes while the app runs, so the order of hooks is steady.
  return lenses.flatMap((lens) => lens.useRows(space ?? nowhere).rows.map((row) => ({ lens, object: row.object, ...(row.space && { space: row.space }), label: row.label, unread: row.twice ? 0 : row.unread })));
}
