// Lengths of time as players show them.

/** Hours, minutes and seconds, as players show them. */
export function length(seconds) {
  const two = (number) => String(number).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
