export { encodeRecord } from '#vm/protocol/record';
