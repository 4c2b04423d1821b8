// What administrators do with their page, and what they have to see then.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WIDE, accessible, eventually, fits, inEveryLanguage, isAccessible, open, showsAllColumns, tabTo, visit } from './checks.mjs';
import { administrator, command, office, oneTimeCode, signIn } from './offices.mjs';

const PAGES = ['users', 'organizations', 'sessions', 'tokens', 'places'];
/** Pages whose accessible trees are kept. */
const TOLD = [
  ...PAGES, 'meetings', 'settings', 'overview', 'rooms', 'messages', 'files', 'tasks', 'requests', 'outbox', 'audit', 'backups', 'diagnostics',
];
const STARTED = '2026-01-31T09:00:00Z';
const MANY = 10_000;
/** Requests of a script that are under way at the same time. */
const AT_ONCE = 50;
/** Tokens of a list of a few pages. */
const FEW = 120;
/** How much longer turning a page of a long list may take than three times one of a short list, in milliseconds. A busy machine is slow with both. */
const MORE_MS = 1_000;

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog[open]').last();
const row = (page, words) => page.locator('tbody tr', { hasText: words });
/** The page is drawn, and its list is the newest. */
const settled = (page) => page.locator('#main .table-box, #main .nothing').first().waitFor();

/** Whether the Chatwork API takes a token: its status. */
const statusOf = async (base, token) => (await fetch(`${base}/v2/me`, { headers: { 'X-ChatWorkToken': token } })).status;

/** What differs from run to run, from machine to machine and from version to version: ports, folders, room on the disk, the schema. */
const constant = (told) => VARYING.reduce((text, [pattern, word]) => text.replace(pattern, word), told);
const VARYING = [
  [/127\.0\.0\.1:\d+/g, 'HOST'], [/\/\S+\/data\b/g, 'FOLDER'], [/\d[\d.,]*\s[KMGT]iB\b|\d+ bytes?\b/g, 'SIZE'],
  [/\d[\d.,]* ms\b/g, 'TIME'], [/\bnow\b|\d+ seconds? ago/g, 'JUST NOW'], [/Mozilla\/5\.0[^"\n]*Safari\/[\d.]+/g, 'BROWSER'], [/(Signature|request_id)=[\w-]+/g, '$1=SECRET'],
  [/\bNumber \d+(?=, which this version knows)/g, 'Number SCHEMA'],
];

/** Compares what readers of the screen are told with what was accepted. */
function isAsKept(name, told) {
  const place = join(process.env.ARIA, `${name}.yml`);
  if (process.env.UPDATE) {
    mkdirSync(process.env.ARIA, { recursive: true });
    writeFileSync(place, `${told}\n`);
  }
  const kept = existsSync(place) ? readFileSync(place, 'utf8').trim() : '';
  assert.equal(told, kept, `${name} tells readers of the screen something else; UPDATE=1 accepts it`);
}

/** Makes so many tokens, as a script does. */
async function makeTokens(call, many) {
  await Promise.all([...Array(AT_ONCE).keys()].map(async (first) => {
    for (let number = first; number < many; number += AT_ONCE) await call('POST', '/tokens', { dialect: 'cam', name: `Robot ${number}`, reason: 'a test' });
  }));
}

/** Turns the pages of a server's list of tokens; gives the time of the quickest one, in milliseconds. */
async function turnPages(admin, stage, base) {
  await visit(admin, stage, `${base}/admin/tokens`);
  const times = [];
  for (let page = 1; page <= 2; page += 1) {
    const before = Date.now();
    await button(admin, 'Next').click();
    await admin.getByText(new RegExp(`^${page * 50 + 1} to \\d+ of`)).waitFor();
    await admin.locator('.read[aria-busy="false"]').waitFor();
    times.push(Date.now() - before);
  }
  return Math.min(...times);
}

export const scenarios = [
  ...PAGES.map((name) => accessible(name, settled)),

  ['administration: no column of any page is out of sight at 1280 pixels', async (stage) => {
    const { base } = await stage.server('sandbox');
    await statusOf(base, 'sandboxChatworkAlice000000000001');
    const call = await administrator(base);
    // When and from where a token was used takes room, too.
    await eventually(async () => assert.ok((await call('GET', '/tokens')).items.some((one) => one.used_address)));
    await inEveryLanguage(stage, async (admin, code) => {
      for (const name of TOLD) {
        await visit(admin, stage, `${base}/admin/${name}`);
        await showsAllColumns(admin, `${name} ${code}`);
      }
    });
  }],

  ['administration: what readers of the screen are told', async (stage) => {
    const { base } = await stage.server('sandbox', '--ids', 'seed:1', '--clock', STARTED);
    const admin = await stage.person({ timezoneId: 'UTC' });
    await admin.clock.setFixedTime(STARTED);
    await fetch(`${base}/v2/me`, { headers: { 'X-ChatWorkToken': 'sandboxChatworkAlice000000000001' } });
    await visit(admin, stage, `${base}/admin/sessions`);
    const call = await administrator(base);
    // Last uses are written down every ten seconds.
    await eventually(async () => assert.ok((await call('GET', '/sessions')).items.every((one) => one.address)));
    for (const name of TOLD) {
      await visit(admin, stage, `${base}/admin/${name}`);
      isAsKept(name, constant(await admin.locator('main').ariaSnapshot()));
    }
  }],

  ['administration: a new office is set up by its one-time address, and the first line works', async (stage) => {
    const place = await office(stage);
    const address = command(place, ['setup-url']).trim();
    const admin = await stage.person();
    await open(admin, stage, `${place.base}/admin`);
    await admin.getByText('crosstalk setup-url', { exact: true }).waitFor();
    await isAccessible(admin, 'the page without a key');
    await open(admin, stage, `${place.base}/admin#k=worthless`);
    await admin.getByText('This address was used already or is older than half an hour.').waitFor();
    await isAccessible(admin, 'a worthless address');
    await stage.picture(admin, 'admin-setup-worthless');
    // The same page with another key behind it: the browser loads nothing anew.
    await open(admin, stage, address);
    await button(admin, 'Set up').click();
    await admin.getByText("This can't be left out. Fill it in or choose.").waitFor();
    assert.equal(await admin.locator('[aria-invalid="true"]').getAttribute('name'), 'organization', 'the first field that is empty');
    await stage.picture(admin, 'admin-setup-empty');
    await isAccessible(admin, 'the form that sets up');
    const fields = { Organization: 'Northwind', 'Your name': 'Zażółć Gęślą', 'E-mail': 'zoe@example.org', Password: 'correct horse battery' };
    for (const [label, value] of Object.entries(fields)) await admin.getByLabel(label, { exact: true }).fill(value);
    await admin.getByLabel('Password', { exact: true }).fill('short');
    await button(admin, 'Set up').click();
    await admin.getByText('A password has 8 to 1000 characters.', { exact: true }).waitFor();
    await admin.getByLabel('Password', { exact: true }).fill(fields.Password);
    await stage.picture(admin, 'admin-setup');
    await button(admin, 'Set up').click();
    await admin.getByRole('heading', { name: 'The server is set up' }).waitFor();
    await isAccessible(admin, 'the first token');
    await stage.picture(admin, 'admin-setup-done');
    const line = await admin.locator('.code pre').last().textContent();
    const said = execFileSync('bash', ['-c', `${line} -s`], { encoding: 'utf8' });
    assert.equal(JSON.parse(said).name, 'Zażółć Gęślą');
    await button(admin, 'To the administration page').click();
    await admin.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await open(admin, stage, `${place.base}/admin/tokens`);
    await row(admin, 'zoe@example.org').or(row(admin, 'Zażółć Gęślą')).first().waitFor();
    const late = await stage.person();
    await open(late, stage, address);
    await late.getByRole('heading', { name: 'Sign in to Crosstalk' }).waitFor();
    await isAccessible(late, 'signing in');
    await stage.picture(late, 'admin-sign-in');
    const wrong = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'zoe@example.org', password: 'a wrong password' }) };
    for (let tries = 0; tries < 5; tries += 1) await fetch(`${place.base}/admin/api/session`, wrong);
    await late.getByLabel('E-mail', { exact: true }).fill('zoe@example.org');
    await late.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await button(late, 'Sign in').click();
    await late.getByText(/^Too many tries\. Wait [1-9]\d* seconds, then try again\.$/).waitFor();
  }],

  ['administration: a person is erased after a choice, and the page says when that is over', async (stage) => {
    const { base } = await office(stage, 'zoe@example.org');
    const call = await administrator(base, 'zoe@example.org');
    await call('POST', '/users', { email: 'kim@example.org', name: 'Kim Park' });
    const admin = await stage.person({ viewport: { width: 1280, height: 800 } });
    await open(admin, stage, `${base}/admin/users`);
    await signIn(admin, 'zoe@example.org');
    await button(admin, 'Erase: Kim Park').click();
    await button(dialog(admin), 'Erase').click();
    await dialog(admin).getByText("This can't be left out. Fill it in or choose.").waitFor();
    await isAccessible(admin, 'what becomes of what somebody wrote');
    await stage.picture(admin, 'admin-erase');
    await dialog(admin).getByLabel('Stays, under the name').check();
    await button(dialog(admin), 'Erase').click();
    await admin.getByRole('status').getByText('Kim Park is erased. Nothing more is to be done.').waitFor();
    await stage.picture(admin, 'admin-erased');
  }],

  ['administration: a check of the database says before and after what is known', async (stage) => {
    const { base } = await stage.server('sandbox');
    const admin = await stage.person({ viewport: WIDE });
    await visit(admin, stage, `${base}/admin/diagnostics`);
    assert.equal(await admin.getByText('Not looked through since the server started.').count(), 2, 'the database and the audit log');
    await button(admin, 'Check the database').click();
    await row(admin, 'It is whole.').waitFor();
    // What just began is not ahead, however long the server's answer took to say what time it is there.
    assert.doesNotMatch(await admin.locator('.work').textContent(), /Began in/);
    assert.match(await row(admin, 'Disk').textContent(), /\d\.\d\s[MGT]iB of \d+\.\d\s[MGT]iB/);
  }],

  ['administration: a token by keyboard alone, from the first call to the refusal', async (stage) => {
    const admin = await stage.person({ viewport: WIDE });
    await open(admin, stage, '/admin/tokens');
    await settled(admin);
    await tabTo(admin, 'Make a token');
    await admin.keyboard.press('Enter');
    await dialog(admin).waitFor();
    await tabTo(admin, 'Acts as');
    await admin.keyboard.type('bob@example.com');
    await tabTo(admin, 'Name');
    await admin.keyboard.type('Only by keys');
    await isAccessible(admin, 'the form of a token');
    await stage.picture(admin, 'admin-token-form');
    await admin.keyboard.press('Enter');
    await admin.getByRole('heading', { name: 'The token was made' }).waitFor();
    await isAccessible(admin, 'the secret');
    await stage.picture(admin, 'admin-token-made');
    const secret = await dialog(admin).locator('.code pre').first().textContent();
    assert.equal(await statusOf(stage.base, secret), 200);
    await admin.keyboard.press('Escape');
    assert.equal(await dialog(admin).count(), 1, 'a secret that is shown once does not go by a slip');
    await tabTo(admin, 'I have kept it');
    await admin.keyboard.press('Enter');
    await row(admin, 'Only by keys').waitFor();
    await tabTo(admin, 'Revoke: Only by keys');
    await admin.keyboard.press('Enter');
    await dialog(admin).waitFor();
    await tabTo(admin, 'Revoke');
    await admin.keyboard.press('Enter');
    await admin.getByText('1 token is revoked.').waitFor();
    await row(admin, 'Only by keys').waitFor({ state: 'detached' });
    assert.equal(await statusOf(stage.base, secret), 401);
  }],

  ['administration: a session that ends in the middle of a form loses nothing typed', async (stage) => {
    const place = await office(stage, 'alice@example.org', 'bob@example.org');
    const alice = await stage.person();
    await open(alice, stage, `${place.base}/admin/users`);
    await signIn(alice, 'alice@example.org');
    await button(alice, 'Add a person').click();
    await alice.getByLabel('Name', { exact: true }).fill('Chiara Löwe');
    await alice.getByLabel('E-mail', { exact: true }).fill('chiara@example.org');
    const bob = await administrator(place.base, 'bob@example.org');
    const { items } = await bob('GET', '/sessions');
    await bob('DELETE', `/sessions/${items.find((one) => !one.is_own).id}`);
    await dialog(alice).getByRole('button', { name: 'Add a person' }).click();
    await alice.getByRole('heading', { name: 'Your session is over' }).waitFor();
    await isAccessible(alice, 'signing in again');
    await stage.picture(alice, 'admin-sign-in-again');
    await signIn(alice, 'alice@example.org');
    await row(alice, 'chiara@example.org').waitFor();
    await dialog(alice).waitFor({ state: 'detached' });
    assert.equal((await bob('GET', '/users?q=chiara')).items[0].name, 'Chiara Löwe');
  }],

  ['administration: one-time codes are set up and asked for, and a recovery code helps once', async (stage) => {
    const place = await office(stage, 'alice@example.org');
    const alice = await stage.person();
    await open(alice, stage, `${place.base}/admin/sessions`);
    await signIn(alice, 'alice@example.org');
    await button(alice, 'Set one-time codes up').click();
    const key = await dialog(alice).locator('.code pre').textContent();
    await dialog(alice).getByRole('img', { name: 'QR code of the key' }).waitFor();
    await isAccessible(alice, 'the key');
    await stage.picture(alice, 'admin-codes-key');
    await alice.getByLabel('First code').fill('000000');
    await button(alice, 'Go on').click();
    await alice.locator('[aria-invalid="true"]').waitFor();
    await alice.getByLabel('First code').fill(oneTimeCode(key));
    await button(alice, 'Go on').click();
    await alice.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    const [recovery] = (await dialog(alice).locator('.code pre').textContent()).split('\n');
    await stage.picture(alice, 'admin-recovery-codes');
    await button(alice, 'I have kept it').click();
    await alice.getByText('10 recovery codes are left').waitFor();
    for (const [code, isTaken] of [[oneTimeCode(key, 1), true], [recovery, true], [recovery, false]]) {
      const again = await stage.person();
      await open(again, stage, `${place.base}/admin/sessions`);
      await signIn(again, 'alice@example.org', code);
      if (isTaken) await again.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
      else await again.getByText('the password or the code is wrong').waitFor();
    }
  }],

  ['administration: two administrators revoke the same token at once', async (stage) => {
    const call = await administrator(stage.base);
    await call('POST', '/tokens', { dialect: 'cam', name: 'Wanted by two', reason: 'a test' });
    const two = [await stage.person(), await stage.person()];
    for (const one of two) {
      await open(one, stage, '/admin/tokens');
      await button(one, 'Revoke: Wanted by two (a test)').click();
    }
    await Promise.all(two.map((one) => button(dialog(one), 'Revoke').click()));
    for (const one of two) {
      await row(one, 'Wanted by two').waitFor({ state: 'detached' });
      await dialog(one).waitFor({ state: 'detached' });
    }
  }],

  ['administration: two tabs change the same person', async (stage) => {
    const call = await administrator(stage.base);
    await call('POST', '/users', { name: 'Two Tabs', email: 'tabs@example.com', role: 'member' });
    const first = await stage.person();
    const second = await stage.tab(first);
    for (const tab of [first, second]) {
      await open(tab, stage, '/admin/users');
      await button(tab, 'Change: Two Tabs').click();
    }
    await first.getByLabel('Role', { exact: true }).selectOption('admin');
    await dialog(first).getByRole('button', { name: 'Save' }).click();
    await row(first, 'Manages the organization').filter({ hasText: 'Two Tabs' }).waitFor();
    await second.getByLabel('Name', { exact: true }).fill('Two Names');
    await dialog(second).getByRole('button', { name: 'Save' }).click();
    await row(second, 'Two Names').waitFor();
    const { items: [person] } = await call('GET', '/users?q=tabs@example.com');
    assert.deepEqual([person.name, person.role], ['Two Names', 'admin'], 'who did not touch the role leaves it');
  }],

  [`administration: a list of ${MANY} tokens`, async (stage) => {
    const { base } = await stage.server('sandbox');
    await makeTokens(await administrator(base), MANY);
    await makeTokens(await administrator(stage.base), FEW);
    const admin = await stage.person();
    const short = await turnPages(admin, stage, stage.base);
    const long = await turnPages(admin, stage, base);
    assert.ok(long < 3 * short + MORE_MS, `a page took ${long} ms, and one of a short list ${short} ms`);
    await admin.getByLabel('Search').fill('Robot 9999');
    await admin.getByText('1 entry').waitFor();
    await eventually(async () => assert.equal(await admin.locator('tbody tr').count(), 1));
  }],

  ['administration: what people wrote is shown as it is, however hostile or long', async (stage) => {
    const { base } = await stage.server('sandbox');
    const call = await administrator(base);
    const names = ['<script>alert(1)</script>', `${'W'.repeat(90)}`, '‮محمد بن عبدالله‬ <b>bold</b>', '{{constructor}} ${alert(1)} "quoted" \'single\' &amp;'];
    const { items: [{ slug: organization }] } = await call('GET', '/organizations');
    for (const [place, name] of names.entries()) {
      await call('POST', '/users', { name, email: `hostile${place}${'x'.repeat(40)}@example.com`, role: 'member', organization });
      await call('POST', '/tokens', { organization, dialect: 'cam', name: `${name} ${place}`, reason: 'a test' });
      await call('POST', '/organizations', { slug: `hostile-${place}`, name, time_zone: 'Asia/Tokyo', language: 'ja' });
      await call('POST', '/places', { name, group: name, memo: name, capacity: 3, organization });
    }
    for (const [width, height] of [[1280, 900], [320, 640]]) {
      const admin = await stage.person({ viewport: { width, height } });
      for (const name of PAGES) {
        await open(admin, stage, `${base}/admin/${name}`);
        await settled(admin);
        if (name !== 'sessions') await admin.locator('#main').getByText('<script>alert(1)</script>').first().waitFor();
        await fits(admin, `${name} at ${width}`);
        await isAccessible(admin, `${name} at ${width}, hostile words`);
        await stage.picture(admin, `admin-hostile-${name}-${width}`);
      }
      assert.equal(await admin.locator('main script, main b').count(), 0);
    }
  }],
];
