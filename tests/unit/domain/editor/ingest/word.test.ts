/** Pictures of Word documents, by mammoth itself. */
import { describe, expect, test, vi } from 'vitest';
import { docxToHtml } from '#adapters/mammoth/docx';
import { readWord, withIds, withKept, WordPictures, type Draft } from '#domain/editor/ingest';
import { IMPORT_LIMITS } from '#domain/shared';
import { docxFile, drawing, pngFile } from '#tests/e2e/support/files';

// Outside of a browser it takes its bytes by another name.
vi.mock('mammoth', async (original) => {
  const { default: real } = await original<{ default: typeof import('mammoth') }>();
  return { default: { ...real, convertToHtml: ({ arrayBuffer }: { arrayBuffer: ArrayBuffer }, options: object) => real.convertToHtml({ buffer: Buffer.from(arrayBuffer) }, options) } };
});

async function read(file: Buffer, keeps = true): Promise<Draft> {
  const pictures = new WordPictures(keeps);
  return readWord(await docxToHtml(new Uint8Array(file), IMPORT_LIMITS.unpackedBytes, (mime, bytes) => pictures.take(mime, bytes)), pictures);
}
const shown = ({ blocks, files = [] }: Draft): string[] => withKept(withIds(blocks, () => 'b'), files, files.map(({ name }) => ({ id: name, picture: name.endsWith('.png') }))).map(({ type, attrs, text }) => `${type}${attrs.indent ? `>${attrs.indent}` : ''}${attrs.file ? ` <${attrs.file}>` : ''}${attrs.alt ? ` (${attrs.alt})` : ''} ${text.map((run) => run.text).join('')}`.trimEnd());
const words = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (...runs: string[]): string => `<w:p>${runs.join('')}</w:p>`;
const [red, blue] = [pngFile(3, 2, [255, 0, 0]), pngFile(2, 2, [0, 0, 255])];

describe('a Word document with pictures', () => {
  test('each stands at its place with what it shows; one that is shown twice comes once, byte for byte', async () => {
    const body = p(words('Before')) + p(drawing('r', 'The lid')) + p(words('In '), drawing('b'), words('the line')) + p(drawing('r'), words('caption')) + `<w:tbl><w:tr><w:tc>${p(drawing('b', 'in a cell'))}</w:tc><w:tc>${p(words('cell'))}</w:tc></w:tr></w:tbl>` + p(words('After'));
    const draft = await read(docxFile(body, { r: ['png', red], b: ['png', blue] }));
    expect(shown(draft)).toEqual(['paragraph Before', 'picture <image1.png> (The lid)', 'paragraph In the line', 'picture <image2.png>', 'picture <image1.png>', 'paragraph caption', 'table \tcell', 'picture <image2.png> (in a cell)', 'paragraph After']);
    expect(draft.notes).toEqual([]);
    expect(await Promise.all(draft.files!.map(async ({ read: bytes }) => Buffer.from(await bytes()).equals(red) || Buffer.from(await bytes()).equals(blue)))).toEqual([true, true]);
    expect(draft.files!.map(({ name, mime, size }) => [name, mime, size])).toEqual([['image1.png', 'image/png', red.length], ['image2.png', 'image/png', blue.length]]);
    // The same document again is the same page.
    expect(shown(await read(docxFile(body, { r: ['png', red], b: ['png', blue] })))).toEqual(shown(draft));
  });

  test('what no browser draws is a file; what lies outside of the document, or is missing in it, is counted and asked of nobody', async () => {
    const body = p(drawing('e')) + p(drawing('s', 'a drawing')) + p(words('x'), drawing('out')) + p(drawing('gone'));
    const draft = await read(docxFile(body, { e: ['emf', Buffer.from('emf')], s: ['svg', Buffer.from('<svg onload="x()"/>')], out: ['png', red], gone: ['png', null] }));
    expect(shown(draft)).toEqual(['file <image1.emf> (image1.emf)', 'file <image2.svg> (image2.svg)', 'paragraph x']);
    expect(draft.notes).toEqual([{ code: 'images', count: 2 }]);
  });

  test('a document of pictures alone is a page; where no files are kept they are counted', async () => {
    const file = docxFile(p(drawing('r')) + p(drawing('b')), { r: ['png', red], b: ['png', blue] });
    const [draft, without] = [await read(file), await read(file, false)];
    expect([shown(draft), draft.notes]).toEqual([['picture <image1.png>', 'picture <image2.png>'], []]);
    expect([shown(without), without.notes, without.files]).toEqual([[], [{ code: 'images', count: 2 }, { code: 'no-text' }], []]);
  });

  test('[limit IMPORT.pictures IMPORT.pictureBytes] of more, or larger ones, the rest is left out and counted by itself; it is not read', async () => {
    const small = new WordPictures(true);
    let asked = 0;
    const one = async (): Promise<Uint8Array> => Uint8Array.of((asked += 1) & 255, asked >> 8);
    const html: string[] = [];
    for (let at = 0; at <= IMPORT_LIMITS.pictures; at++) html.push(await small.take('image/png', one));
    expect([asked, small.files.length]).toEqual([IMPORT_LIMITS.pictures, IMPORT_LIMITS.pictures]);
    const draft = readWord(html.map((src) => `<p><img src="${src}"></p>`).join(''), small);
    expect([draft.blocks.length, draft.notes]).toEqual([IMPORT_LIMITS.pictures, [{ code: 'pictures', count: 1 }]]);
    const large = new WordPictures(true);
    expect(await large.take('image/png', async () => new Uint8Array(IMPORT_LIMITS.pictureBytes))).toBe('~0');
    const left = await large.take('image/png', async () => new Uint8Array(IMPORT_LIMITS.pictureBytes + 1));
    expect([large.files.length, readWord(`<p>x<img src="${left}">`, large).notes]).toEqual([1, [{ code: 'pictures', count: 1 }]]);
  });
});
