/**
 * A picture or a file in the page, drawn by hand: it stands in the text of the editor, which React does not draw. A picture is shown from an address made of
 * bytes that were checked, after their beginning said that they are one; anything else is a line with its name and what can be done.
 */
import type { Node } from '@tiptap/pm/model';
import type { EditorView, NodeView } from '@tiptap/pm/view';
import type { FilesApi, FileState } from '#os/files-api';
import type { I18n } from '#view/kit/i18n.tsx';
import { PictureAddresses } from '#view/kit/picture-addresses.ts';

/** Larger ones are not drawn in the page. */
const SHOWN_BYTES = 33_554_432;
const ALT_CHARS = 300;
/** Pictures so far beside what is on the screen are drawn. */
const NEAR = '800px';

const addresses = new PictureAddresses((bytes, type) => URL.createObjectURL(new Blob([bytes], { type })), (address) => URL.revokeObjectURL(address));

/** Runs once when the element comes near the screen. */
export function whenNear(dom: HTMLElement, run: () => void): () => void {
  const eye = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    eye.disconnect();
    run();
  }, { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit);
  eye.observe(dom);
  return () => eye.disconnect();
}

/** What a file in the page needs. */
export interface FileRoom {
  readonly files: FilesApi;
  readonly space: string;
  readonly words: Pick<I18n, 't' | 'bytes'>;
  failed(error: unknown): void;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export class FileView implements NodeView {
  readonly dom = element('div', 'block file-block');
  private readonly picture = element('img', 'file-picture');
  private readonly line = element('div', 'file-line');
  private readonly alt = element('input', 'field file-alt');
  private readonly file: string;
  private stop: () => void = () => undefined;
  private letGo: () => void = () => undefined;
  private stopLooking: () => void = () => undefined;
  private showing = false;
  private tooMany = false;
  private closed = false;

  constructor(private node: Node, private readonly view: EditorView, private readonly place: () => number | undefined, private readonly room: FileRoom) {
    const { t } = room.words;
    this.file = String(node.attrs['file'] ?? '');
    this.dom.contentEditable = 'false';
    this.dom.dataset['kind'] = String(node.attrs['kind']);
    this.picture.hidden = true;
    this.alt.placeholder = t('file.alt');
    this.alt.setAttribute('aria-label', t('file.alt'));
    this.alt.maxLength = ALT_CHARS;
    this.alt.hidden = true;
    this.alt.onchange = () => this.describe(this.alt.value.trim());
    this.dom.append(this.picture, this.line, this.alt);
    this.words();
    this.draw({ state: 'looking', name: '', mime: '', size: 0, have: 0, of: 0, from: [] });
    this.stop = room.files.watch(room.space, this.file, (state) => this.draw(state));
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type || node.attrs['file'] !== this.node.attrs['file'] || node.attrs['kind'] !== this.node.attrs['kind']) return false;
    this.node = node;
    this.words();
    return true;
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof HTMLElement && event.target.closest('button, input') !== null;
  }

  ignoreMutation(): boolean {
    return true;
  }

  selectNode(): void {
    this.dom.classList.add('file-chosen');
  }

  deselectNode(): void {
    this.dom.classList.remove('file-chosen');
  }

  destroy(): void {
    this.closed = true;
    this.stop();
    this.stopLooking();
    this.letGo();
  }

  private words(): void {
    const alt = String(this.node.attrs['alt'] ?? '');
    this.picture.alt = alt;
    if (this.alt !== document.activeElement) this.alt.value = alt;
  }

  private describe(alt: string): void {
    const at = this.place();
    if (at !== undefined && this.view.editable) this.view.dispatch(this.view.state.tr.setNodeAttribute(at, 'alt', alt === '' ? null : alt));
  }

  private act(label: string, full: string, run: () => Promise<unknown>): HTMLButtonElement {
    const button = element('button', 'button', label);
    button.type = 'button';
    Object.assign(button.dataset, { kind: 'quiet', size: 'compact' });
    button.setAttribute('aria-label', full);
    button.onclick = () => void run().catch((error: unknown) => this.room.failed(error));
    return button;
  }

  private draw(state: FileState): void {
    const { t, bytes } = this.room.words;
    const { files, space } = this.room;
    this.dom.dataset['state'] = state.state;
    const name = state.name === '' ? String(this.node.attrs['alt'] ?? '') || t(this.node.attrs['kind'] === 'picture' ? 'document.picture' : 'document.file') : state.name;
    const parts: HTMLElement[] = [element('span', 'file-name', name), element('span', 'muted small', this.said(state, bytes))];
    if (state.state === 'coming' || state.state === 'asked') {
      const progress = element('progress', 'file-progress');
      [progress.max, progress.value] = [state.of, state.have];
      progress.setAttribute('aria-label', name);
      parts.push(progress, this.act(t('file.stop'), t('file.stopOf', { name }), () => files.cancel(space, this.file)));
    }
    if (state.state === 'absent') parts.push(this.act(t('file.get'), `${t('file.get')}: ${name}`, () => files.want(space, this.file)));
    if (state.state === 'here') parts.push(this.act(t('file.save'), `${t('file.save')}: ${name}`, () => this.save(name, state.size)));
    // The button somebody stands on stays under them where it is the same.
    const held = this.line.contains(document.activeElement);
    this.line.replaceChildren(...parts);
    if (held) this.line.querySelector('button')?.focus();
    if (state.state === 'here' && this.node.attrs['kind'] === 'picture' && state.size <= SHOWN_BYTES && !this.showing) {
      this.showing = true;
      this.stopLooking = whenNear(this.dom, () => void this.show(state).catch(() => undefined));
    }
  }

  private said({ state, size, have, of }: FileState, bytes: I18n['bytes']): string {
    const { t } = this.room.words;
    if (state === 'looking' || state === 'damaged' || state === 'asked') return t(`file.${state}`);
    if (this.tooMany) return `${bytes(size)} · ${t('file.tooManyPixels')}`;
    return state === 'coming' ? `${bytes(size)} · ${t('file.coming', { have, n: of })}` : bytes(size);
  }

  private blob(): Promise<Blob> {
    return new Response(this.room.files.read(this.room.space, this.file)).blob();
  }

  private async save(name: string, size: number): Promise<void> {
    const { saveFile } = await import('#view/kit/save-file.ts');
    if ((await saveFile(this.room.files, this.room.space, { id: this.file, name, size })) === 'too-large') this.room.failed(new Error('too large'));
  }

  private async show(state: FileState): Promise<void> {
    const { shown, letGo } = addresses.of(`${this.room.space}/${this.file}`, async () => new Uint8Array(await (await this.blob()).arrayBuffer()));
    this.letGo = letGo;
    const picture = await shown;
    if (this.closed) return;
    this.tooMany = 'fault' in picture && picture.fault === 'too-many';
    if (this.tooMany) this.draw(state);
    if (!('address' in picture)) return;
    this.picture.src = picture.address;
    await this.picture.decode();
    this.picture.hidden = false;
    // Who only reads does not see it (files.css).
    this.alt.hidden = false;
  }
}
