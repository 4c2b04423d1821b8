// What administrators do with rooms, messages, files and tasks, and what they have to see then.

import assert from 'node:assert/strict';
import { NARROW, WIDE, eventually, fits, inBothThemes, inEveryLanguage, isAccessible, tabTo, visit } from './checks.mjs';

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
  await inEveryLanguage(stage, async (admin, code, theme) => {
    await visit(admin, stage, `/admin/${name}`);
    assert.doesNotMatch(await admin.locator('main').innerText(), /content_|page_/, `${name} ${code}: a key instead of words`);
    await inBothThemes(admin, stage, `${name} ${code}`, theme, `admin-${name}-${code}`);
    await DEEPER[name](admin);
    await inBothThemes(admin, stage, `${name} opened ${code}`, theme, `admin-${name}-opened-${code}`);
    await admin.setViewportSize(NARROW);
    await fits(admin, `${name} opened ${code}`);
    await admin.keyboard.press('Escape');
    await fits(admin, `${name} ${code}`);
    await inBothThemes(admin, stage, `${name} ${code} at 320 pixels`, theme, `admin-${name}-320-${code}`);
    assert.equal(await ranScript(admin), false, `${name}: script ran`);
  });
}];

/** How one choice of a list is made by its words. */
const choose = (page, label, words) => page.getByLabel(label, { exact: true }).selectOption({ label: words });

export const scenarios = [
  ...Object.keys(DEEPER).map(accessible),

  ['admin rooms: a group is made, filled, renamed and deleted', async (stage) => {
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, '/admin/rooms');
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
    await eventually(async () => assert.equal(await admin.getByLabel('Role: Alice Nguyễn').inputValue(), 'admin'));
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
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, `/admin/messages?room=${room}`);
    const find = async (words, marked) => {
      await admin.getByLabel('Words').fill(words);
      await admin.getByLabel('Words').press('Enter');
      await admin.locator('mark', { hasText: marked }).first().waitFor();
    };
    await find('会議', '会議');
    await find('dang', 'Đặng');
    await admin.locator('.said-list > li').nth(1).waitFor({ state: 'detached' });
    await admin.getByRole('button', { name: /^As each API shows it/ }).click();
    await admin.locator('.rendering pre').nth(1).waitFor();
    const bodies = await admin.locator('.rendering pre').allTextContents();
    assert.equal(JSON.parse(bodies[0]).body, 'anh Đặng đang ở đây');
    assert.equal(JSON.parse(bodies[1]).text, 'anh Đặng đang ở đây');
    await admin.getByText('Has no words for a message').nth(2).waitFor();
    await stage.picture(admin, 'admin-renderings');
    await admin.keyboard.press('Escape');
    await admin.getByLabel('Words').fill('nothing like this anywhere');
    await admin.getByLabel('Words').press('Enter');
    await admin.getByText('No message is like this.').waitFor();
  }],

  ['admin files: several at once, with progress, given up, tried again, looked at', async (stage) => {
    await group(stage, 'Shelf');
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, '/admin/files');
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
    await admin.locator('.uploads > li').first().waitFor({ state: 'detached' });

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
    const admin = await stage.person({ viewport: WIDE });
    await group(stage, 'Small shelf');
    // The server says how much it takes; here it says little, so that the test needs no large file.
    await admin.route('**/admin/api/files?*', async (route) => {
      const answer = await route.fetch();
      return route.fulfill({ response: answer, json: { ...(await answer.json()), most_bytes: 10 } });
    });
    await visit(admin, stage, '/admin/files');
    await choose(admin, 'Into', 'Small shelf');
    await admin.locator('input[type=file]').setInputFiles([{ name: 'large.txt', mimeType: 'text/plain', buffer: Buffer.from('more than ten bytes') }]);
    await admin.getByText('so it was not sent').waitFor();
    assert.equal(await admin.getByRole('button', { name: 'Try again: large.txt' }).count(), 0);
  }],

  ['admin files: deleted for everybody, by keyboard alone', async (stage) => {
    const room = await group(stage, 'Old shelf');
    const form = new FormData();
    form.append('file', new Blob(['old words']), 'old.txt');
    const { file_id: file } = await chatwork(stage, 'POST', `/rooms/${room}/files`, form);
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, `/admin/files?room=${room}`);
    const ask = async () => {
      await admin.getByRole('button', { name: 'Delete: old.txt' }).focus();
      await admin.keyboard.press('Enter');
      await admin.getByRole('heading', { name: 'Delete old.txt' }).waitFor();
    };
    await ask();
    await admin.getByText("This can't be undone.").waitFor();
    await isAccessible(admin, 'the question before a file is deleted');
    await stage.picture(admin, 'admin-file-delete');
    await admin.keyboard.press('Escape');
    await admin.locator('dialog[open]').waitFor({ state: 'detached' });
    await chatwork(stage, 'GET', `/rooms/${room}/files/${file}`);
    await ask();
    await tabTo(admin, 'Delete');
    await admin.keyboard.press('Enter');
    await admin.getByText('old.txt was deleted.').waitFor();
    await admin.getByText('No file is like this.').waitFor();
    const gone = await fetch(`${stage.base}/v2/rooms/${room}/files/${file}`, { headers: { 'X-ChatWorkToken': TOKEN } });
    assert.equal(gone.status, 404);
  }],

  ['admin tasks: finished and opened again', async (stage) => {
    const room = await group(stage, 'Chores');
    await chatwork(stage, 'POST', `/rooms/${room}/tasks`, { body: 'Water the plants', to_ids: await alice(stage) });
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, `/admin/tasks?room=${room}`);
    await admin.getByRole('button', { name: 'Mark as done: Water the plants' }).click();
    await admin.getByText('The task is done.').waitFor();
    await admin.getByText('No task is like this.').waitFor();
    await choose(admin, 'State', 'Done');
    await admin.getByRole('button', { name: 'Open again: Water the plants' }).click();
    await admin.getByText('The task is open again.').waitFor();
  }],
];
