/** The frame that actors run in: its one script is the one its policy names, in the file and in the headers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACTOR_FRAME_POLICY, ACTOR_FRAME_SCRIPT, policyOf } from '#signaling/headers';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'public', 'actor.html'), 'utf8');

test('[row 25] {K10} ACTR6 the policy of the frame names its script by its hash, reaches nothing, and stands in the file and in the header', () => {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code!);
  expect(scripts).toHaveLength(1);
  expect(ACTOR_FRAME_SCRIPT).toBe(`sha256-${createHash('sha256').update(scripts[0]!).digest('base64')}`);
  expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="${ACTOR_FRAME_POLICY}">`);
  expect(policyOf('/actor.html')).toBe(`${ACTOR_FRAME_POLICY}; frame-ancestors 'self'; sandbox allow-scripts`);
  expect(ACTOR_FRAME_POLICY).toContain("default-src 'none'");
  for (const open of ['connect-src', 'unsafe-inline', "'unsafe-eval'", 'http', "'self'"]) expect(ACTOR_FRAME_POLICY).not.toContain(open);
});
