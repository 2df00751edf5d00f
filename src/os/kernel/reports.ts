/** Reporting a message to those who manage people: sealed to their devices, read by nobody else (REP1 to REP4). Loaded with the acts on people. */
import { AppError } from '#base/app-error';
import { equalBytes, fromBase64url, toBase64url, utf8, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { cutText } from '#base/plain-text';
import type { JsonValue } from '#os/api';
import { idBytes } from '#os/graph-manager/values';
import { KERNEL_LIMITS } from '#os/limits';
import type { ReportList, ReportsApi, ReportState, ReportView } from '#os/reports-api';
import type { MemberDevice } from '#os/rights/epochs';
import { ROLE } from '#vm/protocol/types';
import { standingRole } from './expiry.ts';
import type { KernelParts } from './kernel.ts';
import { managedAt } from './moves.ts';
import { bytesAt, contentValues, keysIn, openPart, readContent, REASONS, REPORT, REPORT_KEY, REPORT_STATE, reportLines, sealPart, wrapsOf, type Content, type Line } from './report-records.ts';
import { fragmentOfNode, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { transact } from './transact.ts';
import { asBytes, wrapsFor } from './wraps.ts';

const NOTHING = 'Nothing was changed.';
const STATES: readonly ReportState[] = ['open', 'dealt', 'dismissed'];

/** Does a key or a decision speak of the report? */
function isOf({ props }: Line, rid: Bytes): boolean {
  const of = bytesAt(props, 'rid', 16);
  return of !== null && equalBytes(of, rid);
}

/** A report that this device can open. */
interface Opened {
  readonly rid: Bytes;
  readonly key: Bytes;
  readonly line: Line;
  readonly content: Content;
}

const isManager = (kernel: Kernel, space: Space): boolean => kernel.profile !== null && (standingRole(kernel, space, kernel.profile.uid) ?? 0) >= ROLE.admin;

/** Devices of Owners and Admins, without those of the person the report is about. */
function managers(kernel: Kernel, space: Space, about: string): MemberDevice[] {
  return space.rights.view().devices.filter(({ uid }) => uid !== about && (standingRole(kernel, space, uid) ?? 0) >= ROLE.admin);
}

async function wrapped({ deps }: Kernel, space: Space, rid: Bytes, key: Bytes, devices: readonly MemberDevice[]): Promise<{ eph: JsonValue; wraps: JsonValue[] }> {
  const { eph, wraps } = await wrapsFor(deps.crypto, { space: space.id, epoch: rid, key, devices: devices.slice(0, KERNEL_LIMITS.reportDevices).map(asBytes) });
  return { eph, wraps: wraps.map(({ device, wrap }) => [device, wrap]) };
}

/** The text as far as it fits, whole code points. */
function snapshot(text: string): { text: string; cut: boolean } {
  let kept = text;
  while (utf8(kept).length > KERNEL_LIMITS.reportTextBytes) kept = cutText(kept, Math.floor(kept.length * (KERNEL_LIMITS.reportTextBytes / utf8(kept).length)) - 1);
  return { text: kept, cut: kept.length < text.length };
}

async function write(parts: KernelParts, space: Space, type: string, props: Record<string, JsonValue>): Promise<void> {
  transact(parts, space, [{ op: 'node.create', type, props }], ROOT_KEY);
  await parts.sealer.flush(space);
}

async function send(parts: KernelParts, space: Space, asked: Parameters<ReportsApi['send']>[1]): Promise<string> {
  const { kernel } = parts;
  const me = must(kernel.profile, 'profile').uid;
  const { message, reason, words = '' } = asked ?? {};
  if (!REASONS.includes(reason) || typeof words !== 'string') throw new AppError('bad-value', 'A report has one of three reasons.', NOTHING, 'Choose one.');
  if (words.length > KERNEL_LIMITS.reportWordsChars) throw new AppError('too-large', 'These words are too long.', NOTHING, 'Shorten them.');
  const id = idBytes(message, 16, 'thing');
  const fragment = fragmentOfNode(space, message);
  const view = fragment && space.source.view(fragment.key, message);
  // Whose words it shows, where several claim to have made it.
  const author = view && (view.told?.same === true ? view.told.by : (view.createdBy ?? view.setBy?.['text'] ?? null));
  const text = view?.props['text'];
  if (!view || !author || typeof text !== 'string') throw new AppError('not-here', 'This message is not held on this device.', NOTHING, 'Open it first.');
  if (author === toBase64url(me)) throw new AppError('bad-value', 'This message is your own.', NOTHING, 'Delete it.');
  const to = managers(kernel, space, author).filter(({ uid }) => uid !== toBase64url(me));
  if (to.length === 0) throw new AppError('nobody-to-ask', 'Nobody but the author decides about people here.', NOTHING, 'Block them, or leave the space.');
  const rid = kernel.deps.random.bytes(16);
  const key = kernel.deps.random.bytes(32);
  const content: Content = { by: me, message: id, fragment: fragment.id, author: must(fromBase64url(author), 'author'), ...snapshot(text), reason, words };
  const sealed = await sealPart(kernel, space, key, rid, contentValues(content));
  // The own devices come last: of too many it is they that are left out.
  const wraps = await wrapped(kernel, space, rid, key, [...to, ...space.rights.devicesOf(me)]);
  await write(parts, space, REPORT, { rid, ...wraps, sealed });
  return toBase64url(rid);
}

/** Reports as far as they are read: whoever writes them without end pushes out nobody else's. */
function newestOfEach(lines: readonly Line[]): Line[] {
  const count = new Map<string, number>();
  return lines.filter(({ type }) => type === REPORT).toReversed().filter(({ by }) => {
    const n = (count.get(by) ?? 0) + 1;
    count.set(by, n);
    return n <= KERNEL_LIMITS.reportsPerPerson;
  }).toReversed();
}

/** Was its author Owner or Admin when they wrote it? */
function byManager(space: Space, { by, heads }: Line): boolean {
  return heads === null ? (space.rights.roleOf(by) ?? 0) >= ROLE.admin : managedAt(space, by, heads);
}

/** Keys of the report that somebody who manages people has given on. */
function keysGiven(space: Space, lines: readonly Line[], rid: Bytes): Line[] {
  return lines.filter((one) => one.type === REPORT_KEY && isOf(one, rid) && byManager(space, one));
}

/** Every report of the space with the keys this device was given: opened, and how many there are that it cannot open. */
async function openAll(kernel: Kernel, space: Space, lines: readonly Line[]): Promise<{ opened: Opened[]; sealed: number }> {
  const opened: Opened[] = [];
  let sealed = 0;
  for (const line of newestOfEach(lines)) {
    const rid = bytesAt(line.props, 'rid', 16);
    if (!rid) continue;
    const found = await openOne(kernel, space, line, rid, lines);
    if (found) opened.push(found);
    else sealed++;
  }
  return { opened, sealed };
}

async function openOne(kernel: Kernel, space: Space, line: Line, rid: Bytes, lines: readonly Line[]): Promise<Opened | null> {
  for (const from of [line, ...keysGiven(space, lines, rid)]) {
    for (const key of await keysIn(kernel, space, from, rid)) {
      const content = readContent(await openPart(kernel, space, key, rid, line.props.get('sealed')));
      // Sealed by whoever wrote the record: nobody hands in the report of another as their own.
      if (content && toBase64url(content.by) === line.by) return { rid, key, line, content };
    }
  }
  return null;
}

/** The last decision by somebody who was Owner or Admin when they wrote it. */
async function decision(kernel: Kernel, space: Space, { rid, key, content }: Opened, lines: readonly Line[]): Promise<{ state: ReportState; line: Line } | null> {
  for (const line of lines.toReversed()) {
    if (line.type !== REPORT_STATE || !isOf(line, rid)) continue;
    if (!byManager(space, line) || line.by === toBase64url(content.author)) continue;
    const [by, state] = (await openPart(kernel, space, key, rid, line.props.get('sealed'))) ?? [];
    if (by instanceof Uint8Array && toBase64url(by) === line.by && STATES[state as number]) return { state: STATES[state as number]!, line };
  }
  return null;
}

async function viewOf(kernel: Kernel, space: Space, report: Opened, lines: readonly Line[]): Promise<ReportView> {
  const { line, content, rid } = report;
  const decided = await decision(kernel, space, report, lines);
  return {
    id: toBase64url(rid), by: line.by, at: line.at, reason: content.reason, words: content.words, message: toBase64url(content.message), fragment: toBase64url(content.fragment), author: toBase64url(content.author),
    text: content.text, cut: content.cut, state: decided?.state ?? 'open', decidedBy: decided?.line.by ?? null, decidedAt: decided?.line.at ?? null, mine: line.by === toBase64url(must(kernel.profile, 'profile').uid),
  };
}

async function list(parts: KernelParts, space: Space): Promise<ReportList> {
  const { kernel } = parts;
  const lines = reportLines(kernel, space);
  const manages = isManager(kernel, space);
  const { opened, sealed } = await openAll(kernel, space, lines);
  const mine = kernel.profile ? toBase64url(kernel.profile.uid) : '';
  const shown = opened.filter(({ line }) => manages || line.by === mine);
  const reports = await Promise.all(shown.reverse().map((report) => viewOf(kernel, space, report, lines)));
  // Where it may not be written now it is tried at the next look.
  if (manages) await shareKeys(parts, space, opened, lines).catch((error: unknown) => error instanceof AppError || kernel.fault('report keys', error));
  return { reports, sealed: manages ? sealed : 0 };
}

/** Gives the keys of reports to devices of Owners and Admins that lack them (REP4). */
async function shareKeys(parts: KernelParts, space: Space, opened: readonly Opened[], lines: readonly Line[]): Promise<void> {
  for (const { rid, key, line, content } of opened) {
    const have = new Set([line, ...keysGiven(space, lines, rid)].flatMap(({ props }) => wrapsOf(props).map(({ tag }) => toBase64url(tag))));
    const lack = managers(parts.kernel, space, toBase64url(content.author)).filter(({ ds }) => !have.has(toBase64url(must(fromBase64url(ds), 'ds').subarray(0, 8))));
    const made = await wrapped(parts.kernel, space, rid, key, lack);
    // None: nobody lacks it, or their devices have no usable key.
    if (made.wraps.length > 0) await write(parts, space, REPORT_KEY, { rid, ...made });
  }
}

async function decide(parts: KernelParts, space: Space, id: string, state: ReportState): Promise<void> {
  const { kernel } = parts;
  if (!STATES.includes(state)) throw new AppError('bad-value', 'A report is open, dealt with or dismissed.', NOTHING, 'Choose one.');
  if (!isManager(kernel, space)) throw new AppError('no-right', 'Only an owner or admin decides about a report.', NOTHING, 'Ask an admin.');
  const rid = idBytes(id, 16, 'report');
  const found = (await openAll(kernel, space, reportLines(kernel, space))).opened.find((one) => equalBytes(one.rid, rid));
  if (!found) throw new AppError('not-here', 'This report cannot be opened on this device.', NOTHING, 'Another admin’s device gives it the key.');
  const me = must(kernel.profile, 'profile').uid;
  await write(parts, space, REPORT_STATE, { rid, sealed: await sealPart(kernel, space, found.key, rid, [me, STATES.indexOf(state)]) });
}

/** The part of the API about reports. */
export function reportsApi(parts: KernelParts, spaceOf: (id: string) => Space): ReportsApi {
  const ready = async (id: string): Promise<Space> => (await parts.kernel.loading, spaceOf(id));
  return {
    send: async (id, report) => send(parts, await ready(id), report),
    list: async (id) => list(parts, await ready(id)),
    decide: async (id, report, state) => decide(parts, await ready(id), report, state),
  };
}
