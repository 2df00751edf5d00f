/**
 * Live text previews (FORMATS 3, Batch windows; 8, Ephemeral): what somebody is typing, shown to co-editors before the record that holds it is
 * sealed. Shown, never applied: a preview ends when its author's next record of the fragment is here, when its author ends it, and by itself.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { TextEdit, TextPreview } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { ROLE } from '#vm/protocol/types';
import { isPreviewEdit, previewValue, readPreview } from '#vm/protocol/text-preview';
import type { CborValue } from '#base/cbor';
import type { EphemeralOut } from './ephemeral-out.ts';
import type { Kernel, Space } from './state.ts';

/** Who sent an ephemeral message, proven. */
export interface EphemeralSender {
  readonly uid: string;
  readonly device: string;
  readonly writer: Bytes;
  readonly fragment: Bytes;
  readonly boot: string;
  readonly ctr: number;
  readonly ttl: number;
}

export interface PreviewBook {
  /** Tells what is typed in a node now, null = nothing any more. The first at once, then the latest, as often as the cap allows. */
  set(space: Space, fragment: Bytes, node: Bytes, edit: TextEdit | null): void;
  /** True when the payload was a preview, or meant to be one. */
  take(space: Space, from: EphemeralSender, value: CborValue | undefined): boolean;
  list(space: Space): TextPreview[];
  /** Calls back with every change, `edit` null = it ended. */
  subscribe(space: Space, node: string | null, on: (preview: TextPreview) => void): () => void;
  /** Records of a fragment took effect: what they hold is no preview any more. */
  settled(space: string, fragment: string): void;
}

interface Line {
  readonly preview: TextPreview;
  readonly writer: Bytes;
  readonly after: number;
  readonly boot: string;
  readonly ctr: number;
  readonly cancel: () => void;
}

interface Waiting {
  readonly space: Space;
  readonly fragment: Bytes;
  readonly node: Bytes;
  readonly edit: TextEdit | null;
}

interface Listener {
  readonly node: string | null;
  on(preview: TextPreview): void;
}

class Previews implements PreviewBook {
  /** space → `writer/node` → line. */
  private readonly lines = new Map<string, Map<string, Line>>();
  private readonly listeners = new Map<string, Set<Listener>>();
  /** By node: only the latest state of each is worth sending. */
  private readonly waiting = new Map<string, Waiting>();
  private sentAt = -Infinity;
  private timer: (() => void) | null = null;

  constructor(private readonly kernel: Kernel, private readonly out: EphemeralOut) {}

  set(space: Space, fragment: Bytes, node: Bytes, edit: TextEdit | null): void {
    if (edit !== null && !isPreviewEdit(edit)) {
      // A paste beyond the cap is no typing: its record brings it.
      if (typeof edit.insert === 'string' && isPreviewEdit({ ...edit, insert: '' })) return this.kernel.metric('previews.too-long', 1);
      throw new AppError('bad-preview', 'A preview has a place, a number of removed characters and the text typed.', 'Nothing was changed.', 'Correct the call.');
    }
    const key = `${space.key}/${toBase64url(node)}`;
    this.waiting.delete(key);
    this.waiting.set(key, { space, fragment, node, edit });
    if (this.waiting.size > KERNEL_LIMITS.previewsWaiting) this.waiting.delete(this.waiting.keys().next().value!);
    this.pump();
  }

  private pump(): void {
    if (this.timer !== null || this.waiting.size === 0) return;
    const { clock } = this.kernel.deps;
    const due = this.sentAt + KERNEL_LIMITS.previewEveryMs - clock.monotonic();
    if (due > 0) {
      this.timer = clock.setTimer(due, () => {
        this.timer = null;
        this.pump();
      });
      return;
    }
    const [key, { space, fragment, node, edit }] = this.waiting.entries().next().value!;
    this.waiting.delete(key);
    this.sentAt = clock.monotonic();
    const slot = this.kernel.slot;
    const after = (slot && space.fragments.get(toBase64url(fragment))?.log.contiguous(slot.writer)) ?? -1;
    this.out.send(space, fragment, KERNEL_LIMITS.previewTtlMs, previewValue({ fragment, node, after, edit }));
    this.pump();
  }

  take(space: Space, from: EphemeralSender, value: CborValue | undefined): boolean {
    if (!Array.isArray(value) || value[0] !== 'text') return false;
    const read = readPreview(value);
    const fragment = toBase64url(from.fragment);
    // The outer fragment chose the key: a preview is about that fragment only. Who may not write has nothing to preview.
    if (!read || toBase64url(read.fragment) !== fragment || (space.rights.roleOf(from.uid) ?? ROLE.guest) === ROLE.guest) {
      this.kernel.metric('previews.refused', 1);
      return true;
    }
    const [writer, node] = [toBase64url(from.writer), toBase64url(read.node)];
    const key = `${writer}/${node}`;
    let list = this.lines.get(space.key);
    if (!list) this.lines.set(space.key, (list = new Map()));
    const known = list.get(key);
    if (known && known.boot === from.boot && known.ctr >= from.ctr) return true;
    const held = space.fragments.get(fragment)?.log.contiguous(from.writer) ?? -1;
    if (read.edit === null || held > read.after) {
      if (known) this.end(space.key, key);
      return true;
    }
    known?.cancel();
    if (!known && list.size >= KERNEL_LIMITS.previewsPerSpace) this.end(space.key, list.keys().next().value!);
    const preview: TextPreview = { uid: from.uid, device: from.device, writer, fragment, node, edit: read.edit };
    const cancel = this.kernel.deps.clock.setTimer(Math.min(from.ttl, KERNEL_LIMITS.previewTtlMs), () => this.end(space.key, key));
    list.delete(key);
    list.set(key, { preview, writer: from.writer, after: read.after, boot: from.boot, ctr: from.ctr, cancel });
    this.tell(space.key, preview);
    return true;
  }

  settled(space: string, fragment: string): void {
    const list = this.lines.get(space);
    if (!list || list.size === 0) return;
    const log = this.kernel.spaces.get(space)?.fragments.get(fragment)?.log;
    for (const [key, line] of [...list]) if (line.preview.fragment === fragment && log && log.contiguous(line.writer) > line.after) this.end(space, key);
  }

  list(space: Space): TextPreview[] {
    return [...(this.lines.get(space.key)?.values() ?? [])].map((line) => line.preview);
  }

  subscribe(space: Space, node: string | null, on: (preview: TextPreview) => void): () => void {
    let set = this.listeners.get(space.key);
    if (!set) this.listeners.set(space.key, (set = new Set()));
    const listener: Listener = { node, on };
    set.add(listener);
    return () => void set.delete(listener);
  }

  private end(space: string, key: string): void {
    const line = this.lines.get(space)?.get(key);
    if (!line) return;
    line.cancel();
    this.lines.get(space)!.delete(key);
    this.tell(space, { ...line.preview, edit: null });
  }

  private tell(space: string, preview: TextPreview): void {
    for (const listener of [...(this.listeners.get(space) ?? [])]) {
      if (listener.node !== null && listener.node !== preview.node) continue;
      try {
        listener.on(preview);
      } catch (error) {
        this.kernel.fault('preview', error);
      }
    }
  }
}

export function createPreviews(kernel: Kernel, out: EphemeralOut): PreviewBook {
  return new Previews(kernel, out);
}
