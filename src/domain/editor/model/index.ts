/** The model of a document: blocks, and the replica that merges them. A door of its own, so that who only lists documents does not load it. */
export * from './block.ts';
export { Branches } from './branches.ts';
export { formulasApart, inFormula, isFormula, FORMULA_FREE, FORMULA_WORDS } from './formula.ts';
export { longestRun, newOrds, shownOrder } from './order.ts';
export * from './passage.ts';
export { penText, readPen, type Pen, type PenPlace } from './pen.ts';
export { sameBlock } from './read-block.ts';
export * from './replica.ts';
export { isShown, partAt, partOf, PART_SIGN, shownLink, type ShownLink } from './shown.ts';
export { splitBlock } from './split.ts';
export * from './text-crdt.ts';
export { cellsOf, mergeTable, orderOf } from './merge-table.ts';
export { blockOf, cellId, changeTexts, fitsTable, sameTable, TABLE_CELLS_MAX, TABLE_COLUMNS_MAX, tableFrom, tableOf, withTable, type Table, type TableRow } from './table.ts';
export * from './compare.ts';
export * from './moments.ts';
export * from './hunks.ts';
export * from './merge-text.ts';
export { withoutTwice, type Twice } from './twice.ts';
