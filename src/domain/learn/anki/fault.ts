/** Why a deck is not taken. */
export type DeckFaultCode = 'no-deck' | 'newest-only' | 'too-large' | 'too-many-cards' | 'bomb' | 'damaged' | 'no-cards';

/** Says it; nothing of the file was kept. */
export class DeckFault extends Error {
  override readonly name = 'DeckFault';
  constructor(readonly code: DeckFaultCode, readonly detail = '') {
    super(`${code} ${detail}`);
  }
}
