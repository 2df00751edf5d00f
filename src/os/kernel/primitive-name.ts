/** The names of the primitives as people read them. */
import { PRIMITIVE } from '#vm/protocol/types';

const PRIMITIVE_NAME = new Map<number, string>(Object.entries(PRIMITIVE).map(([name, no]) => [no, name.replace(/[A-Z]/g, (c) => `.${c.toLowerCase()}`)]));
/** `node.create`, `edge.add`, … ; a number for one this version does not know. */
export const primitiveName = (no: number): string => PRIMITIVE_NAME.get(no) ?? `primitive ${no}`;
