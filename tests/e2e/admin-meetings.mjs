// What administrators do with conference rooms and settings, and what they have to see then.

import assert from 'node:assert/strict';
import { WIDE, accessible, eventually, fits, isAccessible, open } from './checks.mjs';
import { administrator } from './offices.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog[open]').last();
const row = (page, words) => page.locator('tbody tr', { hasText: words });
const part = (page, name) => page.locator('.tabs button', { hasText: name }).click();

/** The states of the pages that are looked at: how one gets there in any language. */
const STATES = {
  meetings: async (page) => page.locator('#main tbody tr').first().waitFor(),
  'meetings, a room': async (page) => {
    await page.locator('tbody strong a', { hasText: 'Office hours' }).click();
    await page.locator('.named').waitFor();
    await page.locator('.tabs ~ .read').waitFor();
  },
  'meetings, a session': async (page) => {
    await STATES['meetings, a room'](page);
    await page.locator('tbody .linkish').first().click();
    await page.locator('.chat li').first().waitFor();
  },
  settings: async (page) => page.locator('#main tbody tr').nth(10).waitFor(),
};

export const scenarios = [
  ...Object.entries(STATES).map(([name, reach]) => accessible(name, reach)),

  ['administration: a conference room is made, changed, opened and deleted', async (stage) => {
    const admin = await stage.person({ viewport: WIDE });
    await open(admin, stage, '/admin/meetings');
    await button(admin, 'Make a conference room').click();
    await admin.getByLabel('Name', { exact: true }).fill('<b>Quarterly</b> review');
    await admin.getByLabel('Open at all times').uncheck();
    await admin.getByLabel('Starts', { exact: true }).fill('2031-05-06T10:30');
    await admin.getByLabel('Time zone').fill('Nowhere/Land');
    await isAccessible(admin, 'the form of a room');
    await dialog(admin).getByRole('button', { name: 'Make a conference room' }).click();
    await admin.locator('[aria-invalid="true"]').waitFor();
    await admin.getByLabel('Time zone').fill('Asia/Tokyo');
    await dialog(admin).getByRole('button', { name: 'Make a conference room' }).click();
    await admin.getByRole('heading', { level: 2, name: '<b>Quarterly</b> review' }).waitFor();
    await button(admin, 'Change').click();
    await eventually(async () => assert.equal(await admin.getByLabel('Starts', { exact: true }).inputValue(), '2031-05-06T10:30'));
    await admin.getByLabel('Who may enter').selectOption('token');
    await button(admin, 'Save').click();
    await admin.getByText('Who may enter: Who has an access token').waitFor();
    await part(admin, 'Access tokens');
    await button(admin, 'Make access tokens').click();
    await admin.getByLabel('How many').fill('3');
    await dialog(admin).getByRole('button', { name: 'Make access tokens' }).click();
    await admin.getByText('3 access tokens were made.').waitFor();
    await admin.locator('tbody input[type=checkbox]').nth(2).waitFor();
    await admin.locator('tbody input[type=checkbox]').first().check();
    await button(admin, 'Revoke 1 token').click();
    await dialog(admin).getByRole('button', { name: 'Revoke' }).click();
    await admin.locator('tbody input[type=checkbox]').nth(2).waitFor({ state: 'detached' });
    const link = await admin.locator('.code pre').first().textContent();
    const guest = await stage.person();
    await guest.goto(link);
    await guest.getByText('<b>Quarterly</b> review').first().waitFor();
    await button(admin, 'Delete the room').click();
    await dialog(admin).getByRole('button', { name: 'Delete the room' }).click();
    await admin.getByText('The room was deleted.').waitFor();
    await row(admin, 'Quarterly').waitFor({ state: 'detached' });
  }],

  ['administration: a session is read, its report made and its chat downloaded', async (stage) => {
    const admin = await stage.person({ viewport: WIDE });
    await open(admin, stage, '/admin/meetings');
    await STATES['meetings, a session'](admin);
    await admin.locator('tbody tr', { hasText: 'Đặng Văn Lâm' }).getByRole('img', { name: '5 of 5 stars' }).waitFor();
    await admin.getByLabel('Language of the report').selectOption('pl');
    await button(admin, 'Make a PDF report').click();
    const report = admin.getByRole('link', { name: 'PDF report, Polish' });
    await report.waitFor();
    const pdf = await fetch(await report.getAttribute('href'));
    assert.equal((await pdf.text()).slice(0, 5), '%PDF-');
    const [download] = await Promise.all([admin.waitForEvent('download'), admin.getByRole('link', { name: 'Download the chat' }).click()]);
    assert.match(download.suggestedFilename(), /^chat_history_\d+_.*\.zip$/);
    await admin.getByRole('button', { name: 'All sessions of the room' }).click();
    await part(admin, 'Registrations');
    await admin.locator('.tabs ~ .read').waitFor();
    await admin.goBack();
    await row(admin, 'Office hours').waitFor();
  }],

  ['administration: names of conference rooms are shown as they are, however hostile or long', async (stage) => {
    const { base } = await stage.server('sandbox');
    const call = await administrator(base);
    const names = ['<script>alert(1)</script>', 'W'.repeat(250), '\u202eمحمد بن عبدالله\u202c <b>bold</b>', '{{constructor}} ${alert(1)} "quoted" &amp;'];
    for (const name of names) await call('POST', '/meetings', { name, lobby_text: name });
    for (const [width, height] of [[1280, 900], [320, 640]]) {
      const admin = await stage.person({ viewport: { width, height } });
      await open(admin, stage, `${base}/admin/meetings`);
      await STATES.meetings(admin);
      await fits(admin, `the list at ${width}`);
      await isAccessible(admin, `the list at ${width}, hostile names`);
      await stage.picture(admin, `admin-hostile-meetings-${width}`);
      for (const name of names) {
        await admin.locator('tbody strong a', { hasText: name.slice(0, 40) }).first().click();
        await admin.locator('.named').waitFor();
        await eventually(async () => assert.equal(await admin.locator('.named').textContent(), name));
        await fits(admin, `a room at ${width}`);
        await button(admin, 'Change').click();
        await fits(admin, `the form at ${width}`);
        await admin.keyboard.press('Escape');
        await admin.goBack();
        await STATES.meetings(admin);
      }
      assert.equal(await admin.locator('main script, main b').count(), 0);
    }
  }],

  ['administration: a setting holds at once, and where it is not allowed it says why', async (stage) => {
    const { base } = await stage.server('sandbox');
    const admin = await stage.person({ viewport: WIDE });
    await open(admin, stage, `${base}/admin/settings`);
    await button(admin, 'Change: The audit log is kept for').click();
    await admin.getByLabel('Days').fill('7');
    await button(admin, 'Save').click();
    await admin.getByText('the audit log is kept for 30 to 36,500 days').waitFor();
    await isAccessible(admin, 'the form of a setting');
    await admin.getByLabel('Days').fill('90');
    await button(admin, 'Save').click();
    await row(admin, '90 days').waitFor();
    await row(admin, '1,000,000 requests, as usual').getByRole('button').click();
    await admin.getByLabel('Requests').fill('2000');
    await button(admin, 'Save').click();
    await row(admin, '2,000 requests').waitFor();
    await button(admin, 'Change: The request log goes back').click();
    await admin.getByLabel('Days').fill('7');
    await button(admin, 'Save').click();
    await row(admin, '7 days').waitFor();
    await button(admin, 'Change: Files may take').click();
    await admin.getByLabel('MiB').fill('0');
    await button(admin, 'Save').click();
    await row(admin, '0 byte').waitFor();
    const upload = () => {
      const form = new FormData();
      form.set('file', new Blob(['one']), 'one.txt');
      return fetch(`${base}/v2/rooms/${room}/files`, { method: 'POST', body: form, headers });
    };
    const headers = { 'X-ChatWorkToken': 'sandboxChatworkAlice000000000001' };
    const [{ room_id: room }] = await (await fetch(`${base}/v2/rooms`, { headers })).json();
    assert.equal((await upload()).status, 403);
    await button(admin, 'Change: Files may take').click();
    await admin.getByLabel('MiB').fill('');
    await button(admin, 'Save').click();
    await row(admin, 'any amount').waitFor();
    assert.equal((await upload()).status, 200);
    const call = await administrator(base);
    const { chosen } = await call('GET', '/settings');
    assert.deepEqual([chosen.audit_days, chosen.request_rows, chosen.request_days], [90, 2000, 7]);
    await row(admin, 'server.listen').getByText('--listen').waitFor();
  }],
];
