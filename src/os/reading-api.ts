/** Public links, in the API of the kernel (./api.ts): for who makes them, and for the browser that reads by one. */

/** A public link of a space. Its address is told once, when it is made. */
export interface PublicLinkView {
  /** The person that the link is in the acl. */
  id: string;
  /** The fragment it opens. */
  fragment: string;
  by: string;
  madeAt: number;
  /** ms; null: until it is revoked. */
  until: number | null;
  state: 'open' | 'ended' | 'revoked';
  /** May this person revoke it? */
  mayRevoke: boolean;
}

/** How a browser that reads by a public link stands. */
export interface ReadingView {
  space: string;
  /** The fragment that the link opens, once the space has told it. */
  fragment: string | null;
  /** Its type (a channel, a document), once it is known here. */
  type: string | null;
  /** As the link claims until the content is here. */
  title: string;
  name: string;
  /** looking: nobody has answered yet · opening: found, the content comes · open · ended: its time is over · revoked. */
  state: 'looking' | 'opening' | 'open' | 'ended' | 'revoked';
  until: number | null;
  /** Linked devices that serve it. */
  links: number;
  /** Since when there has been none, ms; null while there is one. */
  aloneSince: number | null;
}

/** Reading by a public link without being anybody. Only in a browser (database) that has no person. */
export interface ReadingApi {
  /** Rejects with `bad-link`, `newer-link`, `already`. */
  open(link: string): Promise<void>;
  /** Null when this browser reads by no link. */
  status(): Promise<ReadingView | null>;
}
