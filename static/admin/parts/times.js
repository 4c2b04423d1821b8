// Times as the reader's language writes them.

import { html } from '/assets/ui/html.js';
import { language, locale } from '/assets/ui/i18n.js';
import { now } from './clock.js';

const UNITS = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]];

/** A day and a time of day. */
export const shown = (iso) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

/** A time to the second. */
export const exact = (iso) => new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));

/** The same in a zone, whichever the reader's is. */
export const shownIn = (iso, zone) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(new Date(iso));

/** The zone of the times that are shown without one: this browser's. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A day. */
export const day = (iso) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(new Date(iso));

/** The server's time is known but for how long its answer was on the way: what is no further ahead than this is now. */
const UNCERTAIN_S = 5;

/** How long ago, or how long until then. */
export function fromNow(iso) {
  const exactly = (new Date(iso) - now()) / 1000;
  const seconds = exactly > 0 && exactly < UNCERTAIN_S ? 0 : exactly;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}

/** A time with the whole of it at hand. */
export const Time = ({ at, isDay = false }) => (at ? html`<time datetime=${at} title=${shown(at)}>${isDay ? day(at) : fromNow(at)}</time>` : html`<span class="quiet">–</span>`);
