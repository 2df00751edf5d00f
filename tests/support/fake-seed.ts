/** Invented content for the fake kernel: one small team that builds river gauges. */
import type { RoleName } from '#os/api';
import { type FakeGraph, fakeId, type FakeWriter } from './fake-graph.ts';

export const PEOPLE: { name: string; role: RoleName; online: boolean; days: number }[] = [
  { name: 'Mira', role: 'owner', online: true, days: 80 },
  { name: 'Sofia', role: 'admin', online: true, days: 80 },
  { name: 'Lena', role: 'admin', online: false, days: 72 },
  { name: 'Anton', role: 'member', online: true, days: 72 },
  { name: 'Noor', role: 'member', online: true, days: 70 },
  { name: 'Ilya', role: 'member', online: false, days: 50 },
  { name: 'Davit', role: 'member', online: true, days: 46 },
  { name: 'Jonas', role: 'member', online: true, days: 18 },
  { name: 'Parish school', role: 'guest', online: false, days: 7 },
];

export const writerOf = (name: string): FakeWriter => ({ uid: fakeId(`uid:${name}`, 32), writer: fakeId(`writer:${name}`, 32) });

function channel(graph: FakeGraph, title: string, topic: string, at: number): string {
  const fragment = fakeId(`${graph.space}:${title}`);
  graph.apply([{ op: 'node.create', type: 'fragment@1', props: { fragment, type: 'chat/channel@1', title, topic, created: at } }], graph.me, at);
  return fragment;
}

/** The Personal space; `empty` leaves only the first channel. */
export function seedPersonal(graph: FakeGraph, empty: boolean): void {
  const at = Date.now() - 10 * 60_000;
  const notes = channel(graph, 'notes', '', at);
  if (!empty) graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text: 'The weir path is closed on Sundays.' } }], graph.me, at + 60_000, notes);
}

const LINES: [who: string, minutes: number, text: string][] = [
  ['Anton', -960, 'Sites 1 to 3 are signed. The town wants the boxes grey, so I ordered RAL 7035 lids.'],
  ['Noor', 0, 'Morning. Scale drift of gauge 5 overnight: 0.4 mm, within limits.'],
  ['Noor', 1, 'The second print is out of the bath. Wall thickness measures 3.1 mm everywhere but the lid.'],
  ['Sofia', 17, 'Lid is mine, I took the old drawing. Corrected file is in the folder, section 3.'],
  ['Ilya', 23, 'Gaskets: the supplier can do 40 pieces by Friday if we confirm today.'],
  ['Mira', 30, 'Confirmed. Forty pieces, EPDM, 62 mm.'],
  ['Noor', 45, 'Pressure test of the sealed box: 2 m of water, 24 hours, no drop inside. Humidity went from 31 to 33 %, which is the silica gel settling. I would call the seal done.'],
  ['Jonas', 61, 'Can we still move the cable gland to the short side? The bracket in the field has its slot there.'],
  ['Davit', 66, '@Mira the first station sits in snow melt, please count two spare boxes.'],
];

const THREAD: [who: string, minutes: number, text: string][] = [
  ['Anton', 50, 'With the old gasket or the new one?'],
  ['Noor', 52, 'New one, 62 mm, screws at 0.8 N·m.'],
  ['Sofia', 56, 'Then section 3 is final. I will write the torque into the handbook.'],
  ['Davit', 64, 'Repeat it at 4 °C please. EPDM stiffens in cold water.'],
];

/** A team with four channels; `more` adds that many older lines to one of them. */
export function seedTeam(graph: FakeGraph, more: number): void {
  const start = Date.now() - 70 * 60_000;
  const old = start - 80 * 24 * 3_600_000;
  for (const { name } of PEOPLE) {
    const who = writerOf(name);
    graph.apply([{ op: 'node.create', type: 'person@1', props: { uid: who.uid, author: who.uid, name } }], who, old);
  }
  const general = channel(graph, 'general', '', old);
  const housing = channel(graph, 'housing', 'Box, gaskets, bracket, drawings', old + 1);
  const firmware = channel(graph, 'firmware', '', old + 2);
  channel(graph, 'site-visits', '', old + 3);
  graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text: 'Everything that concerns all of us goes here.' } }], graph.me, old + 4, general);
  graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text: 'Sleep current is down to 11 µA.' } }], writerOf('Lena'), start, firmware);
  for (let i = 0; i < more; i++) {
    const who = writerOf(PEOPLE[(i * 7) % 8]!.name);
    const text = i % 5 === 0 ? `Reading ${i}: the level rose by ${i % 17} mm after the rain, the second gauge agrees within one millimetre and the third lost its battery in the night.` : `Reading ${i}: ${(i * 37) % 900} mm`;
    graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text } }], who, start - (more - i) * 90_000 - 17 * 3_600_000, housing);
  }
  let test = '';
  for (const [name, minutes, text] of LINES) {
    const mentions: Record<string, string[]> = text.includes('@Mira') ? { mentions: [writerOf('Mira').uid] } : {};
    const [id] = graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text, ...mentions } }], writerOf(name), start + minutes * 60_000, housing);
    if (name === 'Ilya') react(graph, id!, ['Mira', 'Noor', 'Sofia'], '👍');
    if (text.startsWith('Pressure')) test = id!;
  }
  for (const [name, minutes, text] of THREAD) {
    graph.apply([{ op: 'node.create', type: 'chat/message@1', props: { text, replyTo: test } }], writerOf(name), start + minutes * 60_000, housing);
  }
}

function react(graph: FakeGraph, message: string, names: string[], emoji: string): void {
  for (const name of names) graph.apply([{ op: 'edge.add', type: `react/${emoji}@1`, from: message, to: [graph.root, fakeId(name)], personal: true }], writerOf(name));
}

/** What somebody meets who reads from their coming on: a thread went to a channel of its own, in which words stand by whom their carrier names. */
export function seedLate(graph: FakeGraph): void {
  const visits = fakeId(`${graph.space}:site-visits`);
  const root = [...graph.nodes.values()].find(({ props }) => String(props['text']).startsWith('Pressure'))!;
  for (const node of [...graph.nodes.values()]) {
    if (node !== root && node.props['replyTo'] !== root.id) continue;
    graph.nodes.set(node.id, { ...node, moved: visits });
    const told = { by: node.createdBy, at: node.createdAt, setBy: {}, carriedBy: writerOf('Sofia').uid, from: node.fragment, same: false };
    graph.nodes.set(`${node.id} there`, { ...node, id: `${node.id} there`, fragment: visits, createdBy: writerOf('Sofia').uid, told, props: { ...node.props, ...(node === root ? {} : { replyTo: `${root.id} there` }) } });
  }
}
