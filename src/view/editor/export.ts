/** A document as a file. */
import type { Field } from '#domain/editor';
import type { Block } from '#domain/editor/model';
import { frontText, htmlOf, jsonOf, markdownOf, type DraftBlock } from '#domain/editor/ingest';
import { fileName } from '#domain/editor/files';
import { download } from '#view/kit/download.ts';

export type ExportKind = 'Markdown' | 'HTML' | 'JSON';

/** Saves what is shown; what only a newer version can show is not in it. */
export function exportDocument(kind: ExportKind, title: string, blocks: readonly Block[], fields: readonly Field[]): void {
  const known = blocks.filter((block) => block.type !== 'newer') as (Block & DraftBlock)[];
  const [text, ending, type] = kind === 'Markdown' ? [`${frontText(title, fields)}${markdownOf(known)}`, 'md', 'text/markdown'] : kind === 'HTML' ? [htmlOf(title, known, fields), 'html', 'text/html'] : [jsonOf(title, known, fields), 'json', 'application/json'];
  download(new Blob([text], { type: `${type};charset=utf-8` }), `${fileName(title)}.${ending}`);
}
