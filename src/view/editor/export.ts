/** A document as a file. */
import type { Field } from '#domain/editor';
import type { Block } from '#domain/editor/model';
import { frontText, htmlOf, jsonOf, markdownOf, type DraftBlock } from '#domain/editor/ingest';
import type { LifegraphApi } from '#os/api';
import { fileName } from '#domain/editor/files';
import { download } from '#view/kit/download.ts';
import { shownKey, withTexts } from './shown-read.ts';

export type ExportKind = 'Markdown' | 'HTML' | 'JSON';

/** Saves what is shown; what only a newer version can show is not in it. */
export async function exportDocument(api: LifegraphApi, fragment: string, kind: ExportKind, title: string, given: readonly Block[], fields: readonly Field[]): Promise<void> {
  // A page that stands alone has with it what it shows of others; what is read by programs again has the link.
  const blocks = kind === 'HTML' ? await withTexts(api, given, [shownKey(fragment, null)]) : given;
  const known = blocks.filter((block) => block.type !== 'newer') as (Block & DraftBlock)[];
  const [text, ending, type] = kind === 'Markdown' ? [`${frontText(title, fields)}${markdownOf(known)}`, 'md', 'text/markdown'] : kind === 'HTML' ? [htmlOf(title, known, fields), 'html', 'text/html'] : [jsonOf(title, known, fields), 'json', 'application/json'];
  download(new Blob([text], { type: `${type};charset=utf-8` }), `${fileName(title)}.${ending}`);
}
