// What administrators look at and do on the pages that say how the server is and what happened to it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { NARROW, WIDE, eventually, fits, inBothThemes, inEveryLanguage, isAccessible, open, visit } from './checks.mjs';
import { command, office, signIn } from './offices.mjs';

const PAGES = ['overview', 'requests', 'audit', 'outbox', 'backups', 'diagnostics'];
const ALICE = { 'X-ChatWorkToken': 'sandboxChatworkAlice000000000001' };
const CLICKMEETING = { 'X-Api-Key': 'sandboxClickmeeting0000000000001' };

/** Something that somebody asks of the server, so that pages have something to show. */
const ask = (stage, path, options = {}) => fetch(stage.base + path, { headers: ALICE, ...options });

/** Makes the server write a letter. */
async function writeLetter(stage) {
  const rooms = await (await ask(stage, '/v1/conferences/active', { headers: CLICKMEETING })).json();
  const body = new URLSearchParams([['attendees[0][email]', 'guest@example.org'], ['template', 'basic'], ['role', 'listener']]);
  const answer = await ask(stage, `/v1/conferences/${rooms[0].id}/invitation/email/en`, { method: 'POST', headers: CLICKMEETING, body });
  assert.ok(answer.ok, await answer.text());
}

async function post(stage, body) {
  const { room_id: room } = await (await ask(stage, '/v2/me')).json();
  return ask(stage, `/v2/rooms/${room}/messages`, { method: 'POST', body: new URLSearchParams({ body }) });
}

const administrator = (stage, options) => stage.person({ viewport: WIDE, ...options });

const unfold = (page) => page.evaluate(() => document.querySelectorAll('main details').forEach((one) => { one.open = true; }));

export const scenarios = [
  ...PAGES.map((name) => [`watching ${name}: accessible in every language and theme`, async (stage) => {
    await writeLetter(stage);
    await inEveryLanguage(stage, async (reader, code, theme) => {
      await visit(reader, stage, `/admin/${name}`);
      await unfold(reader);
      await inBothThemes(reader, stage, `${name} ${code}`, theme, `admin-${name}-${code}`);
      await reader.setViewportSize(NARROW);
      await fits(reader, `${name} ${code}`);
      await inBothThemes(reader, stage, `${name} ${code} at 320 pixels`, theme, `admin-${name}-320-${code}`);
    });
  }]),

  ['watching: requests come as they are answered, until one pauses', async (stage) => {
    const reader = await administrator(stage);
    await visit(reader, stage, '/admin/requests');
    await reader.getByText('Live', { exact: true }).waitFor();
    await ask(stage, '/v2/rooms/4711001');
    const line = (path) => reader.locator('main td', { hasText: path });
    await line('/v2/rooms/4711001').first().waitFor();
    await reader.locator('input[name=path]').pressSequentially('rooms/4711');
    await reader.getByText('Live', { exact: true }).waitFor();
    assert.equal(await reader.getByText('Paused', { exact: true }).count(), 0, 'whoever types does not pause');
    await reader.locator('input[name=path]').blur();
    await reader.keyboard.press('p');
    await reader.getByText('Paused', { exact: true }).waitFor();
    await ask(stage, '/v2/rooms/4711002');
    await ask(stage, '/v2/me');
    // Somebody else who looks on is told; whoever paused is not.
    const other = await administrator(stage);
    await visit(other, stage, '/admin/requests');
    await other.locator('main td', { hasText: '/v2/rooms/4711002' }).first().waitFor();
    assert.equal(await line('/v2/rooms/4711002').count(), 0);
    await reader.keyboard.press('p');
    await line('/v2/rooms/4711002').first().waitFor();
    assert.equal(await line('/v2/me').count(), 0, 'only what fits');
    await reader.getByLabel('The key P pauses and goes on').uncheck();
    await reader.locator('main h1').click();
    await reader.keyboard.press('p');
    await reader.getByText('Live', { exact: true }).waitFor();
    await reader.reload();
    await reader.locator('main [aria-busy="false"]').waitFor();
    assert.equal(await reader.getByLabel('The key P pauses and goes on').isChecked(), false, 'it is remembered');
  }],

  ['watching: when more comes than a page can follow, it says so', async (stage) => {
    const reader = await administrator(stage);
    await ask(stage, '/v2/me');
    // So much at once takes a busy office: the page is told that it was.
    await reader.route('**/admin/api/requests/live?*', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'data: {"items": [], "has_gap": true}\n\n' }));
    await visit(reader, stage, '/admin/requests');
    await reader.getByText('So much came at once that not all of it is shown here.').waitFor();
    await isAccessible(reader, 'a gap');
    await stage.picture(reader, 'admin-requests-gap');
    await reader.unroute('**/admin/api/requests/live?*');
    await reader.getByRole('button', { name: 'Read the list again' }).click();
    await reader.getByText('So much came at once that not all of it is shown here.').waitFor({ state: 'detached' });
    await reader.getByText('Live', { exact: true }).waitFor();
  }],

  ['watching: a request in detail, and those before', async (stage) => {
    const answer = await ask(stage, '/v2/rooms/4711003');
    for (let count = 0; count < 60; count += 1) await ask(stage, '/v2/my/status');
    const reader = await administrator(stage);
    const id = answer.headers.get('x-request-id');
    await visit(reader, stage, `/admin/requests?request_id=${id}`);
    await reader.getByRole('button', { name: 'Details: GET /v2/rooms/4711003' }).click();
    const dialog = reader.getByRole('dialog');
    await dialog.getByText(id).waitFor();
    await isAccessible(reader, 'details of a request');
    await stage.picture(reader, 'admin-request-details');
    await reader.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await visit(reader, stage, '/admin/requests');
    await reader.getByRole('button', { name: 'Older' }).click();
    await reader.getByRole('button', { name: 'Newest' }).click();
    await reader.getByRole('button', { name: 'Newest' }).waitFor({ state: 'detached' });
  }],

  ['watching: the overview changes while one looks', async (stage) => {
    const reader = await administrator(stage);
    await visit(reader, stage, '/admin/overview');
    const messages = reader.locator('.figure', { hasText: 'Messages' }).locator('strong');
    const before = Number(await messages.textContent());
    await post(stage, 'seen from the overview');
    await reader.waitForFunction((before) => [...document.querySelectorAll('.figure')].some((one) => one.textContent === `Messages${before + 1}`), before);
    const chart = reader.locator('.chart', { hasText: 'Messages per day' });
    await eventually(async () => assert.ok(await chart.locator('canvas').evaluate((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0)), 'something is drawn'));
    await chart.locator('summary').click();
    const today = chart.locator('tbody tr').first().locator('td').nth(1);
    await eventually(async () => assert.ok(Number(await today.textContent()) >= 1));
    await reader.getByRole('link', { name: /never used/ }).click();
    await reader.getByRole('heading', { level: 1, name: 'Tokens' }).waitFor();
    await eventually(async () => assert.equal(await reader.locator('select[name=warning]').inputValue(), 'never-used'));
  }],

  ['watching: the audit log is searched, checked and taken away', async (stage) => {
    const reader = await administrator(stage);
    await visit(reader, stage, '/admin/audit');
    await reader.locator('select[name=action]').selectOption('token.');
    await reader.locator('main tbody code', { hasText: 'room.created' }).first().waitFor({ state: 'detached' });
    await reader.getByRole('button', { name: /^Details: \d+ token\.created/ }).first().click();
    await isAccessible(reader, 'an entry of the audit log');
    await stage.picture(reader, 'admin-audit-entry');
    await reader.getByRole('button', { name: 'Close' }).click();
    await reader.getByRole('button', { name: 'Check the chain' }).click();
    await reader.getByText(/The chain is whole: \d+ entries\./).waitFor();
    const [download] = await Promise.all([reader.waitForEvent('download'), reader.getByRole('link', { name: 'Download as JSON Lines' }).click()]);
    assert.equal(download.suggestedFilename(), 'audit.jsonl');
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((line) => line.seq), lines.map((line, at) => at + 1));
  }],

  ['watching: a mail is read, and sent again when it failed', async (stage) => {
    await writeLetter(stage);
    const reader = await administrator(stage);
    let isAgain = false;
    // A sandbox sends nothing, so nothing fails there: the page is told that it did.
    await reader.route('**/admin/api/mails?*', async (route) => {
      const found = await (await route.fetch()).json();
      const failed = { state: 'failed', failure: '<b>550</b> no such user' };
      await route.fulfill({ json: { ...found, items: found.items.map((mail) => (isAgain ? mail : { ...mail, ...failed })) } });
    });
    await reader.route('**/admin/api/mails/*/retry?*', async (route) => {
      isAgain = true;
      await route.fulfill({ json: {} });
    });
    await visit(reader, stage, '/admin/outbox');
    await reader.getByText('<b>550</b> no such user').first().waitFor();
    await reader.getByRole('button', { name: /^Read: / }).first().click();
    await reader.locator('.letter').waitFor();
    await eventually(async () => assert.ok((await reader.locator('.letter').textContent()).length > 50));
    await isAccessible(reader, 'a mail');
    await stage.picture(reader, 'admin-mail');
    const [download] = await Promise.all([reader.waitForEvent('download'), reader.getByRole('link', { name: 'Download as .eml' }).click()]);
    assert.match(readFileSync(await download.path(), 'utf8'), /^To: guest@example\.org/m);
    await reader.getByRole('button', { name: 'Close' }).click();
    await reader.getByRole('button', { name: /^Send again: / }).first().click();
    await reader.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    await reader.getByText('The mail waits again.').waitFor();
    await reader.getByText('<b>550</b> no such user').first().waitFor({ state: 'detached' });
  }],

  ['watching: a backup is made while one is elsewhere, and read through', async (stage) => {
    const reader = await administrator(stage);
    await visit(reader, stage, '/admin/backups');
    await reader.getByRole('button', { name: 'Make a backup' }).click();
    await reader.getByRole('link', { name: 'Audit log' }).click();
    await reader.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await reader.getByRole('link', { name: 'Backups' }).click();
    await reader.getByText(/The database and \d+ files are on the disk\./).waitFor();
    await reader.getByRole('button', { name: /^Check: / }).first().click();
    await reader.getByText(/Everything is as it was/).waitFor();
    await reader.getByRole('button', { name: /^Put back: / }).first().click();
    await reader.getByText(/^crosstalk backup restore '/).waitFor();
    await isAccessible(reader, 'how a backup is put back');
    await stage.picture(reader, 'admin-backup-restore');
  }],

  ['watching: a backup that a command made elsewhere is told of', async (stage) => {
    const place = await office(stage, 'zoe@example.org');
    const admin = await stage.person({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC' });
    await open(admin, stage, `${place.base}/admin/backups`);
    await signIn(admin, 'zoe@example.org');
    await admin.getByText('There is no backup yet. Make the first one.').waitFor();
    const line = await admin.locator('.code pre').textContent();
    assert.equal(line, `crosstalk --data '${place.data}' backup create --to DIR`);
    command(place, ['backup', 'create', '--to', `${place.data}-elsewhere`]);
    await admin.reload();
    await admin.getByText('The last one was made in another folder: ').waitFor();
    await admin.getByText('There is none in this folder yet.').waitFor();
    await isAccessible(admin, 'a backup elsewhere');
    await stage.picture(admin, 'admin-backup-elsewhere');
  }],

  ['watching: the server is looked through, and the search index made anew', async (stage) => {
    const reader = await administrator(stage);
    await visit(reader, stage, '/admin/diagnostics');
    await reader.getByRole('button', { name: 'Check the database' }).click();
    await reader.getByText('The database is whole.').waitFor();
    await reader.getByRole('button', { name: 'Make the search index anew' }).click();
    await reader.getByRole('dialog').getByRole('button', { name: 'Make the search index anew' }).click();
    await reader.getByText('The search index is being made anew.').waitFor();
    await reader.getByText('Every message is in it.').waitFor();
  }],
];
