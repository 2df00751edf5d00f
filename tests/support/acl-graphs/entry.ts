/** What a hunt needs, built into one file with a bug in it. */
export { checkGraph } from './checks.ts';
