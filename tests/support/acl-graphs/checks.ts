/** What must hold for every random acl graph, whatever the order in which readers get it. */
import type { RightsView } from '#os/rights/view';
import { createSpaceRights, type SpaceRights } from '#os/rights/space-rights';
import { compile, type Compiled, type CompiledGraph } from './compile.ts';
import { difference, oracleLines, viewLines } from './digest.ts';
import { leaks } from './leaks.ts';
import { Oracle } from './oracle.ts';
import { holdsOf, TYPES } from './oracle-shapes.ts';
import { oracleVerdict, oracleView } from './oracle-view.ts';
import { fragmentText, uidBytes, uidText } from './people.ts';
import { prng } from '#tests/support/prng';
import { doesOf, type Name, personOf, type SpecGraph } from './spec.ts';
import { forbiddenOp } from '#os/rights/policy';
import { PRIMITIVE, type CborValue, type Operation } from '#vm/protocol/types';

/** The kinds of findings, in the words of the reliability page. */
export const KINDS = ['divergence', 'reading', 'ghost', 'void act', 'ownerless', 'founder evicted', 'plaintext'] as const;
export type Kind = (typeof KINDS)[number];

export interface Finding {
  readonly kind: Kind;
  readonly what: string;
}

export interface Checked {
  readonly findings: readonly Finding[];
  readonly acts: number;
  readonly effective: number;
  readonly states: number;
  readonly sealings: number;
  /** Records with a voucher: with effect in the whole graph, and without. */
  readonly paid: number;
  readonly unpaid: number;
  /** Rules by which records are without effect in the whole graph. */
  readonly dead: readonly number[];
  readonly verdicts: readonly string[];
}

const READERS = 3;

const NODE = new Uint8Array(16);

/** What the record does, as the rules see it. */
function operationOf(data: SpecGraph['data'][number]): Operation {
  const does = doesOf(data);
  const own = new Uint8Array([...uidBytes(personOf(data.writer)).slice(0, 8), ...NODE.slice(8)]);
  const holds = holdsOf(data);
  if (does === 'changes') return { ...DOES, args: [NODE, ...holds] };
  return { ...DOES, primitive: PRIMITIVE.nodeCreate, args: [own, TYPES[0], new Map<string, CborValue>([...(does === 'answers' ? [['replyTo', NODE] as const] : []), holds])] };
}
const DOES: Operation = { primitive: PRIMITIVE.nodeSet, verb: '', stamp: { ms: 1, ctr: 0 }, args: [] };

/** The order of a reader: 0 as written, the others shuffled; what comes too early waits and is given again. */
function deliver(graph: CompiledGraph, reader: number, seed: number, look: (rights: SpaceRights) => void): SpaceRights {
  const draw = prng(seed * 31 + reader);
  const rights = createSpaceRights(graph.space);
  const order = [...graph.records];
  if (reader > 0) for (let i = order.length - 1; i > 0; i--) { const j = draw(i + 1); [order[i], order[j]] = [order[j]!, order[i]!]; }
  const batch = reader === 0 ? 1 : 1 + draw(8);
  let waiting: Compiled[] = [];
  for (const [i, one] of order.entries()) {
    if (draw(2) === 0) rights.addCertificate(one.writer, one.certificate);
    waiting.push(one);
    for (let again = true; again; ) {
      const left = waiting.filter((item) => rights.add(item.record, item.ops).state === 'waiting');
      again = left.length > 0 && left.length < waiting.length;
      waiting = left;
    }
    if (i % batch === batch - 1 && rights.heads().length > 0) look(rights);
  }
  for (const [writer, certificate] of graph.certificates) rights.addCertificate(writer, certificate);
  return rights;
}

/** All checks of one graph. */
export function checkGraph(graph: SpecGraph): Checked {
  const findings: Finding[] = [];
  const say = (kind: Kind, what: string): void => void findings.push({ kind, what });
  const compiled = compile(graph);
  const oracle = new Oracle(graph.seed);
  for (const record of graph.records) oracle.add(record);
  let states = 0;
  const readers = Array.from({ length: READERS }, (_, reader) => deliver(compiled, reader, graph.seed, (rights) => {
    states++;
    everyState(rights.view(), graph, say);
  }));
  const heads = oracle.heads(new Set(graph.records.map(({ name }) => name)));
  const sets = [heads, ...someHeads(graph, oracle)];
  for (const set of sets) {
    const texts = set.map(compiled.text);
    const lines = readers.map((rights) => viewLines(set === heads ? rights.view() : rights.view(texts)!));
    for (const other of lines.slice(1)) compare(say, 'divergence', lines[0]!, other);
    compare(say, 'reading', lines[0]!, oracleLines(oracle, oracleView(oracle, set), compiled));
  }
  const view = readers[0]!.view();
  everyState(view, graph, say);
  ghosts(view, graph, compiled, oracle, say);
  const judged = verdicts(readers, graph, compiled, oracle, heads, say);
  const vouchers = graph.records.filter(({ ops }) => ops?.some(({ t }) => t === 'voucher'));
  const unpaid = vouchers.filter(({ name }) => view.dead.has(compiled.text(name))).length;
  const sealings = leaks(readers[0]!, graph, compiled, oracle, (what) => say('plaintext', what));
  return { findings, acts: graph.records.length, effective: graph.records.length - view.dead.size, states: states + sets.length * READERS, sealings, paid: vouchers.length - unpaid, unpaid, dead: [...view.dead.values()].map(({ rule }) => rule), verdicts: judged };
}

function compare(say: (kind: Kind, what: string) => void, kind: Kind, a: readonly string[], b: readonly string[]): void {
  const found = difference(a, b);
  if (found !== null) say(kind, found);
}

/** Heads of data records and of single acl records: states in the middle of the graph, asked for at the end. */
function someHeads(graph: SpecGraph, oracle: Oracle): Name[][] {
  const draw = prng(graph.seed + 5);
  const sets = graph.data.slice(-2).map((data) => [...data.acl]);
  for (let i = 0; i < 2; i++) {
    const some = graph.records.filter(() => draw(4) === 0).map(({ name }) => name).slice(-3);
    if (some.length > 0) sets.push(oracle.heads(oracle.closure(some)));
  }
  return sets;
}

/** Always an Owner, and the founder one as long as they did not leave by an act of their own. */
function everyState(view: RightsView, graph: SpecGraph, say: (kind: Kind, what: string) => void): void {
  if (![...view.members.values()].some((m) => m.role === 4)) say('ownerless', `at ${view.heads.join(' ')}`);
  const founder = uidText(0);
  if (view.members.get(founder)?.role === 4) return;
  const left = view.revokes.some(({ to, id }) => to === founder && !view.dead.has(id)) && graph.records.some((record) => personOf(record.writer) === 0 && record.ops?.some((op) => op.t === 'revoke' && op.to === 0));
  if (!left) say('founder evicted', `at ${view.heads.join(' ')}`);
}

/**
 * A removed person who is a member again was granted anew by a record with effect that follows each removal; and nobody holds by a void act: each grant of a member's
 * path has effect, names the next one of the path, and was made by the one before.
 */
function ghosts(view: RightsView, graph: SpecGraph, compiled: CompiledGraph, oracle: Oracle, say: (kind: Kind, what: string) => void): void {
  const live = graph.records.filter(({ name }) => !view.dead.has(compiled.text(name)) && view.heads.length > 0);
  const byText = new Map(graph.records.map((record) => [compiled.text(record.name), record]));
  const grantsTo = (p: number): Name[] => live.filter((record) => record.ops?.some((op) => op.t === 'grant' && op.to === p)).map(({ name }) => name);
  for (const record of live) {
    for (const op of record.ops ?? []) {
      if (op.t !== 'revoke' || !view.members.has(uidText(op.to))) continue;
      if (!grantsTo(op.to).some((grant) => oracle.covers(grant, record.name))) say('ghost', `${uidText(op.to)} is a member in spite of ${compiled.text(record.name)}`);
    }
  }
  for (const [uid, member] of view.members) {
    let holder = 0;
    for (const [i, id] of [...member.path, ...member.grants.filter((one) => !member.path.includes(one))].entries()) {
      const record = byText.get(id)!;
      const grant = record.ops?.find((op) => op.t === 'grant');
      if (view.dead.has(id)) say('void act', `${uid} holds by ${id}, which has no effect`);
      if (i < member.path.length && personOf(record.writer) !== holder) say('void act', `the path of ${uid} is broken at ${id}`);
      if (i < member.path.length && grant) holder = grant.to;
    }
  }
  for (const revoke of live) strongRemoval(revoke.name, live.map(({ name }) => name), oracle, say);
}

/** Nothing lives that a live, stronger, concurrent removal of its author forbids. */
function strongRemoval(revoke: Name, live: readonly Name[], oracle: Oracle, say: (kind: Kind, what: string) => void): void {
  const node = oracle.node(revoke);
  if (node.revokes === null || node.lowers) return;
  for (const name of live) {
    if (`p${personOf(oracle.node(name).record.writer)}` !== node.revokes || oracle.covers(name, revoke) || oracle.covers(revoke, name)) continue;
    if (oracle.strength(revoke, name) < 0) say('void act', `${name} lives beside the stronger removal ${revoke} of its author`);
  }
}

/** Data records: the same verdict everywhere, and the one that the rules say; answers those. */
function verdicts(readers: readonly SpaceRights[], graph: SpecGraph, compiled: CompiledGraph, oracle: Oracle, heads: readonly Name[], say: (kind: Kind, what: string) => void): string[] {
  const view = oracleView(oracle, heads);
  const out: string[] = [];
  for (const [i, data] of graph.data.entries()) {
    const { header, id, first, prev } = compiled.data[i]!;
    const op = operationOf(data);
    const found = readers.map((rights) => rights.judgeRecord(header, id, first, prev, (policy, doer) => forbiddenOp(policy, doer, [op], fragmentText(data.fragment))));
    const [one] = found;
    if (found.some(({ verdict, reason }) => verdict !== one!.verdict || reason !== one!.reason)) say('divergence', `data ${data.name}: ${found.map(({ verdict }) => verdict).join(' ≠ ')}`);
    const expected = oracleVerdict(oracle, view, data);
    if (one!.verdict !== expected) say('reading', `data ${data.name}: ${one!.verdict} (${one!.reason}) ≠ ${expected}`);
    out.push(expected);
  }
  return out;
}
