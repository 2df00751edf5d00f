/** How many reports wait for whoever manages people. */
import type { LifegraphApi, SpaceView } from '#os/api';
import { ROOT } from '#domain/shared';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';

/** Owners and Admins decide about reports. */
export const decides = (space: SpaceView): boolean => space.kind !== 'personal' && (space.role === 'owner' || space.role === 'admin');

async function waiting(api: LifegraphApi, space: string): Promise<number> {
  // Where nobody ever reported anything, what opens reports is not even loaded.
  if ((await api.graph(space).count({ type: 'report@1', fragment: ROOT, include: { deleted: true } })) === 0) return 0;
  return (await api.reports.list(space)).reports.filter((report) => report.state === 'open').length;
}

/** The count, followed; 0 for others. */
export function useOpenReports(space: SpaceView): number {
  const api = useKernel();
  const may = decides(space);
  return useAsked(() => (may ? waiting(api, space.id) : Promise.resolve(0)), ['node_created', 'members'], [api, space.id, may], 1_000) ?? 0;
}
