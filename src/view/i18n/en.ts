/** English: the language the keys are typed by. */
import { enErrors } from './en-errors.ts';
import { enScreens } from './en-screens.ts';
import { enShell } from './en-shell.ts';
import type { Words } from './types.ts';

export const en = { ...enShell, ...enScreens, ...enErrors };
export type Key = keyof typeof en;
export type Catalogue = Words<typeof en>;
