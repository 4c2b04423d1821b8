// What the server was started with, and what is set while it runs.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { call, query } from '../api.js';
import { size } from '../parts/sizes.js';
import { Dialog } from '../parts/dialog.js';
import { Form, Text, useValues } from '../parts/form.js';
import { Reading, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';

const MEGABYTE = 2 ** 20;

/** What values are numbers of: what one is in the form's unit, how that is called, how a value is written. */
const DAYS = { unit: 1, label: 'setting_in_days', words: (value) => n('days', value) };
const BYTES = { unit: MEGABYTE, label: 'setting_in_megabytes', words: size };
const REQUESTS = { unit: 1, label: 'setting_in_requests', words: (value) => n('requests', value) };

/** What can be set. `usual`: what holds when nothing is; else there is a text for that. */
const SETTINGS = [
  { name: 'message_days', of: DAYS, isOfOrganization: true },
  { name: 'quota_bytes', of: BYTES, isOfOrganization: true },
  { name: 'audit_days', of: DAYS },
  { name: 'request_days', of: DAYS, usual: () => 30 },
  { name: 'request_rows', of: REQUESTS, usual: () => 1_000_000 },
  { name: 'free_floor_bytes', of: BYTES, usual: (chosen) => chosen.floor_bytes },
];

/** What holds, in words. */
const wordsOf = ({ name, of, usual }, chosen) => {
  if (chosen[name] !== null) return of.words(chosen[name]);
  return usual ? t('setting_usual', { value: of.words(usual(chosen)) }) : t(`setting_none_${name}`);
};

function Changing({ setting, chosen, organization, onDone, onClose }) {
  const { name, of: { unit, label } } = setting;
  const [values, set] = useValues({ value: chosen[name] === null ? '' : String(chosen[name] / unit) });
  const send = async () => {
    const value = values.value === '' ? null : Math.round(Number(values.value) * unit);
    onDone(await call('PUT', `/settings/${name}`, { organization: organization.slug, value }));
  };
  return html`<${Dialog} title=${t(`setting_${name}`)} onClose=${onClose}>
    <p>${t(`setting_words_${name}`)}</p>
    <${Form} fields=${['value']} send=${send} verb=${t('save')} onCancel=${onClose}>
      ${(failure) => html`<${Text} values=${values} set=${set} name="value" label=${t(label)} hint=${t('setting_empty')} failure=${failure} type="number" min="0" step="any" />`}
    <//>
  <//>`;
}

/** The settings of the organization, and those of the server. */
function Chosen({ chosen, organization, onChange }) {
  const columns = [
    { name: t('setting'), cell: (one) => html`<strong>${t(`setting_${one.name}`)}</strong><span class="said-there quiet">${t(`setting_words_${one.name}`)}</span>` },
    { name: t('setting_of'), cell: (one) => (one.isOfOrganization ? organization.name : t('setting_server')) },
    { name: t('setting_holds'), cell: (one) => wordsOf(one, chosen) },
    { name: t('actions'), isAction: true, cell: (one) => html`<button type="button" class="button small" onClick=${() => onChange(one)} aria-label=${`${t('change')}: ${t(`setting_${one.name}`)}`}>${t('change')}</button>` },
  ];
  return html`
    <${Table} caption=${t('settings_chosen')} columns=${columns} rows=${SETTINGS} keyOf=${(one) => one.name} />
    <p class="brief"><span>${t('settings_stored', { name: organization.name, size: size(chosen.stored_bytes) })}</span> <span>${t('settings_free', { size: size(chosen.free_bytes) })}</span></p>`;
}

function Configuration({ values }) {
  const columns = [
    { name: t('key'), cell: (one) => html`<code>${one.key}</code>` },
    { name: t('setting_value'), cell: (one) => (one.value === null ? html`<span class="quiet">${t('setting_not_set')}</span>` : html`<code>${one.value}</code>`) },
    { name: t('setting_origin'), cell: (one) => (one.origin === 'default' ? html`<span class="quiet">${t('setting_default')}</span>` : html`<code>${one.origin}</code>`) },
  ];
  return html`<${Table} caption=${t('settings_configuration')} columns=${columns} rows=${values} keyOf=${(one) => one.key} />`;
}

export default function Settings({ organization, say }) {
  const [open, setOpen] = useState(null);
  const read = useRead(query('/settings', { organization: organization.slug }));
  const done = () => { setOpen(null); say(t('saved', { name: t(`setting_${open.name}`) })); read.again(); };
  return html`
    <p class="lead">${t('settings_lead')}</p>
    <${Reading} read=${read}>${({ configuration, chosen }) => html`
      <h2>${t('settings_chosen')}</h2>
      <${Chosen} chosen=${chosen} organization=${organization} onChange=${setOpen} />
      <h2>${t('settings_configuration')}</h2>
      <p class="lead">${t('settings_configuration_words')}</p>
      <${Configuration} values=${configuration} />
      ${open && html`<${Changing} setting=${open} chosen=${chosen} organization=${organization} onDone=${done} onClose=${() => setOpen(null)} />`}`}
    <//>`;
}
