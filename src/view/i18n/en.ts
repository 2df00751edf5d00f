/** English: the language the keys are typed by. */
import { enScreens } from './en-screens.ts';
import { enShell } from './en-shell.ts';
import type { Words } from './types.ts';

export const en = { ...enShell, ...enScreens };
export type Key = keyof typeof en;
export type Catalogue = Words<typeof en>;
