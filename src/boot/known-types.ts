/** Node types of this build for the kernel worker: those of the components (a test holds them against the manifests, which the worker does without) and those the system itself writes. */
import { MESSAGE } from '#domain/chat';
import { DOCUMENT, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, VERSION } from '#domain/editor';
import { CALL, DOOR } from '#domain/messenger/manifest';
import { EVENT, GOAL, MILESTONE, RESOURCE, TASK } from '#domain/goals';
import { LEARN_TYPES } from '#domain/learn';
import { AGENT, RESULT } from '#domain/mind/manifest';

const OWN = ['about@1', 'fragment@1', 'person@1', 'space@1', 'read@1', 'quiet@1', 'report@1', 'report/key@1', 'report/state@1', 'recovery/part@1', 'recovery/parts@1', 'recovery/kept@1', 'device@1', 'start/offline@1', 'file@1', 'hub@1', 'goals/filters@1'];

/** Type name → newest version known. */
export function knownTypes(): Map<string, number> {
  const out = new Map<string, number>();
  for (const type of [...OWN, MESSAGE, DOCUMENT, VERSION, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, TASK, GOAL, MILESTONE, EVENT, RESOURCE, CALL, DOOR, ...LEARN_TYPES, RESULT, AGENT]) {
    const at = type.lastIndexOf('@');
    const name = type.slice(0, at);
    out.set(name, Math.max(out.get(name) ?? 0, Number(type.slice(at + 1))));
  }
  return out;
}
