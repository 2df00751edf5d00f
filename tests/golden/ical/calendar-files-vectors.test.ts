/** Calendar files of others come in and go out again meaning the same: each thing is compared part by part, whatever order and writing another program chose. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFromCalendar, readCalendar, writeCalendar } from '#domain/goals/ical';
import { readWork, type Work } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';
import { sharedPath } from '#tests/support/shared';

const folder = sharedPath('data', 'ics');
// Where nothing lies beside the repository this file is left out as a whole, and `npm test` says so; a part of it that is missing is a fault.
if (folder === null) throw new Error('../shared is there, and ../shared/data/ics, the calendar files of other programs, is not');
/** Files that have no thing in them, and why they are refused. */
const REFUSED: Readonly<Record<string, string>> = { 'blank_line_mid.ics': 'nothing' };

interface Part {
  readonly name: string;
  readonly lines: string[];
  readonly parts: Part[];
}

/** A file by the plainest reading of RFC 5545 §3.1: lines unfolded, components nested. Nothing of the reader under test. */
function partsOf(text: string): Part {
  const root: Part = { name: '', lines: [], parts: [] };
  const open = [root];
  for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const [, word, name] = /^(BEGIN|END):(.*)$/i.exec(line) ?? [];
    if (word?.toUpperCase() === 'BEGIN') {
      const part: Part = { name: name!.toUpperCase(), lines: [], parts: [] };
      open.at(-1)!.parts.push(part);
      open.push(part);
    } else if (word) open.pop();
    else if (line !== '') open.at(-1)!.lines.push(line);
  }
  return root;
}

/** Defaults of the types of values (§3.8): said or not said, they mean the same. */
const DEFAULTS: Readonly<Record<string, string>> = { DTSTART: 'DATE-TIME', DTEND: 'DATE-TIME', DUE: 'DATE-TIME', RDATE: 'DATE-TIME', EXDATE: 'DATE-TIME', TRIGGER: 'DURATION' };

function seconds(text: string): string {
  const match = /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!match) return text;
  const [weeks, days, hours, minutes, rest] = match.slice(2).map((one) => Number(one ?? 0));
  return `${match[1] === '-' ? '-' : ''}${(((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + rest!} s`;
}

/** A line without what is only writing: order of parameters and of the parts of a rule, quotes, defaults, how a duration is put. */
function meant(line: string): string {
  const [, name, params, value] = /^([\w-]+)((?:;[^=]+=(?:"[^"]*"|[^":;])*)*):(.*)$/s.exec(line) ?? ['', line, '', ''];
  const list = (params ?? '').split(';').filter((one) => one !== '').map((one) => one.replaceAll('"', '')).filter((one) => one !== `VALUE=${DEFAULTS[name!.toUpperCase()]}`).sort();
  const rule = /^(RRULE|EXRULE)$/i.test(name!);
  const said = rule ? value!.split(';').filter((one) => one !== 'INTERVAL=1' && one !== 'WKST=MO').sort().join(';') : /^(TRIGGER|DURATION)$/i.test(name!) ? seconds(value!) : value!;
  return [name!.toUpperCase(), ...list].join(';') + `:${said}`;
}

const meaning = ({ name, lines, parts }: Part): unknown => ({ name, lines: lines.map(meant).sort(), parts: parts.map(meaning).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) });
const thingsOf = (text: string): unknown[] => partsOf(text).parts.flatMap(({ parts }) => parts).filter(({ name }) => name === 'VEVENT' || name === 'VTODO').map(meaning).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
/** Zones that a thing speaks of. */
const zonesOf = (text: string): unknown[] => partsOf(text).parts.flatMap(({ parts }) => parts).filter(({ name, lines }) => name === 'VTIMEZONE' && lines.some((line) => line.startsWith('TZID:') && new RegExp(`TZID="?${line.slice(5)}"?[;:]`).test(text.replace(/\r?\n[ \t]/g, '')))).map(meaning);

const worksOf = (text: string): Work[] => {
  const made = readCalendar(text);
  if (!made.ok) throw new Error(made.error.code);
  return made.value.things.map((thing) => {
    const [create, ...sets] = makeFromCalendar(thing, 'f', 'Untitled');
    if (create?.op !== 'node.create') throw new Error('no node');
    return readWork(nodeView({ id: create.id!, fragment: 'f', type: create.type, props: create.props, sets: { labels: sets.flatMap((op) => (op.op === 'set.add' ? [op.value] : [])) } }))!;
  });
};

/** The things of a file, each as its lines: those of its head and of zones nothing speaks of are no thing. */
const linesOf = (text: string): string[] => [...text.replace(/\r?\n[ \t]/g, '').replace(/\r\n/g, '\n').matchAll(/^BEGIN:(VEVENT|VTODO)\n([\s\S]*?)^END:\1$/gm)].map(([, name, lines]) => [name!, ...lines!.split('\n').filter((line) => line !== '').sort()].join('\n')).sort();

describe('{C5} calendar files of other programs, ../shared/data/ics', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ics'))) {
    it(file, () => {
      const text = readFileSync(join(folder, file), 'utf8');
      const refused = REFUSED[file];
      if (refused) return expect(readCalendar(text)).toMatchObject({ ok: false, error: { code: refused } });
      const written = writeCalendar(worksOf(text), '2026-11-30T08:00:00.000Z');
      expect(thingsOf(text).length).toBeGreaterThan(0);
      expect(thingsOf(written)).toEqual(thingsOf(text));
      expect(zonesOf(written)).toEqual(zonesOf(text));
      // Control: without what is kept of a file, something of it is missing.
      expect(thingsOf(writeCalendar(worksOf(text).map((work) => ({ ...work, kept: null })), '2026-11-30T08:00:00.000Z'))).not.toEqual(thingsOf(text));
      // Again the same, and a change of one field changes that one alone.
      expect(writeCalendar(worksOf(written), '2027-01-01T08:00:00.000Z')).toBe(written);
      const [first, ...rest] = worksOf(text);
      const renamed = writeCalendar([{ ...first!, title: 'Another' }, ...rest], '2026-11-30T08:00:00.000Z');
      expect(thingsOf(renamed)).not.toEqual(thingsOf(text));
      expect(JSON.stringify(thingsOf(renamed)).replaceAll(/SUMMARY[^"]*"/g, '')).toBe(JSON.stringify(thingsOf(text)).replaceAll(/SUMMARY[^"]*"/g, ''));
    });
  }

  it('those that have things go out as they came: every line of every thing', () => {
    let n = 0;
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (linesOf(text).length === 0) continue;
      expect([file, linesOf(writeCalendar(worksOf(text), '2026-11-30T08:00:00.000Z'))]).toEqual([file, linesOf(text)]);
      n += 1;
    }
    expect(n).toBeGreaterThan(5);
  });
});
