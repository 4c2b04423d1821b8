// Backups: made and read through here, put back by a command while the server stands still.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { Dialog } from '../parts/dialog.js';
import { Reading, useRead } from '../parts/reading.js';
import { number, size } from '../parts/sizes.js';
import { Table } from '../parts/table.js';
import { exact, fromNow } from '../parts/times.js';
import { Works, useWorks } from '../parts/works.js';

const Restore = ({ backup, onClose }) => html`<${Dialog} title=${t('backup_restore')} onClose=${onClose}>
  <p>${t('backup_restore_words')}</p>
  <${Code} name=${t('terminal')} text=${backup.restore} wraps />
<//>`;

/** Backups that nobody has to ask for, and why the last one is missing. */
const Planned = ({ schedule }) => (schedule === null ? html`<p class="hint">${t('backup_no_schedule')} <code>backup.schedule</code></p>` : html`
  ${schedule.failure && html`<p class="notice bad" role="alert">${t('backup_failed', { when: exact(schedule.failure.at), why: schedule.failure.why })}</p>`}
  <p>${t('backup_schedule', { when: schedule.when, days: number(schedule.keep_days), weeks: number(schedule.keep_weeks) })}
    ${schedule.next_at && html` ${t('backup_next', { when: exact(schedule.next_at) })}`}</p>`);

/** That the newest backup is none of those that are listed here, newest first. */
const isElsewhere = ({ items, last_backup_at: last }) => last !== null && (items.length === 0 || Date.parse(items[0].made_at) < Date.parse(last));

export default function Backups() {
  const read = useRead('/backups');
  const [shown, setShown] = useState(null);
  const work = useWorks(['backup', 'backup-check'], read.again);
  const columns = [
    { name: t('backup_made'), cell: (one) => html`<strong class="nowrap">${exact(one.made_at)}</strong><span class="more">${fromNow(one.made_at)}</span>` },
    { name: t('backup_size'), cell: (one) => html`<span class="nowrap">${size(one.bytes)}</span>` },
    { name: t('backup_files'), cell: (one) => html`${number(one.contents)}${one.missing > 0 && html` <span class="badge warn">${n('backup_missing', one.missing)}</span>`}` },
    { name: t('backup_folder'), cell: (one) => html`<code>${one.name}</code>` },
    { name: t('actions'), isAction: true, cell: (one) => html`
      <button type="button" class="button small" disabled=${work.isBusy('backup-check', one.name)} onClick=${() => work.begin(`/backups/${encodeURIComponent(one.name)}/verification`)} aria-label=${`${t('backup_verify')}: ${one.name}`}>${t('backup_verify')}</button>
      <button type="button" class="button small" onClick=${() => setShown(one)} aria-label=${`${t('backup_restore')}: ${one.name}`}>${t('backup_restore')}</button>` },
  ];
  return html`
    <p class="lead">${t('backups_lead')}</p>
    <div class="bar">
      <button type="button" class="button primary" disabled=${work.isBusy('backup')} onClick=${() => work.begin('/backups')}>${t('backup_make')}</button>
    </div>
    <${Works} ...${work} />
    <${Reading} read=${read}>${({ items, folder, schedule, last_backup_at: last, create }) => html`
      <${Planned} schedule=${schedule} />
      ${items[0]?.missing > 0 && html`<p class="notice warn" role="status">${n('backup_lacks', items[0].missing)}</p>`}
      ${isElsewhere({ items, last_backup_at: last }) && html`<p>${t('backup_last_elsewhere', { when: exact(last) })}</p>`}
      <${Table} caption=${t('page_backups')} columns=${columns} rows=${items} keyOf=${(one) => one.name} empty=${last === null ? t('no_backups') : t('no_backups_here')} />
      <p class="hint">${t('backups_lie_in')} <code>${folder}</code></p>
      <p>${t('backup_other_disk')}</p>
      <${Code} name=${t('terminal')} text=${create} wraps />`}
    <//>
    ${shown && html`<${Restore} backup=${shown} onClose=${() => setShown(null)} />`}`;
}
