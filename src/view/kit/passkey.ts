/** A passkey as what opens a locked browser: WebAuthn with the PRF extension, of which every answer to the same salt is the same 32 bytes. Loaded when one is used. */
import { AppError } from '#base/app-error';
import type { PasskeyAsk } from '#os/lock-api';

const NONE = 'Nothing was changed.';
/** How long a person may take, ms. */
const WAIT_MS = 120_000;

type Bytes = Uint8Array<ArrayBuffer>;
interface PrfResults {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } };
}

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const copy = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);
const none = (): AppError => new AppError('passkey-none', 'This browser or this passkey has no PRF.', NONE, 'Use the passphrase.');

/** Cancelled, timed out, or of another site: engines do not say which. */
async function asked(question: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (typeof PublicKeyCredential === 'undefined') throw none();
  const credential = await question().catch(() => null);
  if (credential === null) throw new AppError('passkey-refused', 'The passkey was not used.', NONE, 'Try again, or use the passphrase.');
  return credential as PublicKeyCredential;
}

function answerOf(credential: PublicKeyCredential): Bytes | null {
  const first = (credential.getClientExtensionResults() as PrfResults).prf?.results?.first;
  if (first === undefined) return null;
  const bytes = first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer, first.byteOffset, first.byteLength);
  return bytes.length === 32 ? copy(bytes) : null;
}

/** What the passkey answers. AppErrors `passkey-none`, `passkey-refused`. */
export async function askPasskey({ id, salt }: PasskeyAsk): Promise<Bytes> {
  const credential = await asked(() => navigator.credentials.get({
    publicKey: {
      challenge: random(32), timeout: WAIT_MS, userVerification: 'required', allowCredentials: [{ type: 'public-key', id: copy(id) }],
      extensions: { prf: { eval: { first: copy(salt) } } } as AuthenticationExtensionsClientInputs,
    },
  }));
  const answer = answerOf(credential);
  if (answer === null) throw none();
  return answer;
}

/** Makes one, and has its answer. AppErrors `passkey-none`, `passkey-refused`. */
export async function makePasskey(name: string): Promise<PasskeyAsk & { readonly prf: Bytes }> {
  const salt = random(32);
  const credential = await asked(() => navigator.credentials.create({
    publicKey: {
      challenge: random(32), timeout: WAIT_MS, rp: { name: 'LifeGraph OS' }, user: { id: random(16), name: name || 'LifeGraph', displayName: name || 'LifeGraph' },
      pubKeyCredParams: [{ type: 'public-key', alg: -8 }, { type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      extensions: { prf: { eval: { first: salt } } } as AuthenticationExtensionsClientInputs,
    },
  }));
  const id = new Uint8Array(credential.rawId);
  if ((credential.getClientExtensionResults() as PrfResults).prf?.enabled !== true) throw none();
  // Some give the answer only when they are asked for the first time.
  return { id, salt, prf: answerOf(credential) ?? (await askPasskey({ id, salt })) };
}
