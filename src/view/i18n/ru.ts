/** Russian. */
import type { Catalogue } from './en.ts';
import { ruScreens } from './ru-screens.ts';
import { ruShell } from './ru-shell.ts';

export const ru: Catalogue = { ...ruShell, ...ruScreens };
