/** Words that become tasks: the day, priority and person a line names, a draft out of a message, making one and changing it. A door of its own, loaded with the first task that is made or opened. */
export { dayFound, dayIn, withoutDay, type DayFound } from './days.ts';
export { draftFrom } from './draft.ts';
export { lineOf, type Line, type LinePerson } from './line.ts';
export * from './make.ts';
