/** Two states of a document beside or inside each other, over the whole width: what was added, removed, moved, and which words changed. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { SpaceView } from '#os/api';
import '#view/kit/version-words.ts';
import './table.css';
import './versions.css';
import { applyDiff, compareBlocks, type Block, type BlockDiff, type TextPiece } from '#domain/editor/model';
import { Button, Segments, Select } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { Pieces, Runs, TableCells, type Side } from './compare-text.tsx';
import type { Desk } from './page-editor.tsx';
import { momentWords, useVersions } from './use-versions.ts';

export interface CompareViewProps {
  space: SpaceView;
  fragment: string;
  node: string;
  desk: Desk;
  /** Keys of the two states; `to` is null for what is now. */
  from: string;
  to: string | null;
  writes: boolean;
  onPick(from: string, to: string | null): void;
  onClose(): void;
}

type Way = 'inline' | 'sides';

/** What the page shows now, followed. */
export function useBlocksNow({ editor, binding }: Desk): readonly Block[] {
  const [blocks, setBlocks] = useState(() => binding.copy.shown());
  useEffect(() => {
    const look = (): void => setBlocks(binding.copy.shown());
    look();
    editor.on('transaction', look);
    return () => void editor.off('transaction', look);
  }, [editor, binding]);
  return blocks;
}

/** The comparison. */
export function CompareView({ space, fragment, node, desk, from, to, writes, onPick, onClose }: CompareViewProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const toast = useToast();
  const versions = useVersions(space.id, fragment, node);
  const now = useBlocksNow(desk);
  const [way, setWay] = useState<Way>('inline');
  const first = versions.moments.find(({ key }) => key === from);
  const second = to === null ? null : versions.moments.find(({ key }) => key === to);
  const before = useMemo(() => (first ? versions.blocks(first) : null), [versions, first]);
  const after = useMemo(() => (to === null ? now : second ? versions.blocks(second) : null), [versions, second, to, now]);
  const diff = useMemo(() => (before && after ? compareBlocks(before, after) : null), [before, after]);
  const choices = versions.moments.map((one) => ({ value: one.key, label: momentWords(i18n, one) }));
  const restore = (): void => {
    if (!first || !before) return;
    desk.binding.restore(before);
    // The page is shown again first: what is hidden takes no focus.
    flushSync(onClose);
    desk.editor.view.focus();
    toast({ text: t('version.restored', { version: momentWords(i18n, first) }) });
  };
  return (
    <div className="compare">
      <div className="compare-bar">
        <Select label={t('version.from')} value={from} options={choices} onChange={(key) => onPick(key, to)} />
        <Select label={t('version.to')} value={to ?? ''} options={[{ value: '', label: t('version.now') }, ...choices]} onChange={(key) => onPick(from, key || null)} />
        <Segments<Way> label={t('version.view')} value={way} onChange={setWay} options={[{ value: 'inline', label: t('version.inline') }, { value: 'sides', label: t('version.sides') }]} />
        <span className="grow" />
        {writes && first && <Button kind="primary" icon="undo" onClick={restore}>{t('version.restore', { version: first.named?.name ?? i18n.time(first.at) })}</Button>}
        <Button kind="quiet" onClick={onClose}>{t('version.back')}</Button>
      </div>
      {versions.edits === null && <Skeleton label={t('list.loading')} />}
      {versions.edits !== null && !diff && <p className="muted">{t('state.absent')}</p>}
      {before && after && diff && <Difference before={before} diff={diff} way={way} />}
    </div>
  );
}

function Difference({ before, diff, way }: { before: readonly Block[]; diff: readonly BlockDiff[]; way: Way }): ReactNode {
  const { t } = useI18n();
  const was = new Map(before.map((block) => [block.id, block]));
  const is = new Map(applyDiff(before, diff).map((block) => [block.id, block]));
  const same = diff.every((line) => line.kind === 'kept' && !line.moved && !line.shape && !line.text && !line.table);
  return (
    <>
      {same && <p className="muted">{t('version.same')}</p>}
      <div className="compare-lines" data-way={way}>
        {diff.map((line) => {
          const id = line.kind === 'added' ? line.block.id : line.id;
          const [old, next] = [was.get(id), is.get(id)];
          const pieces = line.kind === 'kept' ? line.text : undefined;
          const moved = line.kind === 'kept' && line.moved;
          const note = <Notes line={line} old={old} />;
          if (way === 'inline') {
            const block = next ?? old!;
            return <Shown key={id} block={block} tone={line.kind} moved={moved} note={note}>{inside(old, next, pieces, 'both')}</Shown>;
          }
          return (
            <div key={id} className="compare-row" data-same={(line.kind === 'kept' && !moved && !pieces && !line.shape && !line.table) || undefined}>
              {old ? <Shown block={old} tone={line.kind === 'removed' ? 'removed' : 'kept'} moved={moved} note={line.kind === 'removed' ? note : null}>{inside(old, next, pieces, 'before')}</Shown> : <div className="compare-block" data-none="" />}
              {next ? <Shown block={next} tone={line.kind === 'added' ? 'added' : 'kept'} moved={moved} note={line.kind === 'removed' ? null : note}>{inside(old, next, pieces, 'after')}</Shown> : <div className="compare-block" data-none="" />}
            </div>
          );
        })}
      </div>
    </>
  );
}

/** The words of a block on one side, or of both. */
export function inside(old: Block | undefined, next: Block | undefined, pieces: readonly TextPiece[] | undefined, side: Side): ReactNode {
  const block = (side === 'before' ? old : next) ?? old!;
  if (block.table) return <TableCells before={old?.table} after={next?.table} plain={block.attrs.plain === true} side={side} />;
  return pieces && old ? <Pieces before={old.text} pieces={pieces} side={side} /> : <Runs runs={block.text} />;
}

/** What a block is, in words. */
export function kindWords({ t }: I18n, { type, attrs }: Pick<Block, 'type' | 'attrs'>): string {
  switch (type) {
    case 'heading': return t('document.heading', { n: attrs.level ?? 1 });
    case 'list': return [t(attrs.numbered ? 'document.numbers' : 'document.bullets'), attrs.indent ?? ''].join(' ').trim();
    case 'task': return [t('document.task'), attrs.indent ?? '', attrs.done ? t('document.done') : ''].filter((part) => part !== '').join(' ');
    case 'newer': return t('state.newer');
    default: return t(`document.${type}`);
  }
}

/** What happened to a block as a whole, said in words: colour alone is not enough. */
function Notes({ line, old }: { line: BlockDiff; old: Block | undefined }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const words = line.kind === 'added' ? [t('version.blockAdded')] : line.kind === 'removed' ? [t('version.blockRemoved')] : [...(line.moved ? [t('version.blockMoved')] : []), ...(line.shape && old ? [t('version.kind', { kind: kindWords(i18n, old) })] : [])];
  return words.length === 0 ? null : <span className="compare-note small muted">{words.join(' · ')}</span>;
}

/** A block of a comparison. */
export function Shown({ block, tone, moved, note, children }: { block: Block; tone: BlockDiff['kind']; moved: boolean; note: ReactNode; children: ReactNode }): ReactNode {
  const { type, attrs } = block;
  const sign = attrs.show ? '↳' : type === 'list' ? (attrs.numbered ? '1.' : '•') : type === 'task' ? (attrs.done ? '☑' : '☐') : null;
  return (
    <div className="compare-block" data-tone={tone} data-moved={moved || undefined} data-kind={type} data-level={attrs.level} data-indent={attrs.indent} dir="auto">
      {note}
      <div className="compare-text">
        {sign && <span aria-hidden="true">{sign} </span>}
        {type === 'divider' ? <hr /> : (attrs.alt ?? children)}
      </div>
    </div>
  );
}
