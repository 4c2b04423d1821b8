// What the address of a page asks for, behind its question mark.

/** The values of some names, as far as the address has them. */
export const asked = (names) => Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => names.includes(name)));
