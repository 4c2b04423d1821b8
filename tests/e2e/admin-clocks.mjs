// What the pages of the administration say about times when a clock or a zone is wrong, or a clock is set meanwhile.

import assert from 'node:assert/strict';
import { eventually, isAccessible, visit } from './checks.mjs';
import { administrator, command, PASSWORD, signIn } from './offices.mjs';

const HEADERS = { 'X-ChatWorkToken': 'sandboxChatworkAlice000000000001' };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog[open]').last();
const row = (page, words) => page.locator('tbody tr', { hasText: words });

export const scenarios = [
  ['clocks: times are those of the zone that a page names', async (stage) => {
    const late = '2026-01-31T23:30:00Z';
    const { base } = await stage.server('sandbox', '--clock', late);
    await fetch(`${base}/v2/me`, { headers: HEADERS });
    const call = await administrator(base);
    const { items: [{ slug }] } = await call('GET', '/organizations');
    await call('PATCH', `/organizations/${slug}`, { time_zone: 'Asia/Tokyo' });
    const begins = [];
    for (const [timezoneId, time] of [['America/New_York', '31/01/2026, 18:30:00'], ['Pacific/Chatham', '01/02/2026, 13:15:00']]) {
      const reader = await stage.person({ timezoneId });
      await reader.clock.setFixedTime(late);
      await visit(reader, stage, `${base}/admin/requests`);
      await row(reader, '/v2/me').getByText(time).waitFor();
      await reader.getByText(`Times are those of ${timezoneId}, the time zone of this browser.`).waitFor();
      // What happens in the organization is told in its own zone, wherever the reader is.
      await visit(reader, stage, `${base}/admin/meetings`);
      await reader.getByText(/^Times are those of Asia\/Tokyo, the time zone of /).waitFor();
      begins.push(await reader.locator('tbody time').allTextContents());
      assert.equal(await reader.locator('.notice.warn').count(), 0, 'clocks that agree are not worth a word');
    }
    assert.ok(begins[0].length > 0);
    assert.deepEqual(begins[0], begins[1]);
  }],

  ['clocks: a device whose clock is three hours ahead is told so, and misleads nobody', async (stage) => {
    const { base } = await stage.server('sandbox', '--clock', '2026-01-31T09:00:00Z');
    await fetch(`${base}/v2/me`, { headers: HEADERS });
    const reader = await stage.person({ timezoneId: 'UTC' });
    await reader.clock.setFixedTime('2026-01-31T12:00:00Z');
    await visit(reader, stage, `${base}/admin/sessions`);
    await reader.getByText("This device's clock shows 31/01/2026, 12:00:00, the server's 31/01/2026, 09:00:").waitFor();
    await isAccessible(reader, 'clocks that differ');
    await stage.picture(reader, 'admin-clocks');
    await visit(reader, stage, `${base}/admin/overview`);
    assert.doesNotMatch(await reader.locator('main').innerText(), /hours? ago|in \d+ hours?/);
    await visit(reader, stage, `${base}/admin/tokens`);
    await button(reader, 'Make a token').click();
    await reader.getByLabel('Acts as').fill('bob@example.com');
    await reader.getByLabel('Name', { exact: true }).fill('From a fast clock');
    await reader.getByLabel('30 days').check();
    await dialog(reader).getByRole('button', { name: 'Make a token' }).click();
    await button(reader, 'I have kept it').click();
    const { items } = await (await administrator(base))('GET', '/tokens?q=fast');
    assert.equal(items[0].expires_at.slice(0, 13), '2026-03-02T09', 'thirty days by the clock that ends it');
  }],

  ["clocks: the server's clock is set while somebody fills in a form", async (stage) => {
    const before = await stage.server('sandbox', '--login', '--clock', '2026-01-31T09:00:00Z');
    command(before, ['admin', 'create', '--email', 'zoe@example.com', '--password-stdin'], `${PASSWORD}\n`);
    const zoe = await stage.person();
    await zoe.goto(`${before.base}/admin/users`);
    await signIn(zoe, 'zoe@example.com');
    const fill = async (name) => {
      await button(zoe, 'Add a person').click();
      await zoe.getByLabel('Name', { exact: true }).fill(name);
      await zoe.getByLabel('E-mail', { exact: true }).fill(`${name}@example.org`);
    };
    const send = () => dialog(zoe).getByRole('button', { name: 'Add a person' }).click();
    await fill('ahead');
    const ahead = await stage.restart(before, 'sandbox', '--login', '--clock', '2026-01-31T22:30:00Z');
    await send();
    await zoe.getByRole('heading', { name: 'Your session is over' }).waitFor();
    await signIn(zoe, 'zoe@example.com');
    await row(zoe, 'ahead@example.org').waitFor();
    await dialog(zoe).waitFor({ state: 'detached' });
    // Back again: the session began in what is the future now, and goes on.
    await fill('back');
    const back = await stage.restart(ahead, 'sandbox', '--login', '--clock', '2026-01-31T09:10:00Z');
    await send();
    await row(zoe, 'back@example.org').waitFor();
    await visit(zoe, stage, `${back.base}/admin/diagnostics`);
    await zoe.getByText(/the clock was set back/).waitFor();
    await eventually(async () => assert.doesNotMatch(await zoe.locator('main').innerText(), /NaN|Invalid/));
  }],
];
