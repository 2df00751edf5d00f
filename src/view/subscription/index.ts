/** Access as a lens of the shell; its view is loaded when first opened. */
import type { SpaceView } from '#os/api';
import { invitableRoles } from '#domain/subscription';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows } from '#view/kit/lens.ts';
import { useOpenReports } from './use-open-reports.ts';

/** No rows; who asks to be let in, and what was reported, counts as unread for those who decide. */
function useRows(space: SpaceView): RailRows {
  const api = useKernel();
  const admits = invitableRoles(space).length > 0 && space.kind !== 'personal';
  const waiting = useAsked(() => (admits ? api.spaces.waiting(space.id) : Promise.resolve([])), ['members', 'spaces'], [api, space.id, admits], 300);
  return { rows: [], unread: (waiting?.length ?? 0) + useOpenReports(space), loaded: true };
}

export const accessLens: Lens = {
  id: 'access',
  word: 'lens.access',
  icon: 'access',
  go: 'goAccess',
  useRows,
  useUnread: () => 0,
  View: lazyPart(async () => (await import('#view/subscription/access-view.tsx')).AccessView),
};
