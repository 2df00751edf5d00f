/** The states a document had: sittings out of its records, and those that somebody named. */
import { useMemo } from 'react';
import { VERSION, versionsOf, type Version } from '#domain/editor';
import { blocksAt, sittings, type Block, type Cut, type TextEdit } from '#domain/editor/model';
import type { I18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useNodes } from '#view/kit/kernel.tsx';

export interface Moment {
  /** Names it in an address. */
  readonly key: string;
  readonly at: number;
  readonly from: number;
  readonly who: readonly (string | null)[];
  /** How many edits were made in it; 0 of a named state. */
  readonly edits: number;
  readonly cut: Cut;
  readonly named: Version | null;
}

export interface Versions {
  /** Null while they are read. */
  readonly edits: readonly TextEdit[] | null;
  /** The newest first. */
  readonly moments: readonly Moment[];
  blocks(moment: Moment): readonly Block[];
}

/** What a state is called: its name, or when it was. */
export const momentWords = ({ moment, time }: I18n, { named, from, at }: Moment): string => named?.name ?? (time(from) === time(at) ? moment(at) : `${moment(from)} – ${time(at)}`);

/** How often the records are read again while they come, ms. */
const EVERY_MS = 1_500;
const NO_EDITS: readonly TextEdit[] = [];

/** The states of the text `node`. */
export function useVersions(space: string, fragment: string, node: string): Versions {
  const api = useKernel();
  const read = async (): Promise<readonly TextEdit[]> => {
    // What is typed but not sealed is in no state yet.
    await api.saved().catch(() => undefined);
    return (await api.edits?.(space, node)) ?? NO_EDITS;
  };
  const edits = useAsked(read, ['record'], [api, space, node], EVERY_MS);
  const { nodes } = useNodes(space, { type: VERSION, fragment });
  return useMemo(() => {
    const all = edits ?? NO_EDITS;
    const named = versionsOf(nodes.values()).map((version): Moment => ({ key: `n${version.id}`, at: version.at, from: version.at, who: [version.by], edits: 0, cut: version.cut, named: version }));
    const sat = sittings(all).map((one): Moment => ({ key: `s${one.from}`, at: one.to, from: one.from, who: one.who, edits: one.edits, cut: one.cut, named: null }));
    return { edits, moments: [...named, ...sat].sort((a, b) => b.at - a.at), blocks: (moment) => blocksAt(all, moment.cut) };
  }, [edits, nodes]);
}
