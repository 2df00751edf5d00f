/** Files on their way in, as a page sees them: kinds, faults, and what it says to its importer. The readers have a door of their own (../ingest). */
export { ImportFault, type FaultCode, type Note } from './fault.ts';
export type { Fault, FileSaid, Found, FromImporter, GivenFile, KeptFile, Original, ToImporter, VaultFound } from './job.ts';
export type { Answered, FileShown, FromExporter, ToExporter } from './out.ts';
export { ACCEPTED, ARCHIVE, endingOf, fileName, KINDS, kindOf, titleOfName, type FileKind } from './kind.ts';
