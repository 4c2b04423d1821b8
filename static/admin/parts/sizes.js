// Sizes as people read them.

import { language } from '/assets/ui/i18n.js';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes in the unit that suits it, as the command line writes it. */
export function size(bytes) {
  if (bytes < 1024) return new Intl.NumberFormat(language(), { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(bytes);
  const step = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(language(), digits).format(bytes / 1024 ** step)}\u00a0${UNITS[step - 1]}`;
}

/** A number. */
export const number = (value) => new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(value);
