/** The text of a proposal in the editor, with what its author changed drawn in it. */
import { useEffect, useState, type ReactNode } from 'react';
import { findHunks, type Block, type Taken } from '#domain/editor/model';
import { useI18n } from '#view/kit/i18n.tsx';
import type { BranchSession } from './branch-session.ts';
import { changeMarks } from './change-marks.ts';
import { PageEditor, type Desk } from './page-editor.tsx';

/** Between a letter and its mark, ms. */
const LOOK_MS = 120;

export interface BranchEditorProps {
  space: string;
  session: BranchSession;
  label: string;
  proposal: string;
  /** What the proposal began with, and what of it is accepted. */
  base: readonly Block[];
  taken: ReadonlyMap<string, Taken>;
}

/** The editor. */
export function BranchEditor({ space, session, label, proposal, base, taken }: BranchEditorProps): ReactNode {
  const { t } = useI18n();
  const [desk, setDesk] = useState<Desk | null>(null);
  useEffect(() => {
    if (!desk || desk.editor.isDestroyed) return;
    const { editor, binding } = desk;
    const marks = changeMarks(() => undefined);
    editor.registerPlugin(marks.plugin);
    // What is accepted is no change any more.
    const began = [...base.flatMap((block) => (taken.has(block.id) ? (taken.get(block.id)!.block ?? []) : block)), ...[...taken].flatMap(([id, { block }]) => (block && !base.some((one) => one.id === id) ? block : []))];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = (): void => {
      timer = null;
      if (editor.isDestroyed) return;
      // Marks that come into a word while it is composed would break it off.
      if (editor.view.composing) return void (timer = setTimeout(look, LOOK_MS));
      const hunks = findHunks({ base, branch: binding.copy.shown(), now: began, taken });
      marks.show(editor.view, [{ id: '', note: t('proposal.changed'), hunks, shows: 'wanted', other: base }]);
    };
    const later = ({ transaction }: { transaction: { docChanged: boolean } }): void => {
      if (transaction.docChanged) timer ??= setTimeout(look, LOOK_MS);
    };
    look();
    editor.on('transaction', later);
    return () => {
      editor.off('transaction', later);
      if (timer !== null) clearTimeout(timer);
      if (!editor.isDestroyed) editor.unregisterPlugin(marks.plugin.spec.key!);
    };
  }, [desk, base, taken, t]);
  return <PageEditor space={space} session={session} writes label={label} node={proposal} at={null} acts={[]} onDesk={setDesk} />;
}
