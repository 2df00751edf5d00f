/** From the history of a node to lines a person can read: one line per act, newest first. Pure. */
import type { HistoryEntry, JsonValue } from '#os/api';

export interface HistoryChange {
  /** Property, set, counter or `pos`. */
  what: string;
  from: string;
  to: string;
}

export interface HistoryLine {
  key: string;
  at: number;
  who: string | null;
  act: 'created' | 'changed' | 'deleted' | 'restored' | 'reacted' | 'unreacted' | 'linked' | 'unlinked' | 'moved' | 'text';
  /** Emoji or kind of link. */
  sign: string;
  changes: HistoryChange[];
  /** Record id; null while not sealed. */
  record: string | null;
}

/** Properties that say nothing to a reader: bookkeeping of the component. */
const SILENT = new Set(['type', 'edited', 'fragment', 'created', 'mentions', 'files', 'replyTo', 'thread', 'author', 'uid']);
const VALUE_MAX = 400;

/** A value as words; '' for nothing. */
export function valueText(value: JsonValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return `${value.length} B`;
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

function edgeLine(entry: HistoryEntry): Pick<HistoryLine, 'act' | 'sign'> | null {
  const edge = Array.isArray(entry.after) ? entry.after : entry.before;
  const type = Array.isArray(edge) && typeof edge[1] === 'string' ? edge[1] : '';
  const added = Array.isArray(entry.after);
  const emoji = /^react\/(.{1,16})@1$/u.exec(type)?.[1];
  if (added && Array.isArray(entry.before)) return null;
  if (emoji) return { act: added ? 'reacted' : 'unreacted', sign: emoji };
  return { act: added ? 'linked' : 'unlinked', sign: type.slice(0, 60) };
}

/** What one entry says by itself; null when nothing. */
function spoken(entry: HistoryEntry): Pick<HistoryLine, 'act' | 'sign'> | null {
  if (entry.what === 'type') return { act: 'created', sign: '' };
  if (entry.what === 'deleted') return { act: entry.after === true ? 'deleted' : 'restored', sign: '' };
  if (entry.what === 'edge') return edgeLine(entry);
  if (entry.what === 'pos') return { act: 'moved', sign: '' };
  if (entry.what === 'text' && typeof entry.after === 'number') return { act: 'text', sign: '' };
  return { act: 'changed', sign: '' };
}

/** The lines. Entries of one act (same moment and writer) are one line. */
export function historyLines(entries: readonly HistoryEntry[]): HistoryLine[] {
  const lines: HistoryLine[] = [];
  const byAct = new Map<string, HistoryLine>();
  for (const entry of entries) {
    const said = spoken(entry);
    if (said === null) continue;
    const base = `${entry.record ?? 'pending'} ${entry.at} ${entry.who ?? ''}`;
    const creation = byAct.get(`${base} created`);
    const line = creation && said.act === 'changed' ? creation : (byAct.get(`${base} ${said.act}${said.sign}`) ?? start(entry, said, `${base} ${said.act}${said.sign}`));
    if (said.act !== 'changed' || SILENT.has(entry.what)) continue;
    const change = { what: entry.what, from: valueText(entry.before), to: valueText(entry.after) };
    if (change.from !== change.to) line.changes.push(change);
  }
  return lines.filter((line) => line.act !== 'changed' || line.changes.length > 0).reverse();

  function start(entry: HistoryEntry, said: Pick<HistoryLine, 'act' | 'sign'>, key: string): HistoryLine {
    const line: HistoryLine = { key: `${key} ${lines.length}`, at: entry.at, who: entry.who, ...said, changes: [], record: entry.record };
    byAct.set(key, line);
    lines.push(line);
    return line;
  }
}
