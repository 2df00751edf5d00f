/** The invite in what a person pastes: the link alone, in quotes, or in the middle of a letter. */
export function inviteIn(text: string): string | null {
  const found = /#\/?join\/([A-Za-z0-9_-]{8,})/.exec(text);
  return found ? `#/join/${found[1]}` : null;
}
