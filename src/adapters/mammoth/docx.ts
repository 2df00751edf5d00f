/** Word documents by mammoth → HTML. Macros and whatever lies outside of the file do not come. */
import mammoth from 'mammoth';
import { checkZip, FileFault, zipParts } from '#adapters/files/unpack';

/** Styles of paragraphs that mammoth does not know by itself. */
const STYLES = [
  ...['Quote', 'Intense Quote', 'Block Text', 'Quotations'].map((name) => `p[style-name='${name}'] => blockquote > p:fresh`),
  ...['Source Code', 'HTML Preformatted', 'Preformatted Text', 'Macro Text'].map((name) => `p[style-name='${name}'] => pre:separator('\\n')`),
  'p[style-name=\'Title\'] => h1:fresh', 'comment-reference => sup',
];

/** Takes a picture of the document, one after another, and answers what stands for it in the HTML as its address; '' for nothing. */
export type TakePicture = (mime: string, read: () => Promise<Uint8Array>) => Promise<string>;

/** The document as HTML. `most`: bytes its parts may unpack to. */
export async function docxToHtml(bytes: Uint8Array<ArrayBuffer>, most: number, take: TakePicture): Promise<string> {
  const parts = zipParts(bytes);
  if (!parts.some(({ name }) => /^[\\/]?word[\\/][^\\/]+\.xml$/i.test(name))) throw new FileFault('not-word');
  await checkZip(parts, most);
  try {
    const { value } = await mammoth.convertToHtml({ arrayBuffer: bytes.slice().buffer }, { styleMap: STYLES, convertImage: mammoth.images.imgElement(async ({ contentType, readAsArrayBuffer }) => ({ src: await pictureOf(take, contentType, readAsArrayBuffer) })) });
    // What leads from a word to its comment stands inside of words, and nothing leads back from a note in a document.
    return value.replace(/<sup><a href="#comment-[^>]*>[^<]*<\/a><\/sup>| <a href="#(?:comment|footnote|endnote)-ref-[^>]*>↑<\/a>/g, '');
  } catch (error) {
    if (error instanceof RangeError || /call stack/.test(String(error))) throw new FileFault('too-deep');
    throw new FileFault('damaged', error instanceof Error ? error.message : String(error));
  }
}

/** A picture that lies outside of the document, or is missing in it, is none. */
async function pictureOf(take: TakePicture, mime: string | null, read: () => Promise<ArrayBuffer>): Promise<string> {
  try {
    return await take(mime ?? '', async () => new Uint8Array(await read()));
  } catch {
    return '';
  }
}
