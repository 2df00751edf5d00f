/** Text name of a log in tables of this profile. */
import type { Fragment, Space } from './state.ts';

export const logKey = (space: Pick<Space, 'key'>, fragment: Pick<Fragment, 'key'>, writer: string): string => `${space.key}/${fragment.key}/${writer}`;
