// Sizes as people read them.

import { language } from '/assets/ui/i18n.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** A number of bytes in the unit that suits it. */
export function size(bytes) {
  const step = Math.min(Math.max(Math.floor(Math.log10(bytes || 1) / 3), 0), UNITS.length - 1);
  const format = { style: 'unit', unit: UNITS[step], unitDisplay: step ? 'short' : 'long', maximumFractionDigits: step ? 1 : 0 };
  return new Intl.NumberFormat(language(), format).format(bytes / 1000 ** step);
}

/** A number. */
export const number = (value) => new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(value);
