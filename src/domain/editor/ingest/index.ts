/** Documents in and out: files of other programs as blocks, blocks as such files. A door of its own: only who brings in or writes out loads it. */
export { cleanText, isPlace, newBlockId, withIds, type Draft, type DraftBlock, type Links } from './draft.ts';
export { isFilePlace, withKept, type DraftFile, type PlacedFile } from './draft-files.ts';
export { decodeText } from './encoding.ts';
export { frontText } from './front.ts';
export { PdfReader, type Page } from './pdf.ts';
export type { ContentsEntry } from './pdf-contents.ts';
export { checkSize, readFile, readText, readWord, type TextKind } from './read.ts';
export { htmlOf } from './to-html.ts';
export { fieldsIn, fieldsOut, jsonOf } from './json.ts';
export { markdownOf } from './to-markdown.ts';
export { WordPictures } from './word.ts';
