// Sizes and lengths of time as the reader's language writes them.

import { language } from '/assets/ui/i18n.js';

const SIZES = [['gigabyte', 2 ** 30], ['megabyte', 2 ** 20], ['kilobyte', 2 ** 10], ['byte', 1]];

/** So many bytes. */
export function size(bytes) {
  const [unit, length] = SIZES.find(([, length]) => bytes >= length) ?? SIZES.at(-1);
  return new Intl.NumberFormat(language(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / length);
}

/** Hours, minutes and seconds, as players show them. */
export function length(seconds) {
  const two = (number) => String(number).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
