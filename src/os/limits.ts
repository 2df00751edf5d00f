/** Caps of the os layer. Each names what a peer or a user could otherwise grow without end. */

// ---- rights -------------------------------------------------------------------------------------------------------
/** Slots not retired per device and space (FORMATS 1). */
export const MAX_SLOTS_PER_DEVICE = 8;
/** Identity statements kept per person and space; further ones have no effect. */
export const MAX_STATEMENTS_PER_PERSON = 256;
/** Head sets whose resolution is remembered per space. */
export const MAX_RESOLVED_HEAD_SETS = 64;
/** Wraps in one key.rotate or key.share; more go into further key.share records (FORMATS 6). */
export const MAX_WRAPS_PER_RECORD = 1000;
/** acl heads a record may name (FORMATS 2, key 10). */
export const MAX_ACL_HEADS = 8;
