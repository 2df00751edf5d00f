/**
 * A fragment log as bytes, and back: what a snapshot holds of it. Only the plain case is written: chains without forks, gaps, settlements and clock fixes,
 * all of whose records are decided. Everything else is replayed. The operations themselves stay in the store.
 */
import { keyOf } from '#vm/graph/keys';
import type { ImageReader, ImageWriter } from '#vm/graph/image-bytes';
import type { Bytes } from '#base/bytes';
import { newEvent, type FragmentLog, type LogDelta } from './fragment-log.ts';
import { Entry, type Content, type RecordStatus, type Verdict } from './held-record.ts';
import { WriterLog, type LogFoot } from './writer-log.ts';

/** Records of one step. */
const STEP = 128;

/** States that no passing of time and no key changes. */
const DECIDED: readonly RecordStatus[] = ['applied', 'void', 'malformed', 'quarantined', 'unknown', 'covered'];
const CONTENTS: readonly Content['kind'][] = ['ops', 'malformed', 'unknown', 'stub'];
const VERDICTS: readonly Verdict[] = ['ok', 'void', 'quarantined'];

/** Is the log of the plain kind an image is made of? */
export function isPlain(log: FragmentLog): boolean {
  let verified = 0;
  for (const one of log.logs.values()) {
    if (one.forked || one.keep !== null || one.provenN !== Infinity || one.dirty || one.waiting > 0 || !one.fixes.none) return false;
    verified += one.chain.length;
  }
  if (verified !== log.byKey.size || log.away?.asked === true) return false;
  for (const entry of log.byKey.values()) {
    if (entry.base === 'covered') continue;
    const decided = DECIDED.includes(entry.base) && CONTENTS.includes(entry.content) && entry.verdict !== null && VERDICTS.includes(entry.verdict);
    if (!decided || entry.shades || entry.status !== entry.base || entry.delta !== 0) return false;
  }
  return true;
}

/** Writes a log for which isPlain holds, a few records in each step; `more` adds what else is known of each. */
export function* writeLog(out: ImageWriter, log: FragmentLog, more: (entry: Entry) => void): Generator<void> {
  out.text(log.stands ?? '');
  out.uint(log.logs.size);
  for (const one of log.logs.values()) {
    out.bytes(one.writer);
    out.uint(one.text.next.size);
    for (const [client, clock] of one.text.next) {
      out.uint(client);
      out.uint(clock);
    }
    out.uint(one.chain.length);
    writeFoot(out, one.foot);
    let last: Entry | null = null;
    for (const entry of one.chain) {
      writeEntry(out, entry, last);
      more(entry);
      last = entry;
      if (entry.seq % STEP === STEP - 1) yield;
    }
  }
}

/** Seq + 1 of the covered head and the clocks there; 0 without one. Its record, if it is held, is the first of the chain. */
function writeFoot(out: ImageWriter, foot: LogFoot | null): void {
  out.uint(foot === null ? 0 : foot.seq + 1);
  if (foot === null) return;
  out.text(foot.key);
  out.uint(foot.clocks.size);
  for (const [client, clock] of foot.clocks) {
    out.uint(client);
    out.uint(clock);
  }
}

function readFoot(input: ImageReader): LogFoot | null {
  const seq = input.uint() - 1;
  if (seq < 0) return null;
  const key = input.text();
  const clocks = new Map<number, number>();
  for (let left = input.uint(); left > 0; left--) clocks.set(input.uint(), input.uint());
  return { seq, key, clocks };
}

function writeEntry(out: ImageWriter, entry: Entry, last: Entry | null): void {
  out.raw(entry.id);
  out.uint(entry.n);
  out.int(entry.hlc.ms - (last?.hlc.ms ?? 0));
  out.uint(entry.hlc.ctr);
  out.uint(entry.class);
  out.uint(DECIDED.indexOf(entry.base));
  out.uint(CONTENTS.indexOf(entry.content));
  out.uint(VERDICTS.indexOf(entry.verdict ?? 'ok'));
  // The heads of a log change seldom and are one object while they do not.
  const same = last !== null && last.acl === entry.acl;
  out.uint(same ? 0 : entry.acl.length + 1);
  if (!same) for (const head of entry.acl) out.bytes(head);
}

/**
 * Reads what writeLog wrote into an empty log. `more` takes what was added of each record. Its verdicts are the ones of before:
 * `isAsDecided` asks them again. Throws RangeError on damaged bytes; the log is of no use then.
 */
export function readLog(input: ImageReader, log: FragmentLog, more: (entry: Entry) => void): void {
  const away = { asked: false };
  log.away = away;
  log.stands = input.text() || null;
  for (let left = input.uint(); left > 0; left--) {
    const writer = input.bytes();
    const one = new WriterLog(keyOf(writer), writer);
    log.logs.set(one.key, one);
    for (let more = input.uint(); more > 0; more--) one.text.next.set(input.uint(), input.uint());
    let last: Entry | null = null;
    const count = input.uint();
    one.foot = readFoot(input);
    for (let left = count; left > 0; left--) {
      const entry: Entry = readEntry(input, one, last);
      entry.away = away;
      more(entry);
      log.byKey.set(entry.key, entry);
      one.chain.push(entry);
      last = entry;
    }
    log.headList.changed(one);
  }
}

function readEntry(input: ImageReader, log: WriterLog, last: Entry | null): Entry {
  const id = input.raw(32).slice();
  const n = input.uint();
  const hlc = { ms: (last?.hlc.ms ?? 0) + input.int(), ctr: input.uint() };
  const kind = input.uint();
  const base = known(DECIDED, input.uint());
  const content = known(CONTENTS, input.uint());
  const verdict = known(VERDICTS, input.uint());
  const heads = input.uint();
  if (heads > 0) log.lastAcl = Array.from({ length: heads - 1 }, (): Bytes => input.bytes());
  const entry = new Entry(keyOf(id), id, log.writer, log.key, log.lastAcl, { seq: log.next, n, hlc, class: kind }, last?.key ?? null, { kind: 'stub' });
  if (last) last.children = 1;
  return Object.assign(entry, { parent: last, base, status: base, content, verdict });
}

function known<T>(list: readonly T[], at: number): T {
  if (at >= list.length) throw new RangeError('image: no such word');
  return list[at]!;
}

/** Would every record be decided today as it was? The verdicts are asked anew; one that is ahead of mesh time would be parked. Notes their stamps. */
export function isAsDecided(log: FragmentLog): boolean {
  const { limitMs, verdict } = log.context();
  for (const one of log.logs.values()) {
    for (const entry of one.chain) {
      if (entry.hlc.ms > limitMs || (entry.base !== 'covered' && verdict(entry) !== entry.verdict)) return false;
      log.schedule.note(entry, limitMs);
    }
  }
  return log.away?.asked !== true;
}

/** The caller gave every record that came with a snapshot its operations, as far as they can be read: everything is judged again. */
export function readWhole(log: FragmentLog): LogDelta {
  log.away = null;
  for (const one of log.logs.values()) {
    for (const entry of one.entries()) entry.verdict = null;
    one.dirty = true;
  }
  return log.finish(newEvent(), log.context());
}
