/**
 * Files that were added to a message and never sent. They lie in the place they were added to, seen by nobody: after some days they end. What is sent meanwhile
 * is looked for in the messages themselves, not believed of a note that a dying page may not have written.
 */
import type { LifegraphApi } from '#os/api';
import { MESSAGE, readMessage } from '#domain/chat';
import { UNSENT_MS } from '#domain/shared';

export interface Unsent {
  readonly space: string;
  readonly fragment: string;
  readonly id: string;
  /** Key of the draft it stands in. */
  readonly place: string;
  /** ms. */
  readonly since: number;
}

type Local = LifegraphApi['local'];

const KEY = 'unsent-files';
/** Messages read at once, looking for one that has the file. */
const PAGE = 300;
/** Clocks of two devices of a person may differ by so much, ms. */
const CLOCKS_MS = 86_400_000;
const WORDS = ['space', 'fragment', 'id', 'place'] as const;

const isUnsent = (value: unknown): value is Unsent => typeof value === 'object' && value !== null && WORDS.every((word) => typeof (value as Record<string, unknown>)[word] === 'string') && typeof (value as { since?: unknown }).since === 'number';

async function read(local: Local): Promise<Unsent[]> {
  const value: unknown = await local.get(KEY);
  return Array.isArray(value) ? (value as unknown[]).filter(isUnsent) : [];
}

/** One change after another. */
let turn: Promise<unknown> = Promise.resolve();
const change = (local: Local, make: (all: readonly Unsent[]) => readonly Unsent[]): Promise<void> => {
  const next = turn.catch(() => undefined).then(async () => {
    const all = make(await read(local));
    await local.set(KEY, all.length === 0 ? undefined : all.map((one) => ({ ...one })));
  });
  turn = next;
  return next;
};

/** A file was added. */
export const noteUnsent = (local: Local, one: Unsent): Promise<void> => change(local, (all) => [...all.filter(({ id }) => id !== one.id), one]);

/** It was sent, or is gone. */
export const dropUnsent = (local: Local, id: string): Promise<void> => change(local, (all) => all.filter((one) => one.id !== id));

/** Which files the messages of a place have, back to a time; null where that cannot be known now. */
async function sentIn(api: LifegraphApi, space: string, fragment: string, since: number): Promise<ReadonlySet<string> | null> {
  const sent = new Set<string>();
  try {
    for (let offset = 0; ; offset += PAGE) {
      // Also what was deleted or moved: it may come back, or lead to them from elsewhere.
      const page = await api.graph(space).query({ type: MESSAGE, fragment, order: '-stamp', limit: PAGE, offset, include: { moved: true, deleted: true } });
      for (const node of page) for (const id of readMessage(node)?.files ?? []) sent.add(id);
      if (page.length < PAGE || page.at(-1)!.createdAt < since - CLOCKS_MS) return sent;
    }
  } catch {
    return null;
  }
}

/** Ends those that were added too long ago: their nodes, their pieces, and their places in drafts. */
export async function endUnsent(api: LifegraphApi, now: number): Promise<void> {
  const due = (await read(api.local)).filter(({ since }) => now - since >= UNSENT_MS);
  const places = new Map<string, Unsent[]>();
  for (const one of due) places.set(`${one.space}/${one.fragment}`, [...(places.get(`${one.space}/${one.fragment}`) ?? []), one]);
  for (const all of places.values()) {
    const { space, fragment } = all[0]!;
    const sent = await sentIn(api, space, fragment, Math.min(...all.map(({ since }) => since)));
    if (sent === null) continue;
    for (const one of all) if (!sent.has(one.id)) await end(api, one);
    await change(api.local, (held) => held.filter(({ id }) => !all.some((one) => one.id === id)));
  }
}

async function end({ local, files, graph }: LifegraphApi, { space, id, place }: Unsent): Promise<void> {
  const key = `draft:files:${place}`;
  const draft = await local.get(key);
  if (typeof draft === 'string') await local.set(key, draft.split(' ').filter((one) => one !== id).join(' ') || undefined);
  await files?.drop(space, id);
  await graph(space).transact([{ op: 'node.delete', id }]).catch(() => undefined);
}
