/**
 * Types of calls: a subset of WIT (bool, u32, u64, s64, f64, string, list<u8>, list, option, tuple of two, record, enum, result) and how their values stand in
 * bytes (docs/PROTOCOL.md, Calls). A type says itself as WIT text; what does not fit it is undefined, whatever it is. No type contains itself, so no value is deeper than its type.
 */
import type { Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { RPC_LIMITS } from '#vm/rpc-limits';

/** One type: its text, and values to and from CBOR. */
export interface Wit<T> {
  readonly text: string;
  to(value: T): CborValue;
  from(value: CborValue | undefined): T | undefined;
}

/** What a type holds. */
export type Of<W> = W extends Wit<infer T> ? T : never;

const plain = <T extends CborValue>(text: string, is: (value: CborValue | undefined) => value is T): Wit<T> => ({ text, to: (value) => value, from: (value) => (is(value) ? value : undefined) });
const whole = (text: string, from: number, to: number): Wit<number> => plain(text, (v): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= from && v <= to);

export const bool: Wit<boolean> = plain('bool', (v): v is boolean => typeof v === 'boolean');
export const u32: Wit<number> = whole('u32', 0, 0xffff_ffff);
/** Up to 2^53 − 1. */
export const u64: Wit<number> = whole('u64', 0, Number.MAX_SAFE_INTEGER);
export const s64: Wit<number> = whole('s64', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
export const f64: Wit<number> = plain('f64', (v): v is number => typeof v === 'number' && Number.isFinite(v));
export const text: Wit<string> = plain('string', (v): v is string => typeof v === 'string');
export const bytes: Wit<Bytes> = { text: 'list<u8>', to: (value) => value, from: (v) => (v instanceof Uint8Array ? (v.slice() as Bytes) : undefined) };

export const list = <T>(of: Wit<T>): Wit<readonly T[]> => ({
  text: `list<${of.text}>`,
  to: (value) => value.map((one) => of.to(one)),
  from(value) {
    if (!Array.isArray(value) || value.length > RPC_LIMITS.listItems) return undefined;
    const out: T[] = [];
    for (const one of value) {
      const item = of.from(one);
      if (item === undefined) return undefined;
      out.push(item);
    }
    return out;
  },
});

/** [] or [value]; null is none. */
export const option = <T>(of: Wit<T>): Wit<T | null> => ({
  text: `option<${of.text}>`,
  to: (value) => (value === null ? [] : [of.to(value)]),
  from(value) {
    if (!Array.isArray(value) || value.length > 1) return undefined;
    return value.length === 0 ? null : of.from(value[0]);
  },
});

export const pair = <A, B>(a: Wit<A>, b: Wit<B>): Wit<readonly [A, B]> => ({
  text: `tuple<${a.text}, ${b.text}>`,
  to: ([first, second]) => [a.to(first), b.to(second)],
  from(value) {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [first, second] = [a.from(value[0]), b.from(value[1])];
    return first === undefined || second === undefined ? undefined : [first, second];
  },
});

type Fields = Readonly<Record<string, Wit<unknown>>>;
type RecordOf<F extends Fields> = { readonly [K in keyof F]: Of<F[K]> };

/** The values in the order of the fields. */
export function record<F extends Fields>(fields: F): Wit<RecordOf<F>> {
  const all = Object.entries(fields);
  return {
    text: `record { ${all.map(([name, of]) => `${name}: ${of.text}`).join(', ')} }`,
    to: (value) => all.map(([name, of]) => of.to(value[name])),
    from(value) {
      if (!Array.isArray(value) || value.length !== all.length) return undefined;
      const out = all.map(([name, of], i) => [name, of.from(value[i])] as const);
      return out.some(([, one]) => one === undefined) ? undefined : (Object.fromEntries(out) as RecordOf<F>);
    },
  };
}

/** The number of the case. */
export const choice = <const C extends readonly string[]>(...cases: C): Wit<C[number]> => ({
  text: `enum { ${cases.join(', ')} }`,
  to: (value) => cases.indexOf(value),
  from: (value) => (typeof value === 'number' ? cases[value] : undefined),
});

/** [0, value] or [1, fault]. */
export const result = <T, E>(good: Wit<T>, bad: Wit<E>): Wit<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }> => ({
  text: `result<${good.text}, ${bad.text}>`,
  to: (value) => (value.ok ? [0, good.to(value.value)] : [1, bad.to(value.error)]),
  from(value) {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    if (value[0] === 0) {
      const inner = good.from(value[1]);
      return inner === undefined ? undefined : { ok: true, value: inner };
    }
    const fault = value[0] === 1 ? bad.from(value[1]) : undefined;
    return fault === undefined ? undefined : { ok: false, error: fault };
  },
});

/** Bytes of a value. */
export const encodeWit = <T>(type: Wit<T>, value: T): Bytes => encodeCbor(type.to(value));
/** The value of the bytes; undefined when they are none of the type. */
export const decodeWit = <T>(type: Wit<T>, payload: Uint8Array): T | undefined => type.from(tryDecodeCbor(payload));
