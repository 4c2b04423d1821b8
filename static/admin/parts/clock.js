// What time it is for the server. This browser's clock may be wrong, or be set while a page is open: it only measures what has passed since
// the server said it.

let told = Date.now();
let toldAt = performance.now();

/** The server said what time it is. */
export function setNow(iso) {
  told = Date.parse(iso);
  toldAt = performance.now();
}

/** The present, in milliseconds since 1970. */
export const now = () => told + performance.now() - toldAt;

/** How far the clock of this browser is off, in milliseconds. */
export const offBy = () => Math.abs(Date.now() - now());
