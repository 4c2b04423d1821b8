// Sizes as the reader's language writes them.

import { language } from '/assets/ui/i18n.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** So many bytes, in the unit that fits; each is 1,024 of the one before. */
export function size(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const format = { style: 'unit', unit: UNITS[step], unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step === 0 ? 0 : 1 };
  return new Intl.NumberFormat(language(), format).format(bytes / 1024 ** step);
}
