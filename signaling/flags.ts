/** Options of a command line that may come from the environment, too: LIFEGRAPH_LOG_LEVEL for --log-level. A password given so is not in the list of processes. */
import type { ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options, with what the environment says as their defaults; several values are parted by commas. */
export function withEnv<T extends Options>(options: T, env: Readonly<Record<string, string | undefined>> = process.env): T {
  const said = Object.entries(options).map(([name, option]) => {
    const value = env[`LIFEGRAPH_${name.replaceAll('-', '_').toUpperCase()}`];
    if (value === undefined || value === '') return [name, option];
    if (option.type === 'boolean') return [name, { ...option, default: value === '1' || value === 'true' }];
    if (!option.multiple) return [name, { ...option, default: value }];
    const several = value.split(',').map((one) => one.trim()).filter((one) => one !== '');
    return [name, several.length === 0 ? option : { ...option, default: several }];
  });
  return Object.fromEntries(said) as T;
}

/** A whole number above 0; throws for anything else. */
export function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--${name} ${text} is not a whole number above 0`);
  return count;
}
