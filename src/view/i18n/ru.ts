/** Russian. */
import type { Catalogue } from './en.ts';
import { ruErrors } from './ru-errors.ts';
import { ruScreens } from './ru-screens.ts';
import { ruShell } from './ru-shell.ts';

export const ru: Catalogue = { ...ruShell, ...ruScreens, ...ruErrors };
