/** The trash of a space, followed: what others delete and bring back comes and goes by itself; and who deleted what is shown, out of the log. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { deletionOf, type Deletion } from '#domain/shared';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { TRASHED, trashRows, type TrashRow } from './trash-rows.ts';

/** The rows. */
export function useTrash(space: string): { rows: TrashRow[]; loaded: boolean } {
  const directory = useNodes(space, TRASHED.directory);
  const things = useNodes(space, TRASHED.things);
  return { rows: useMemo(() => trashRows(directory.nodes.values(), things.nodes.values()), [directory.nodes, things.nodes]), loaded: directory.loaded && things.loaded };
}

/** Name of one deletion of a thing: of the next one more is asked. */
export const deletionKey = ({ node, at }: Pick<TrashRow, 'node' | 'at'>): string => `${node} ${at}`;

/** By deletionKey; null: the log of this device does not tell. What a node says of itself is its last change, whoever made it: the history is asked, of one row after another, as each answer reads a log. */
export function useDeletions(space: string, rows: readonly TrashRow[]): ReadonlyMap<string, Deletion | null> {
  const api = useKernel();
  const held = useRef(new Map<string, Deletion | null>());
  const [known, setKnown] = useState<ReadonlyMap<string, Deletion | null>>(held.current);
  const wanted = useMemo(() => rows.flatMap((row) => [row, ...(row.kind === 'page' ? row.inside : [])]).map(({ node, at }) => ({ node, at })), [rows]);
  useEffect(() => {
    let alive = true;
    const ask = async (): Promise<void> => {
      for (const one of wanted) {
        if (!alive) return;
        if (held.current.has(deletionKey(one))) continue;
        // Refused by a kernel that is going: the next look asks again.
        const found = await api.graph(space).history(one.node).then(deletionOf, () => undefined);
        if (!alive || found === undefined) continue;
        held.current.set(deletionKey(one), found);
        setKnown(new Map(held.current));
      }
    };
    void ask();
    return () => {
      alive = false;
    };
  }, [api, space, wanted]);
  return known;
}
