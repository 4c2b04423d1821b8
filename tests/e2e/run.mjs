// Starts a browser and a sandbox for each of two hands that take one scenario after the other, prints a line for each.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { scenarios as ofMeetings } from './scenarios.mjs';
import { scenarios as ofReference } from './reference.mjs';
import { scenarios as ofAdminContent } from './admin-content.mjs';
import { scenarios as ofWatching } from './admin-watch.mjs';
import { scenarios as ofAdministration } from './admin.mjs';
import { scenarios as ofConferenceRooms } from './admin-meetings.mjs';
import { scenarios as ofTrust } from './trust.mjs';
import { scenarios as ofClocks } from './admin-clocks.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PATIENCE_MS = 30_000;
/** Scenarios at the same time. */
const HANDS = 2;

/** Servers end with this program, also when somebody breaks it off. */
const running = new Set();
process.on('exit', () => running.forEach((server) => server.kill()));

/** A server with a folder of its own: `kind` is the command with its flags. `again` ends it and starts it anew at the same place, with other flags. */
async function serve(...kind) {
  return start(mkdtempSync(join(tmpdir(), 'crosstalk-e2e-')), kind);
}

async function start(folder, kind, listen = '127.0.0.1:0') {
  const [ready, data] = [join(folder, 'ready.json'), join(folder, 'data')];
  rmSync(ready, { force: true });
  const args = ['-q', ...kind, '--listen', listen, '--ready-file', ready, '--data', data];
  const server = spawn(process.env.CROSSTALK, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(server);
  server.once('exit', () => running.delete(server));
  const deadline = Date.now() + PATIENCE_MS;
  while (!existsSync(ready)) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error(`crosstalk ${kind.join(' ')} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const end = async () => {
    const ended = server.exitCode === null && new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  };
  const stop = async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
  const [base, secure] = JSON.parse(readFileSync(ready, 'utf8')).listen;
  const again = async (...other) => {
    await end();
    return start(folder, other, new URL(base).host);
  };
  return { stop, again, data, base, secure };
}

/** Where a scenario gets its people from: each has a browser of their own. */
class Stage {
  #contexts = [];
  #servers = [];
  errors = [];

  constructor(browser, base, shots) {
    this.browser = browser;
    this.base = base;
    this.shots = shots;
  }

  /** Somebody with a fresh browser. */
  async person(options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1100, height: 720 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    this.#watch(page);
    return page;
  }

  /** Another tab of the same browser. */
  async tab(page) {
    const other = await page.context().newPage();
    this.#watch(other);
    return other;
  }

  #watch(page) {
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      // A refusal is an answer with a status; the browser reports it, and the page shows it.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) this.errors.push(message.text());
    });
    page.on('request', (request) => {
      const isOurs = [this, ...this.#servers].some(({ base, secure }) => [base, secure].some((own) => own && request.url().startsWith(`${own}/`)));
      if (!isOurs && /^http/.test(request.url())) this.errors.push(`loaded from elsewhere: ${request.url()}`);
    });
  }

  /** A server for this scenario alone. */
  async server(...kind) {
    return this.#keep(await serve(...kind));
  }

  /** Ends such a server and starts it anew on what it wrote, with other flags. */
  async restart(server, ...kind) {
    this.#servers = this.#servers.filter((other) => other !== server);
    return this.#keep(await server.again(...kind));
  }

  #keep(server) {
    this.#servers.push(server);
    return server;
  }

  async picture(page, name) {
    if (this.shots) await page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  async clear() {
    for (const context of this.#contexts) await context.close();
    this.#contexts = [];
    for (const server of this.#servers) await server.stop();
    this.#servers = [];
  }
}

const browser = await chromium.launch({
  executablePath: BROWSERS.find(existsSync),
  // Names lead nowhere: what the pages need has to come from this machine.
  args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
});
if (process.env.SHOTS) mkdirSync(process.env.SHOTS, { recursive: true });
const scenarios = [...ofMeetings, ...ofReference, ...ofAdministration, ...ofAdminContent, ...ofWatching, ...ofConferenceRooms, ...ofClocks, ...ofTrust];
const words = process.argv.slice(2);
const waiting = scenarios.filter(([name]) => !words.length || words.some((word) => name.includes(word)));
let failed = 0;

/** Runs one scenario after the other, as long as some wait, against a sandbox that no other hand has. */
async function work() {
  const sandbox = await serve('sandbox');
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, scenario] = next;
    const stage = new Stage(browser, sandbox.base, process.env.SHOTS);
    const began = performance.now();
    try {
      await scenario(stage);
      if (stage.errors.length) throw new Error(stage.errors.join('\n'));
      console.log(`ok      ${name} (${seconds(began)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name} (${seconds(began)} s)\n${error.stack}`);
    }
    await stage.clear();
  }
  await sandbox.stop();
}

const seconds = (began) => ((performance.now() - began) / 1000).toFixed(1);

await Promise.all([...Array(HANDS)].map(work));
await browser.close();
process.exit(failed ? 1 : 0);
