/** Blocks ↔ JSON: a document written out whole, and what of such a file can be shown. */
import { PROPERTIES_MAX, readField, type Field } from '#domain/editor';
import { BLOCK_TYPES, readAttrs, readMarks, type BlockType, type Run } from '#domain/editor/model';
import { ImportFault } from '#domain/editor/files';
import { cleanText, DraftBuilder, type Draft, type DraftBlock } from './draft.ts';

/** Says what the file is. */
const FORMAT = 'lifegraph-document@1';

/** The text of a file. */
export function jsonOf(title: string, blocks: readonly DraftBlock[], fields: readonly Field[] = []): string {
  return `${JSON.stringify({ format: FORMAT, title, ...fieldsOut(fields), blocks: blocks.map(({ type, attrs, text, table }) => ({ type, attrs, ...(table ? { rows: table.rows.map(({ cells }) => cells) } : { text }) })) }, null, 1)}\n`;
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Properties as a file has them: nothing where there are none. */
export const fieldsOut = (fields: readonly Field[]): { properties?: readonly Field[] } => (fields.length === 0 ? {} : { properties: fields.map(({ name, kind, value }) => ({ name, kind, value })) });

/** Reads them again. `also`: addresses of another kind that are taken. */
export function fieldsIn(given: unknown, also: (link: string) => boolean = () => false): Field[] {
  return list(given).flatMap((one) => {
    const said = record(one);
    const field = readField(Object.fromEntries(Object.entries(said).map(([name, value]) => [name, typeof value === 'string' ? cleanText(value) : value])));
    return field ? [field.kind === 'link' && typeof said['value'] === 'string' && also(said['value']) ? { ...field, value: said['value'] } : field] : [];
  }).slice(0, PROPERTIES_MAX);
}

const runsOf = (text: unknown): Run[] => list(text).map(record).flatMap((run) => (typeof run['text'] === 'string' ? [{ text: run['text'], marks: readMarks(record(run['marks'])) }] : []));

/** Reads it again; what this version does not know is left out. */
export function jsonDraft(source: string): Draft {
  let file: Record<string, unknown>;
  try {
    file = record(JSON.parse(source));
  } catch (error) {
    throw new ImportFault('damaged', { found: error instanceof Error ? error.message : String(error) });
  }
  if (file['format'] !== FORMAT || !Array.isArray(file['blocks'])) throw new ImportFault('not-what-it-says', { kind: 'LifeGraph document', found: 'JSON' });
  const out = new DraftBuilder();
  for (const given of file['blocks'] as unknown[]) {
    const { type, attrs, text, rows } = record(given);
    if (!BLOCK_TYPES.includes(type as BlockType)) {
      out.count('other');
      continue;
    }
    const set = record(attrs);
    if (type === 'table') out.table(readAttrs((name) => set[name]), list(rows).map((row) => list(row).map(runsOf)));
    else out.push(type as BlockType, readAttrs((name) => set[name]), runsOf(text));
  }
  return out.done(typeof file['title'] === 'string' ? file['title'] : '', fieldsIn(file['properties']));
}
