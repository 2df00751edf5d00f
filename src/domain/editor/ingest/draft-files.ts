/** Files that come in with a page: where they stand among its words, and what they become when they are kept. */
import { cutText } from '#base/plain-text';
import { plainOf, type Attrs, type Block, type Run } from '#domain/editor/model';
import type { FileSaid, KeptFile } from '#domain/editor/files';

/** A file that comes in with a page, read when it is its turn. */
export interface DraftFile extends FileSaid {
  read(): Promise<Uint8Array>;
}

/** A file of the page by its place in its list (`~3`), as long as it has no node; and its name. */
export interface PlacedFile {
  readonly place: string;
  readonly name: string;
}

/** A file among words. It is one sign there, so that what trims words leaves it. */
export interface FileRun extends Run {
  readonly file: PlacedFile;
  /** Drawn in the page, or only linked; what is said of it. */
  readonly shown: boolean;
  readonly said: string;
  /** Its line holds nothing else. */
  readonly alone?: boolean;
}

const PLACE = /^~(\d{1,6})$/;
const SIGN = '\ufffc';
/** UTF-16 units of what a picture shows, as blocks keep it. */
const ALT_MAX = 300;

export const isFilePlace = (file: unknown): file is string => typeof file === 'string' && PLACE.test(file);
export const isFileRun = (run: Run): run is FileRun => 'file' in run;
export const fileRun = (file: PlacedFile, shown: boolean, said: string): FileRun => ({ text: SIGN, marks: {}, file, shown, said: said.replace(/\s+/g, ' ').trim() });

/** Words, and files between them. */
export type Part = { readonly words: readonly Run[] } | { readonly file: FileRun };

/**
 * A file that has a line to itself, or begins the text, stands where it is and parts the words (`splits`); any other stands behind them. Words that are nothing but the name of the one
 * file they link are that file.
 */
export function partsOf(runs: readonly Run[], splits: boolean): Part[] {
  const out: Part[] = [];
  const free = endsBehind(runs);
  let words: Run[] = [];
  let behind: FileRun[] = [];
  let [said, line] = [false, false];
  const end = (): void => {
    const [only] = behind;
    const named = splits && behind.length === 1 && !only!.shown && only!.said === only!.file.name && plainOf(words).trim() === only!.said;
    if (!named && words.length > 0) out.push({ words });
    out.push(...behind.map((file) => ({ file })));
    [words, behind, said, line] = [[], [], false, false];
  };
  for (const [at, run] of runs.entries()) {
    if (!isFileRun(run)) {
      // Of the spaces before and behind a file one stays.
      const twice = behind.length > 0 && isFileRun(runs[at - 1]!) && run.text.startsWith(' ') && words.at(-1)?.text.endsWith(' ');
      if (!twice) words.push(run);
      else if (run.text !== ' ') words.push({ ...run, text: run.text.slice(1) });
      [said, line] = [said || run.text.trim() !== '', /\S/.test(run.text.slice(run.text.lastIndexOf('\n') + 1)) || (line && !run.text.includes('\n'))];
    } else if (splits && run.shown && (!said || run.alone === true || (!line && free[at]))) {
      end();
      out.push({ file: run });
    } else behind.push(run);
  }
  end();
  return out;
}

/** Of each run: does its line end behind it, files aside? */
function endsBehind(runs: readonly Run[]): boolean[] {
  const out: boolean[] = [];
  let free = true;
  for (let at = runs.length - 1; at >= 0; at--) {
    out[at] = free;
    const run = runs[at]!;
    if (!isFileRun(run) && run.text !== '') free = /^[ \t]*\n/.test(run.text) || (free && /^[ \t]*$/.test(run.text));
  }
  return out;
}

/** The block of one. */
export function fileBlock({ file, shown, said }: FileRun, attrs: Attrs): { readonly type: 'picture' | 'file'; readonly attrs: Attrs; readonly text: readonly Run[] } {
  const alt = cutText(shown ? said : file.name, ALT_MAX);
  return { type: shown ? 'picture' : 'file', attrs: { ...attrs, file: file.place, ...(alt === '' ? {} : { alt }) }, text: [] };
}

/** Blocks whose files are kept now: each is its node, a picture only where its bytes are one; what could not be kept is its name. */
export function withKept(blocks: readonly Block[], files: readonly FileSaid[], kept: readonly (KeptFile | null)[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    const at = PLACE.exec(block.attrs.file ?? '')?.[1];
    if (at === undefined) return [block];
    const { file: _file, alt, ...attrs } = block.attrs;
    const [name, one] = [files[Number(at)]?.name, kept[Number(at)] ?? null];
    const words = alt ?? name ?? '';
    if (!one) return words === '' ? [] : [{ ...block, type: 'paragraph', attrs, text: [{ text: words, marks: {} }] }];
    if (block.type === 'picture' && one.picture) return [{ ...block, attrs: { ...attrs, file: one.id, ...(alt === undefined ? {} : { alt }) } }];
    return [{ ...block, type: 'file', attrs: { ...attrs, file: one.id, alt: cutText((block.type === 'file' ? alt : name) ?? words, ALT_MAX) } }];
  });
}
