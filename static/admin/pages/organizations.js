// Organizations: tenants of the server.

import { html, useState } from '/assets/ui/html.js';
import { LANGUAGES, t } from '/assets/ui/i18n.js';
import { call } from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { Choice, Form, Text, changed, useValues } from '../parts/form.js';
import { Reading, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';
import { Time, ownZone } from '../parts/times.js';

function Organization({ organization, onDone, onClose }) {
  const zone = ownZone();
  const [values, set] = useValues(organization ?? { slug: '', name: '', time_zone: zone, language: 'en' });
  const send = async () => {
    const { slug } = values;
    onDone(organization ? await call('PATCH', `/organizations/${slug}`, changed(values, organization, ['name', 'time_zone', 'language'])) : await call('POST', '/organizations', values));
  };
  return html`<${Dialog} title=${organization ? t('change_organization', { name: organization.name }) : t('make_organization')} onClose=${onClose}>
    <${Form} fields=${['slug', 'name', 'time_zone', 'language']} send=${send} verb=${organization ? t('save') : t('make_organization')} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="name" label=${t('name')} failure=${failure} />
        ${!organization && html`<${Text} values=${values} set=${set} name="slug" label=${t('slug')} hint=${t('slug_hint')} failure=${failure} />`}
        <${Text} values=${values} set=${set} name="time_zone" label=${t('time_zone')} hint=${t('time_zone_hint')} failure=${failure} />
        <${Choice} values=${values} set=${set} name="language" label=${t('letters_in')} failure=${failure} options=${Object.entries(LANGUAGES)} />`}
    <//>
  <//>`;
}

export default function Organizations({ refresh, say }) {
  const [open, setOpen] = useState(null);
  const read = useRead('/organizations');
  const done = (organization) => { setOpen(null); say(t('saved', { name: organization.name })); read.again(); refresh(); };
  const columns = [
    { name: t('name'), cell: (one) => html`<strong>${one.name}</strong>` },
    { name: t('slug'), cell: (one) => html`<code>${one.slug}</code>` },
    { name: t('ids'), cell: (one) => html`<code>${one.id}</code>` },
    { name: t('time_zone'), cell: (one) => one.time_zone },
    { name: t('letters_in'), cell: (one) => LANGUAGES[one.language] },
    { name: t('created'), cell: (one) => html`<${Time} at=${one.created_at} isDay />` },
    { name: t('actions'), isAction: true, cell: (one) => html`<button type="button" class="button small" onClick=${() => setOpen({ organization: one })} aria-label=${`${t('change')}: ${one.name}`}>${t('change')}</button>` },
  ];
  return html`
    <p class="lead">${t('organizations_lead')}</p>
    <div class="bar"><div class="grow"></div><button type="button" class="button primary" onClick=${() => setOpen({})}>${t('make_organization')}</button></div>
    <${Reading} read=${read}>${({ items }) => html`<${Table} caption=${t('page_organizations')} columns=${columns} rows=${items} />`}<//>
    ${open && html`<${Organization} organization=${open.organization} onDone=${done} onClose=${() => setOpen(null)} />`}`;
}
