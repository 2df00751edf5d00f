/** Texts and tables of a comparison: what stayed, what is new, what is gone. */
import type { ReactNode } from 'react';
import { cellsOf, orderOf, sliceRuns, textPieces, type Run, type Table, type TextPiece } from '#domain/editor/model';
import { useI18n } from '#view/kit/i18n.tsx';

export type Side = 'before' | 'after' | 'both';

/** A text that changed. */
export function Pieces({ before, pieces, side }: { before: readonly Run[]; pieces: readonly TextPiece[]; side: Side }): ReactNode {
  const { t } = useI18n();
  let at = 0;
  return pieces.map((piece, index) => {
    const from = at;
    if (piece.op !== 'added') at += piece.length;
    const old = piece.op === 'added' ? [] : sliceRuns(before, from, at);
    if (piece.op === 'kept') return <Runs key={index} runs={old} />;
    if (piece.op === 'removed') return side === 'after' ? null : <del key={index} title={t('version.removed')}><Runs runs={old} /></del>;
    if (piece.op === 'added') return side === 'before' ? null : <ins key={index} title={t('version.added')}><Runs runs={piece.runs} /></ins>;
    return <span key={index} className="compare-marked" title={t('version.marked')}><Runs runs={side === 'before' ? old : piece.runs} /></span>;
  });
}

/** A text. */
export function Runs({ runs }: { runs: readonly Run[] }): ReactNode {
  return runs.map(({ text, marks }, index) => {
    let shown: ReactNode = text;
    if (marks.code) shown = <code>{shown}</code>;
    if (marks.bold) shown = <strong>{shown}</strong>;
    if (marks.italic) shown = <em>{shown}</em>;
    if (marks.strike) shown = <s>{shown}</s>;
    if (marks.link !== undefined) shown = <span className="compare-link" title={marks.link}>{shown}</span>;
    return <span key={index}>{shown}</span>;
  });
}

const NO_TABLE: Table = { columns: [], rows: [] };

/** A table, cell by cell. One that is only there once is the same on both sides: its block says what happened to it. */
export function TableCells({ before, after, plain, side }: { before: Table | undefined; after: Table | undefined; plain: boolean; side: Side }): ReactNode {
  const { t } = useI18n();
  const [was, is] = [before ?? after ?? NO_TABLE, after ?? before ?? NO_TABLE];
  const ids = (table: Table): string[] => table.rows.map(({ id }) => id);
  const of = (one: readonly string[], other: readonly string[]): string[] => (side === 'both' ? orderOf(other, one) : [...(side === 'before' ? one : other)]);
  const columns = of(was.columns, is.columns);
  const [oldCell, nextCell] = [cellsOf(was), cellsOf(is)];
  return (
    <table className="compare-table">
      <tbody>
        {of(ids(was), ids(is)).map((row, at) => (
          <tr key={row}>
            {columns.map((column) => {
              const [old, next] = [oldCell(row, column), nextCell(row, column)];
              const Cell = at === 0 && !plain ? 'th' : 'td';
              const tone = old && next ? undefined : next ? 'added' : 'removed';
              return (
                <Cell key={column} dir="auto" data-tone={tone} title={tone && t(tone === 'added' ? 'version.added' : 'version.removed')}>
                  {old && next ? <Pieces before={old} pieces={textPieces(old, next)} side={side} /> : <Runs runs={next ?? old ?? []} />}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
