/** Access as a lens of the shell; its view is loaded when first opened. */
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows } from '#view/kit/lens.ts';

const NO_ROWS: RailRows = { rows: [], unread: 0, loaded: true };

export const accessLens: Lens = {
  id: 'access',
  word: 'lens.access',
  icon: 'access',
  go: 'goAccess',
  useRows: () => NO_ROWS,
  useUnread: () => 0,
  View: lazyPart(async () => (await import('#view/subscription/access-view.tsx')).AccessView),
};
