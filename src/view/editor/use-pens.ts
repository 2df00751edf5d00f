/** Tells the others where this person stands in the document and what they type, and shows where the others do. Kept nowhere: it goes with the live previews of texts. */
import { useEffect, useRef, useState } from 'react';
import type { LifegraphApi, TextPreview } from '#os/api';
import { penNode } from '#domain/editor';
import { penText, readPen, type DocReplica, type Pen } from '#domain/editor/model';
import { knotOf } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { REMOTE } from './binding.ts';
import type { Desk } from './page-editor.tsx';
import { penMarks, showPens, type ShownPen, type Words } from './pen-marks.ts';
import { caretAt } from './texts.ts';

/** A pen that stays is told again this often: one that is not ends by itself, ms. */
const AGAIN_MS = 1_500;
/** A pen that only moves is told at most this often, ms; letters go as often as the kernel lets them. */
const MOVE_MS = 200;
/** Letters typed within this time are told: older ones are everywhere where there is a way at all, ms. */
const RECENT_MS = 3_000;
/** A preview ends with each record of its writer, who then tells the next: so long the last one stands, ms. */
const STAYS_MS = 2_500;
const PENS_MAX = 24;
const PRESSES = ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'dragend'];
/** Says that somebody left the page: nothing is typed, nowhere. */
const LEFT = { at: 0, remove: 0, insert: '' };

interface Place {
  readonly space: string;
  readonly fragment: string;
}

/** Tells where this person stands, from the first time they stand in the text until the page is left or hidden. */
class Teller {
  private stands = false;
  private readonly clocks: { at: number; clock: number }[] = [];
  private copy: DocReplica | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private last = '';
  private readonly beat = setInterval(() => this.say(), AGAIN_MS);

  constructor(private readonly api: LifegraphApi, private readonly place: Place, private readonly desk: Desk) {
    this.stands = desk.editor.isFocused;
    desk.editor.on('transaction', this.changed);
    desk.editor.on('focus', this.focused);
    document.addEventListener('visibilitychange', this.looked);
    addEventListener('pagehide', this.leave);
    this.say();
  }

  close(): void {
    clearInterval(this.beat);
    if (this.timer !== null) clearTimeout(this.timer);
    this.desk.editor.off('transaction', this.changed);
    this.desk.editor.off('focus', this.focused);
    document.removeEventListener('visibilitychange', this.looked);
    removeEventListener('pagehide', this.leave);
    this.leave();
  }

  private readonly leave = (): void => {
    if (this.last === '') return;
    this.last = '';
    this.tell(LEFT);
  };

  private readonly focused = (): void => {
    this.stands = true;
    this.say();
  };

  private readonly looked = (): void => (document.visibilityState === 'hidden' ? this.leave() : this.say());

  private readonly changed = ({ transaction }: { transaction: { docChanged: boolean; getMeta(key: string): unknown } }): void => {
    if (transaction.getMeta(REMOTE) === true) return;
    if (transaction.docChanged) this.say();
    else this.timer ??= setTimeout(() => {
      this.timer = null;
      if (this.text() !== this.last) this.say();
    }, MOVE_MS);
  };

  private tell(edit: { at: number; remove: number; insert: string }): void {
    this.api.previews.set(this.place.space, { fragment: this.place.fragment, node: penNode(this.place.fragment) }, edit);
  }

  private say(): void {
    const text = this.text();
    if (text === '') return;
    this.last = text;
    this.tell({ at: 0, remove: 0, insert: text });
  }

  /** Empty where there is nothing to tell. */
  private text(): string {
    const { editor, binding: { copy } } = this.desk;
    if (editor.isDestroyed || !this.stands || document.visibilityState === 'hidden') return '';
    const { $head, $anchor } = editor.state.selection;
    const [head, anchor] = [caretAt($head), caretAt($anchor)];
    const pen = head && copy.pen(head, anchor ?? head, this.since(copy));
    return pen ? penText(pen) : '';
  }

  /** The clock some seconds ago. */
  private since(copy: DocReplica): number {
    const now = performance.now();
    if (copy !== this.copy) this.clocks.length = 0;
    this.copy = copy;
    while (this.clocks.length > 1 && this.clocks[1]!.at < now - RECENT_MS) this.clocks.shift();
    const clock = copy.clock();
    if (this.clocks.at(-1)?.clock !== clock) this.clocks.push({ at: now, clock });
    return this.clocks[0]!.clock;
  }
}

interface Line {
  readonly uid: string;
  readonly pen: Pen;
  /** Ends then, when nothing comes before; Infinity while its preview lives. */
  ends: number;
}

/** The pens of others, by the tab they write in. */
class Pens {
  private readonly lines = new Map<string, Line>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly stop: () => void;

  constructor(api: LifegraphApi, { space, fragment }: Place, private readonly told: (lines: ReadonlyMap<string, Line>) => void) {
    const node = penNode(fragment);
    this.stop = api.previews.subscribe(space, node, (preview) => this.take(preview));
    void api.previews.list(space).then((all) => all.filter((one) => one.node === node).forEach((one) => this.lines.has(one.writer) || this.take(one))).catch(() => undefined);
  }

  close(): void {
    this.stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private take({ uid, writer, edit }: TextPreview): void {
    const known = this.lines.get(writer);
    if (edit === null) {
      if (known) known.ends = Math.min(known.ends, performance.now() + STAYS_MS);
      return this.sweepLater();
    }
    const pen = readPen(edit.insert);
    this.lines.delete(writer);
    if (pen) this.lines.set(writer, { uid, pen, ends: Infinity });
    if (this.lines.size > PENS_MAX) this.lines.delete(this.lines.keys().next().value!);
    if (pen || known) this.told(this.lines);
  }

  private sweepLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const before = this.lines.size;
      for (const [writer, { ends }] of this.lines) if (ends <= performance.now()) this.lines.delete(writer);
      if (this.lines.size < before) this.told(this.lines);
      if ([...this.lines.values()].some(({ ends }) => ends < Infinity)) this.sweepLater();
    }, STAYS_MS / 4);
  }
}

/** Draws the pens of others into the page; calls back with the names of those in this person's block. */
function drawPens(desk: Desk, api: LifegraphApi, place: Place, words: () => Words, who: (uid: string) => string | null, beside: (names: readonly string[]) => void): () => void {
  const { editor, binding } = desk;
  const plugin = penMarks(words);
  editor.registerPlugin(plugin);
  let shown: readonly ShownPen[] = [];
  let [frame, pressed] = [0, false];
  // While a button is down the editor puts off what it does with the caret, and would do it behind the next key.
  const press = (event: Event): void => void (pressed = event instanceof PointerEvent && (event.type === 'pointerdown' ? event.button === 0 && !event.ctrlKey : event.type === 'pointermove' && pressed && (event.buttons & 1) === 1));
  for (const type of PRESSES) addEventListener(type, press, true);
  const look = (): void => {
    const here = caretAt(editor.state.selection.$head)?.id.split('/')[0];
    beside([...new Set(shown.flatMap((pen) => (here !== undefined && pen.place()?.head.id.split('/')[0] === here ? [pen.name] : [])))]);
  };
  let next: ReadonlyMap<string, Line> = new Map();
  const show = (): void => {
    frame = 0;
    if (editor.isDestroyed) return;
    // A sign that comes into a word while it is composed would break it off.
    if (editor.view.composing || pressed) return void (frame = requestAnimationFrame(show));
    shown = [...next].flatMap(([writer, { uid, pen }]): ShownPen[] => {
      const name = who(uid);
      return name === null ? [] : [{ writer, name, hue: knotOf(uid).hue, place: () => binding.copy.penAt(pen) }];
    });
    showPens(editor.view, shown);
    look();
  };
  const pens = new Pens(api, place, (lines) => {
    next = lines;
    if (frame === 0) frame = requestAnimationFrame(show);
  });
  editor.on('selectionUpdate', look);
  return () => {
    pens.close();
    cancelAnimationFrame(frame);
    for (const type of PRESSES) removeEventListener(type, press, true);
    editor.off('selectionUpdate', look);
    if (!editor.isDestroyed) editor.unregisterPlugin(plugin.spec.key!);
  };
}

/** Both ways; gives what is to be said to who does not see the page. `writes`: who only reads is shown to nobody. */
export function usePens(desk: Desk | null, space: string, fragment: string, writes: boolean, people: People): string {
  const { t } = useI18n();
  const api = useKernel();
  const { quiet } = useQuiet();
  const [said, setSaid] = useState('');
  const latest = useRef({ people, quiet, t });
  useEffect(() => {
    latest.current = { people, quiet, t };
  });
  useEffect(() => {
    if (!desk || desk.editor.isDestroyed || !writes) return;
    const teller = new Teller(api, { space, fragment }, desk);
    return () => teller.close();
  }, [desk, api, space, fragment, writes]);
  useEffect(() => {
    if (!desk || desk.editor.isDestroyed) return;
    const me = api.identity.get()?.uid;
    const words: Words = ([first, ...rest]) => (rest.length === 0 ? latest.current.t('pen.editing', { name: first ?? '' }) : latest.current.t('pen.editingMore', { name: first ?? '', n: rest.length }));
    const who = (uid: string): string | null => (uid === me || latest.current.quiet.blocked.has(uid) ? null : latest.current.people.name(uid));
    const stop = drawPens(desk, api, { space, fragment }, () => words, who, (names) => setSaid(names.length === 0 ? '' : words(names)));
    return () => {
      stop();
      setSaid('');
    };
  }, [desk, api, space, fragment]);
  return said;
}
