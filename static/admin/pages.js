// All pages, in the groups of the sidebar. A page is read when it is first opened.

/** `name` stands in the address and, as `page_…`, in the catalogues. */
export const GROUPS = [
  { name: 'home', pages: ['overview'] },
  { name: 'people', pages: ['users', 'organizations', 'sessions'] },
  { name: 'content', pages: ['rooms', 'messages', 'files', 'tasks', 'meetings', 'places'] },
  { name: 'developers', pages: ['tokens', 'requests', 'outbox'] },
  { name: 'system', pages: ['backups', 'audit', 'settings', 'diagnostics'] },
];

/** Where one lands. */
export const FIRST = 'overview';

export const NAMES = GROUPS.flatMap((group) => group.pages);

/** Pages whose times are those of the organization's zone; all others have the browser's. */
export const IN_ZONE_OF_ORGANIZATION = ['meetings', 'places'];

/** The page's part of the program. */
export const load = (name) => import(`./pages/${name}.js`);
