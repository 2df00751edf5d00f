/** Who may be asked for what is not on this device, and a press elsewhere that leads to the page where they are asked (docs/decisions/0164). */
import type { NetworkStatus, SpaceView } from '#os/api';
import type { Kind, SearchQuery } from '#domain/search';
import { ELSEWHERE_KINDS } from '#os/search-api';
import { SEARCH_LIMITS } from '#os/search-limits';

/** Shorter words are beginnings of too much. */
const SHORTEST = 3;
/** Who has a part, or is no member (any more), asks nobody (FIND1). */
const AWAY: readonly SpaceView['role'][] = ['joining', 'removed', 'no-rights'];

export interface Reach {
  /** Guilds that are asked; none where there is none, or this is no question for others. */
  readonly spaces: readonly string[];
  /** Devices there that may answer. */
  readonly devices: number;
}

/** Whom a question may go to. */
export function reachOf({ text, kinds = [], space }: Pick<SearchQuery, 'text' | 'kinds' | 'space'>, peers: NetworkStatus['peers'], all: readonly SpaceView[]): Reach {
  const { length } = text.trim();
  const asks = length >= SHORTEST && length <= SEARCH_LIMITS.askChars && (kinds.length === 0 || ELSEWHERE_KINDS.some((kind: Kind) => kinds.includes(kind)));
  const spaces = asks ? all.filter(({ kind, id, role, scope }) => kind === 'guild' && scope === null && !AWAY.includes(role) && (!space || space === id)).map(({ id }) => id) : [];
  return { spaces, devices: new Set(peers.filter((peer) => peer.via !== 'beacon' && peer.uid !== null && peer.spaces.some((id) => spaces.includes(id))).map(({ device }) => device)).size };
}

/** Words somebody pressed for, and the history entry of the page that asks. It stands in no address: those come from others, too, and opening one asks nobody. */
let pressed: { readonly text: string; readonly entry: string } | null = null;
const waiting = new Set<() => void>();

/** Somebody pressed: the page of this history entry asks for these words, now or when it stands. */
export function pressOthers(text: string, entry: string): void {
  pressed = { text: text.trim(), entry };
  for (const look of [...waiting]) look();
}

/** Was it pressed for these words, on the way here? Once. */
export function takePress(text: string, entry: string): boolean {
  if (pressed?.text !== text.trim() || pressed.entry !== entry) return false;
  pressed = null;
  return true;
}

/** Told of presses; the answer ends it. */
export function onPress(look: () => void): () => void {
  waiting.add(look);
  return () => void waiting.delete(look);
}
