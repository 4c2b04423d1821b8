// What administrators do with rooms, messages, files and tasks, and what they have to see then.

import assert from 'node:assert/strict';
import axe from 'axe-core';

const LANGUAGES = { en: 'en-GB', ja: 'ja-JP', vi: 'vi-VN', pl: 'pl-PL' };
const THEMES = ['light', 'dark'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const TOKEN = 'sandboxChatworkAlice000000000001';
const LONG = 'W'.repeat(240);
const SCRIPT = '<img src=x onerror="window.ranScript = true">';

/** Asks Chatwork's API as Alice. */
async function chatwork(stage, method, path, fields) {
  const body = fields && (fields instanceof FormData ? fields : new URLSearchParams(fields));
  const answer = await fetch(`${stage.base}/v2${path}`, { method, headers: { 'X-ChatWorkToken': TOKEN }, body });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

const alice = async (stage) => (await chatwork(stage, 'GET', '/me')).account_id;

/** A group of Alice's. */
async function group(stage, name) {
  return (await chatwork(stage, 'POST', '/rooms', { name, members_admin_ids: await alice(stage) })).room_id;
}

/** A group in which everything is script or too long, with a message, a task and a file. */
async function hostile(stage) {
  const room = await group(stage, `${SCRIPT}${LONG.slice(0, 200)}`);
  await chatwork(stage, 'PUT', `/rooms/${room}`, { description: `${SCRIPT}${LONG}` });
  await chatwork(stage, 'POST', `/rooms/${room}/messages`, { body: `${SCRIPT} ${LONG} hostileword` });
  await chatwork(stage, 'POST', `/rooms/${room}/tasks`, { body: `${SCRIPT}${LONG}`, to_ids: await alice(stage) });
  const form = new FormData();
  form.append('file', new Blob(['<script>window.ranScript = true</script>']), `${SCRIPT.replaceAll('/', '')}${LONG.slice(0, 150)}.txt`);
  await chatwork(stage, 'POST', `/rooms/${room}/files`, form);
  return room;
}

async function open(page, stage, name) {
  await page.goto(`${stage.base}/admin/${name}`);
  await page.locator('#page[data-ready]').waitFor();
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
}

async function isAccessible(page, what) {
  // What is being faded in has no colour yet.
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
  const { violations } = await page.evaluate(`${axe.source}; axe.run({ runOnly: ${JSON.stringify(RULES)} })`);
  const said = violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
  assert.deepEqual(said, [], what);
}

async function fits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(over, 0, `${what}: something stands out at the side`);
  const inside = await page.locator('dialog[open]').evaluateAll((dialogs) => dialogs.map((one) => one.scrollWidth - one.clientWidth));
  assert.ok(inside.every((one) => one <= 0), `${what}: something stands out of a dialog`);
}

const ranScript = (page) => page.evaluate(() => window.ranScript === true);

/** What is opened on a page to be looked at, too. */
const DEEPER = {
  rooms: async (page) => {
    await page.locator('td .link').first().click();
    await page.locator('dialog .traits').first().waitFor();
  },
  messages: async (page) => {
    await page.locator('.said-list button').first().click();
    await page.locator('.rendering pre').first().waitFor();
  },
  files: async (page) => {
    await page.locator('td.actions button').first().click();
    await page.locator('dialog .preview, dialog pre').first().waitFor();
  },
  tasks: async () => {},
};

const accessible = (name) => [`admin ${name}: accessible in every language and theme, whatever people wrote`, async (stage) => {
  await hostile(stage);
  for (const [code, locale] of Object.entries(LANGUAGES)) {
    for (const colorScheme of THEMES) {
      const admin = await stage.person({ locale, colorScheme, viewport: { width: 1280, height: 900 } });
      await open(admin, stage, name);
      assert.equal(await admin.evaluate(() => document.documentElement.lang), code);
      assert.doesNotMatch(await admin.locator('main').innerText(), /content_|page_/, `${name} ${code}: a key instead of words`);
      await isAccessible(admin, `${name} ${code} ${colorScheme}`);
      await stage.picture(admin, `admin-${name}-${code}-${colorScheme}`);
      await DEEPER[name](admin);
      await isAccessible(admin, `${name} opened ${code} ${colorScheme}`);
      await stage.picture(admin, `admin-${name}-opened-${code}-${colorScheme}`);
      await admin.setViewportSize({ width: 320, height: 640 });
      await fits(admin, `${name} opened ${code}`);
      await admin.keyboard.press('Escape');
      await fits(admin, `${name} ${code}`);
      await isAccessible(admin, `${name} ${code} ${colorScheme} at 320 pixels`);
      await stage.picture(admin, `admin-${name}-320-${code}-${colorScheme}`);
      assert.equal(await ranScript(admin), false, `${name}: script ran`);
      await admin.context().close();
    }
  }
}];

/** How one choice of a list is made by its words. */
const choose = (page, label, words) => page.getByLabel(label, { exact: true }).selectOption({ label: words });

export const scenarios = [
  ...Object.keys(DEEPER).map(accessible),

  ['admin rooms: a group is made, filled, renamed and deleted', async (stage) => {
    const admin = await stage.person({ viewport: { width: 1280, height: 900 } });
    await open(admin, stage, 'rooms');
    await admin.getByRole('button', { name: 'Make a group' }).click();
    await admin.getByLabel('Name', { exact: true }).fill('Kitchen');
    await admin.getByLabel('Administrator of the group').fill('nobody@example.com');
    await admin.locator('dialog').getByRole('button', { name: 'Make a group' }).click();
    await admin.getByText('Nobody of the organization has this e-mail address.').waitFor();
    await admin.getByLabel('Administrator of the group').fill('alice@example.com');
    await admin.locator('dialog').getByRole('button', { name: 'Make a group' }).click();
    await admin.getByRole('button', { name: 'Kitchen', exact: true }).click();
    await admin.getByRole('button', { name: 'Add a person' }).click();
    await admin.locator('dialog dialog').getByLabel('E-mail').fill('bob@example.com');
    await admin.locator('dialog dialog').getByRole('button', { name: 'Add a person' }).click();
    await admin.getByText('2 people', { exact: true }).waitFor();
    // Nobody would be left who manages it.
    await admin.getByLabel('Role: Alice Nguyễn').selectOption('readonly');
    await admin.getByText('At least one administrator has to remain.').waitFor();
    assert.equal(await admin.getByLabel('Role: Alice Nguyễn').inputValue(), 'admin');
    await admin.getByLabel('Role: Bob 田中').selectOption('admin');
    await admin.getByText('Bob 田中 was saved.').waitFor();
    await admin.getByRole('button', { name: 'Take out: Alice Nguyễn' }).click();
    await admin.locator('dialog dialog').getByRole('button', { name: 'Take out' }).click();
    await admin.getByText('1 person', { exact: true }).waitFor();
    await admin.locator('dialog').getByRole('button', { name: 'Change' }).click();
    await admin.getByLabel('Name', { exact: true }).fill('Galley');
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByRole('button', { name: 'Galley', exact: true }).click();
    await admin.locator('dialog').getByRole('button', { name: 'Delete' }).click();
    await admin.getByRole('heading', { name: 'Delete Galley' }).waitFor();
    await admin.locator('dialog').getByRole('button', { name: 'Delete' }).click();
    await admin.getByText('The group was deleted.').waitFor();
    await admin.getByRole('button', { name: 'Galley', exact: true }).waitFor({ state: 'detached' });
    await admin.getByLabel('Kind').selectOption('direct');
    await admin.locator('td .badge', { hasText: 'Direct' }).first().waitFor();
  }],

  ['admin messages: found by two Japanese characters and without accents, and shown as each API shows it', async (stage) => {
    const room = await group(stage, 'Search of words');
    await chatwork(stage, 'POST', `/rooms/${room}/messages`, { body: '明日は会議室で会いましょう' });
    await chatwork(stage, 'POST', `/rooms/${room}/messages`, { body: 'anh Đặng đang ở đây' });
    const admin = await stage.person({ viewport: { width: 1280, height: 900 } });
    await open(admin, stage, `messages?room=${room}`);
    const find = async (words, marked) => {
      await admin.getByLabel('Words').fill(words);
      await admin.getByLabel('Words').press('Enter');
      await admin.locator('mark', { hasText: marked }).first().waitFor();
    };
    await find('会議', '会議');
    await find('dang', 'Đặng');
    assert.equal(await admin.locator('.said-list > li').count(), 1);
    await admin.getByRole('button', { name: /^As each API shows it/ }).click();
    await admin.locator('.rendering pre').nth(1).waitFor();
    const bodies = await admin.locator('.rendering pre').allTextContents();
    assert.equal(JSON.parse(bodies[0]).body, 'anh Đặng đang ở đây');
    assert.equal(JSON.parse(bodies[1]).text, 'anh Đặng đang ở đây');
    assert.equal(await admin.getByText('Has no words for a message').count(), 3);
    await stage.picture(admin, 'admin-renderings');
    await admin.keyboard.press('Escape');
    await admin.getByLabel('Words').fill('nothing like this anywhere');
    await admin.getByLabel('Words').press('Enter');
    await admin.getByText('No message is like this.').waitFor();
  }],

  ['admin files: several at once, with progress, given up, tried again, looked at', async (stage) => {
    await group(stage, 'Shelf');
    const admin = await stage.person({ viewport: { width: 1280, height: 900 } });
    await open(admin, stage, 'files');
    await admin.getByRole('button', { name: 'Choose files' }).click();
    await admin.getByText('Choose a group first.').waitFor();
    await choose(admin, 'Into', 'Shelf');
    const files = ['one', 'two', 'three'].map((name) => ({ name: `${name}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`words of ${name}`) }));
    await admin.locator('input[type=file]').setInputFiles(files);
    await admin.locator('.uploads .badge.good').nth(2).waitFor();
    await admin.getByRole('button', { name: 'Look at: two.txt' }).click();
    await admin.locator('dialog pre', { hasText: 'words of two' }).waitFor();
    await admin.keyboard.press('Escape');

    // A slow one: given up on its way, then tried again. Requests wait until the test lets them through.
    let letThrough = null;
    await admin.route('**/admin/api/files?*', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await new Promise((resolve) => { letThrough = resolve; });
      return route.continue().catch(() => {});
    });
    await admin.locator('input[type=file]').setInputFiles([{ name: 'slow.txt', mimeType: 'text/plain', buffer: Buffer.from('slow') }]);
    await admin.getByRole('progressbar', { name: 'On its way: slow.txt' }).waitFor();
    await admin.getByRole('button', { name: 'Cancel: slow.txt' }).click();
    await admin.locator('.uploads .badge.warn', { hasText: 'Given up' }).waitFor();
    letThrough();
    await admin.unroute('**/admin/api/files?*');
    await admin.getByRole('button', { name: 'Try again: slow.txt' }).click();
    await admin.locator('.uploads .badge.good').nth(3).waitFor();
    await stage.picture(admin, 'admin-uploads');
    await admin.getByRole('button', { name: 'Clear what is finished' }).click();
    assert.equal(await admin.locator('.uploads > li').count(), 0);

    // Dropped ones go the same way.
    const dropped = await admin.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
      return data;
    });
    await admin.dispatchEvent('.drop', 'drop', { dataTransfer: dropped });
    await admin.getByText('dropped.txt is there.').waitFor();
    // The answer of the list may be the one from before.
    await admin.getByRole('button', { name: 'Look at: dropped.txt' }).waitFor();
    const [download] = await Promise.all([admin.waitForEvent('download'), admin.getByRole('link', { name: 'Download: dropped.txt' }).click()]);
    assert.equal(download.suggestedFilename(), 'dropped.txt');
  }],

  ['admin files: what is too large is not sent at all', async (stage) => {
    const admin = await stage.person({ viewport: { width: 1280, height: 900 } });
    await group(stage, 'Small shelf');
    // The server says how much it takes; here it says little, so that the test needs no large file.
    await admin.route('**/admin/api/files?*', async (route) => {
      const answer = await route.fetch();
      return route.fulfill({ response: answer, json: { ...(await answer.json()), most_bytes: 10 } });
    });
    await open(admin, stage, 'files');
    await choose(admin, 'Into', 'Small shelf');
    await admin.locator('input[type=file]').setInputFiles([{ name: 'large.txt', mimeType: 'text/plain', buffer: Buffer.from('more than ten bytes') }]);
    await admin.getByText('so it was not sent').waitFor();
    assert.equal(await admin.getByRole('button', { name: 'Try again: large.txt' }).count(), 0);
  }],

  ['admin tasks: finished and opened again', async (stage) => {
    const room = await group(stage, 'Chores');
    await chatwork(stage, 'POST', `/rooms/${room}/tasks`, { body: 'Water the plants', to_ids: await alice(stage) });
    const admin = await stage.person({ viewport: { width: 1280, height: 900 } });
    await open(admin, stage, `tasks?room=${room}`);
    await admin.getByRole('button', { name: 'Mark as done: Water the plants' }).click();
    await admin.getByText('The task is done.').waitFor();
    await admin.getByText('No task is like this.').waitFor();
    await choose(admin, 'State', 'Done');
    await admin.getByRole('button', { name: 'Open again: Water the plants' }).click();
    await admin.getByText('The task is open again.').waitFor();
  }],
];
