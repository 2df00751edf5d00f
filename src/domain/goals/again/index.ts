/** What comes again. A door of its own: its library is loaded with the first thing that does. */
export * from './acts.ts';
export * from './days.ts';
export * from './rule.ts';
