/** Runs of actors, in Node as in the sandbox of a page (tests/e2e/actors.e2e.ts has the other half). */
import { describe, expect, test } from 'vitest';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { actorCapability, actorName, capabilityOf, encodePiece, readPiece } from '#os/actors/piece';
import { runActor, type ActorTask } from '#os/actors/run';
import { give, GROW, moduleBytes, TRAP } from '#tests/support/wasm-bytes';
import { utf8 } from '#base/bytes';
import { encodeCbor } from '#base/cbor';

const run = (module: Uint8Array, rest: Partial<ActorTask> = {}) => runActor({ module, input: utf8('words'), grants: [], resultBytes: 61_440, logChars: ACTOR_LIMITS.logChars, ...rest });
const RANDOM = moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'random', 2]], run: give([0x10, 0x01]) });

describe('{K10} a run of an actor', () => {
  test('ACTR4 gives what it answers, and the same for the same bytes', () => {
    expect(run(moduleBytes()).result).toEqual(utf8('words'));
    const drawn = run(RANDOM, { grants: ['random'] }).result!;
    expect(drawn).toHaveLength(4);
    expect(run(RANDOM, { grants: ['random'] }).result).toEqual(drawn);
    // What is drawn follows from the input.
    expect(run(RANDOM, { grants: ['random'], input: utf8('other') }).result).not.toEqual(drawn);
  });

  test('ACTR3 what it was not given, it does not have: nothing of it runs', () => {
    expect(run(RANDOM).result).toBe(null);
    // The control.
    expect(run(RANDOM, { grants: ['random'] }).result).not.toBe(null);
    expect(run(moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'constructor', 0]] }), { grants: ['constructor'] }).result).toBe(null);
  });

  test('ACTR2 memory beyond what the module says is refused by the engine', () => {
    expect([...run(moduleBytes({ run: GROW })).result!]).toEqual([255, 255, 255, 255]);
    // The control: with room for it, it gets it.
    expect([...run(moduleBytes({ run: GROW, memory: [0x01, 1, 0x80, 0x08] })).result!]).toEqual([1, 0, 0, 0]);
  });

  test('ACTR4 a trap, no answer, one from outside its memory, one too large or a second one: all are no answer, and nothing is thrown', () => {
    expect(run(moduleBytes({ run: TRAP })).result).toBe(null);
    expect(run(moduleBytes({ run: [0x0b] })).result).toBe(null);
    // output(-1, 4); output(0, -1).
    expect(run(moduleBytes({ run: [0x41, 0x7f, 0x41, 0x04, 0x10, 0x00, 0x0b] })).result).toBe(null);
    expect(run(moduleBytes({ run: [0x41, 0x00, 0x41, 0x7f, 0x10, 0x00, 0x0b] })).result).toBe(null);
    expect(run(moduleBytes(), { resultBytes: 4 }).result).toBe(null);
    const call = [0x20, 0x00, 0x20, 0x01, 0x10, 0x00];
    expect(run(moduleBytes({ run: [...call, ...call, 0x0b] })).result).toBe(null);
    expect(run(Uint8Array.of(1, 2, 3)).result).toBe(null);
    // More than its memory holds.
    expect(run(moduleBytes({ memory: [0x01, 1, 1] }), { input: new Uint8Array(70_000) }).result).toBe(null);
  });

  test('[limit ACTOR.logChars] ACTR4 what it writes down is cut', () => {
    const log = moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'log', 0]], run: [...Array.from({ length: 3 }, () => [0x20, 0x00, 0x20, 0x01, 0x10, 0x01]).flat(), 0x20, 0x00, 0x20, 0x01, 0x10, 0x00, 0x0b] });
    expect(run(log, { grants: ['log'] })).toEqual({ result: utf8('words'), log: 'words\nwords\nwords\n' });
    expect(run(log, { grants: ['log'], input: new Uint8Array(ACTOR_LIMITS.logChars).fill(97) }).log).toHaveLength(ACTOR_LIMITS.logChars);
  });
});

describe('{K10} a piece of work for an actor', () => {
  const [one, other] = [actorName(moduleBytes()), actorName(RANDOM)];
  const piece = { actor: one, file: 'f'.repeat(22), grants: ['random'] as const, input: utf8('x') };

  test('ACTR5 the name of an actor is the hash of its module; a piece is read as it was written, and anything else is none', () => {
    expect([one.length, one === other]).toEqual([43, false]);
    expect(readPiece(encodePiece(piece))).toEqual(piece);
    const bad = [1, [], [one, 'f', [], 'text'], ['short', 'f', [], utf8('x')], [one, 'f'.repeat(200), [], utf8('x')], [one, 'f', ['fetch'], utf8('x')], [one, 'f', ['log', 'log'], utf8('x')]];
    for (const value of bad) expect(readPiece(encodeCbor(value)), JSON.stringify(value)).toBe(null);
    expect(readPiece(Uint8Array.of(255))).toBe(null);
  });

  test('ACTR5 all work of one job is of one actor, and only who allows that one is asked', () => {
    expect(capabilityOf('plan', [utf8('x')])).toBe('plan');
    expect(capabilityOf('actor', [encodePiece(piece), encodePiece({ ...piece, input: utf8('y') })])).toBe(actorCapability(one));
    expect(capabilityOf('actor', [encodePiece(piece), encodePiece({ ...piece, actor: other })])).toBe(null);
    expect(capabilityOf('actor', [utf8('x')])).toBe(null);
    expect(actorCapability(one)).toMatch(/^actor:[0-9a-f]{32}$/);
    expect(actorCapability(one)).not.toBe(actorCapability(other));
  });
});
