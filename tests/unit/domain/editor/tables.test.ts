/** Tables that two sides changed, and tables made to be more than is shown. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocReplica, mergeTable, orderOf, tableFrom, tableOf, withTable, type Table } from '#domain/editor/model';

/** As it is said: each new one right behind the nearest before it that is there. */
function slowly(first: readonly string[], second: readonly string[]): string[] {
  const out = [...first];
  second.forEach((id, at) => {
    if (out.includes(id)) return;
    const prior = second.slice(0, at).findLast((one) => out.includes(one));
    out.splice(prior === undefined ? 0 : out.indexOf(prior) + 1, 0, id);
  });
  return out;
}

test('the order of two sides: each that only one has stands behind what it stands behind there', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 12 }).map(String));
  fc.assert(fc.property(ids, ids, (first, second) => {
    expect(orderOf(first, second)).toEqual(slowly(first, second));
  }));
});

test('a large table is merged by a look at each of its rows, not at all rows for each cell', () => {
  let looks = 0;
  const counted = (table: Table): Table => ({ columns: table.columns, rows: table.rows.map(({ id, cells }) => ({ cells, get id() { looks += 1; return id; } })) });
  let n = 0;
  const table = tableOf(Array.from({ length: 200 }, () => Array.from({ length: 10 }, () => [{ text: 'x', marks: {} }])), () => `i${n++}`);
  const wanted = { ...table, rows: table.rows.slice(1) };
  expect(mergeTable(counted(table), counted(table), counted(wanted)).table).toEqual(wanted);
  expect(looks).toBeLessThan(200 * 30);
});

test('a few keys that say many cells are no table', () => {
  // Each part is a few letters of an update; every cell of them would be shown.
  const cells = (rows: number, columns: number): number | undefined => {
    let n = 0;
    const [writer, reader] = [new DocReplica(1), new DocReplica(2)];
    reader.take(writer.write([withTable({ id: 'a', attrs: {} }, tableOf(Array.from({ length: rows }, () => Array.from({ length: columns }, () => [])), () => `i${n++}`))]));
    return reader.shown()[0]?.table?.rows.flatMap((row) => row.cells).length;
  };
  expect([cells(100, 80), cells(100, 81), cells(141, 141), cells(1, 120), cells(1, 121)]).toEqual([8_000, undefined, undefined, 120, undefined]);
  expect(tableFrom({ columns: Array.from({ length: 121 }, (_, at) => `c${at}`), rows: [{ id: 'r' }] }, () => [])).toBeNull();
});
