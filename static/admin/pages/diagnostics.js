// What somebody looks at who thinks that something is wrong.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { call } from '../api.js';
import { Confirm } from '../parts/dialog.js';
import { Reading, useRead } from '../parts/reading.js';
import { number, size } from '../parts/sizes.js';
import { Table } from '../parts/table.js';
import { exact, fromNow } from '../parts/times.js';
import { Works, useWorks } from '../parts/works.js';

const PAUSE_MS = 1500;
const CHECKS = ['database', 'audit', 'disk', 'backup', 'clock', 'certificates', 'requests', 'mail', 'search', 'schema'];
const TONES = { good: 'good', warning: 'warn', bad: 'bad', unknown: '' };

/** What was found, in words. */
const FOUND = {
  database: ({ checks }) => t(`check_words_${checks.database}`),
  audit: ({ checks }) => t(`check_words_${checks.audit}`),
  disk: ({ storage }) => t('disk_free', { free: size(storage.free_bytes), all: size(storage.disk_bytes) }),
  backup: ({ last_backup_at: at, last_backup_lacks: lacks, backup_failure: failure }) => (failure
    ? t('backup_failed', { when: exact(failure.at), why: failure.why }) : at ? `${fromNow(at)}${lacks ? `. ${n('backup_lacks', lacks)}` : ''}` : t('no_backup_yet')),
  clock: ({ now, newest_event_at: newest, checks }) => (checks.clock === 'good'
    ? t('check_words_clock', { now: exact(now) }) : t('check_words_clock_back', { now: exact(now), newest: exact(newest) })),
  certificates: ({ protection: { by, certificate_until: until, renewed_at: renewal, authority_until: authority, fingerprint } }) => ({
    off: () => t('protection_off'),
    'self-signed': () => html`${t('protection_self_signed', { authority: exact(authority), until: exact(until) })}
      ${renewal && ` ${t('protection_renewal', { renewal: exact(renewal) })}`} <code>${fingerprint}</code>`,
    files: () => html`${t('protection_files', { until: exact(until) })} <code>${fingerprint}</code>`,
  })[by](),
  requests: ({ requests_not_logged: count, checks }) => (checks.requests === 'bad'
    ? t('requests_are_lost') : count ? n('requests_not_logged', count) : t('requests_all_logged')),
  mail: ({ mails_waiting: waiting, mails_failed: failed }) => `${n('mails_waiting', waiting)} ${n('mails_failed', failed)}`,
  search: ({ search }) => (search.done < search.total ? t('work_so_far', { done: number(search.done), total: number(search.total) }) : t('search_is_whole')),
  schema: ({ schema }) => t('check_words_schema', { number: schema }),
};

/** Where one goes on from a check. */
const PAGES = { audit: 'audit', backup: 'backups', requests: 'requests', mail: 'outbox' };

export default function Diagnostics({ say }) {
  const read = useRead('/diagnostics');
  const [isAsked, setAsked] = useState(false);
  const work = useWorks(['database-check', 'chain-check'], read.again);
  const search = read.value?.search;
  const isIndexing = search && search.done < search.total;
  useEffect(() => {
    if (!isIndexing) return undefined;
    const timer = setInterval(read.again, PAUSE_MS);
    return () => clearInterval(timer);
  }, [isIndexing]);
  const reindex = async () => { await call('POST', '/search/reindexing'); say(t('search_begun')); read.again(); };
  const columnsOf = (found) => [
    { name: t('check_name'), cell: (name) => html`<strong>${t(`check_${name}`)}</strong>` },
    { name: t('state'), cell: (name) => html`<span class=${`badge ${TONES[found.checks[name]]}`}>${t(`check_is_${found.checks[name]}`)}</span>` },
    { name: t('check_found'), cell: (name) => html`${FOUND[name](found)}${name === 'search' && isIndexing && html` <progress aria-label=${t('check_search')} max=${search.total} value=${search.done}></progress>`}` },
    { name: t('actions'), isAction: true, cell: (name) => PAGES[name] && html`<a class="button small" href=${`/admin/${PAGES[name]}`}>${t(`page_${PAGES[name]}`)}</a>` },
  ];
  return html`
    <p class="lead">${t('diagnostics_lead')}</p>
    <div class="bar">
      <button type="button" class="button" disabled=${work.isBusy('database-check')} onClick=${() => work.begin('/diagnostics/database')}>${t('database_check')}</button>
      <button type="button" class="button" disabled=${work.isBusy('chain-check')} onClick=${() => work.begin('/audit/verification')}>${t('audit_check')}</button>
      <button type="button" class="button" disabled=${isIndexing} onClick=${() => setAsked(true)}>${t('search_reindex')}</button>
      <button type="button" class="button" onClick=${read.again}>${t('read_again')}</button>
    </div>
    <${Works} ...${work} />
    <${Reading} read=${read}>${(found) => html`
      <${Table} caption=${t('page_diagnostics')} columns=${columnsOf(found)} rows=${CHECKS} keyOf=${(name) => name} />`}
    <//>
    ${isAsked && html`<${Confirm} title=${t('search_reindex')} words=${t('search_reindex_words')} verb=${t('search_reindex')} act=${reindex} onClose=${() => setAsked(false)} />`}`;
}
