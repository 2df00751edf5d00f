/** simple-peer's own prebuilt browser bundle: the npm entry needs Node shims that a browser build does not have (PLATFORM 1). */
declare module 'simple-peer/simplepeer.min.js' {
  import SimplePeer from 'simple-peer';
  export default SimplePeer;
}
