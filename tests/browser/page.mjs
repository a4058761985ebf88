// The page of a run in a real headless Chromium: offline, by its content security policy, against the CSV files, by pointer
// and keyboard, without scripts, and by the rules of accessibility. Usage: node page.mjs SHIPBACK FOLDER
import { execFileSync } from "node:child_process";
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const [program, work] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));

/** Runs the program; its page's address. */
function made(name, ...args) {
  const out = join(work, name);
  execFileSync(program, ["run", ...args, "--quiet", "--no-charts", "--out", out], { stdio: "inherit" });
  assert.ok(statSync(join(out, "report.html")).size < 2 * 1024 * 1024, `${name}: the page is under 2 MiB`);
  return out;
}

/** The rows of a CSV file. */
function csv(path) {
  const rows = [];
  let row = [], field = "", quoted = false;
  const text = readFileSync(path, "utf8");
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[at + 1] === '"') { field += '"'; at++; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") { row.push(field); field = ""; }
    else if (c === "\n") { row.push(field); rows.push(row); row = []; field = ""; }
    else if (c !== "\r") field += c;
  }
  const [heads, ...rest] = rows;
  return rest.map((fields) => Object.fromEntries(heads.map((head, place) => [head, fields[place]])));
}

/** What a number is shown as, back as a number. */
function shown(text, value, what) {
  const number = Number(text.replace(/[,+ ]|%|d$|h$/g, "").replace(/^[<>]/, ""));
  if (/^[<>]/.test(text)) return;
  const isPercent = text.includes("%") || (value <= 1 && number > 1.5);
  const wanted = value * (isPercent ? 100 : 1);
  const decimals = (text.match(/\.(\d+)/)?.[1] ?? "").length;
  assert.ok(Math.abs(wanted - number) <= 0.5 * 10 ** -decimals * 1.001, `${what}: ${text} shows ${value}`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** A page that may ask nobody for anything and must not complain. */
async function open(folder, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(join(folder, "report.html")).href;
  page.on("console", (message) => assert.fail(`console: ${message.text()}`));
  page.on("pageerror", (error) => assert.fail(`error: ${error.message}`));
  page.on("request", (request) => assert.equal(request.url(), address, "no request but the page itself"));
  await page.goto(address);
  return page;
}

async function numbers(folder, least) {
  const page = await open(folder);
  const rows = new Map(csv(join(folder, "summary.csv")).map((row) => [row.metric + "|" + row.by, row]));
  const found = await page.$$eval("[data-metric]", (all) => all.map((one) => ({ ...one.dataset, text: one.textContent })));
  let moves = null;
  if (found.some((one) => one.metric === "moves") && existsSync(join(folder, "events.csv"))) {
    const measured = new Set(csv(join(folder, "jobs.csv")).filter((job) => job.measured === "true").map((job) => job.job));
    moves = new Map();
    for (const event of csv(join(folder, "events.csv"))) {
      if (!measured.has(event.object) || event.from === event.to) continue;
      const name = event.from + ">" + event.to;
      moves.set(name, (moves.get(name) ?? 0) + 1);
    }
  }
  let held = 0;
  for (const { metric, by, column, value, text } of found) {
    const what = `${metric}[${by}].${column}`;
    if (metric === "moves") {
      if (moves) { assert.equal(Number(value), moves.get(by), what); held++; }
    } else {
      assert.equal(value, rows.get(metric + "|" + by)?.[column], what);
      held++;
    }
    shown(text, Number(value), what);
  }
  assert.ok(held >= least, `${held} numbers were held against the CSV files`);
  await page.context().close();
  return held;
}

async function behaviour(folder) {
  const page = await open(folder);
  const policy = await page.getAttribute("meta[http-equiv]", "content");
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
  assert.doesNotMatch(policy, /unsafe/);
  // The answer stands in the first screen.
  const box = await page.locator(".answer").boundingBox();
  assert.ok(box.y + box.height < 900, "the answer is on the first screen");
  // Filter.
  const visible = () => page.locator("details.job:visible").count();
  const whole = await visible();
  assert.ok(whole > 20 && whole <= 100, `${whole} jobs`);
  await page.selectOption("#filter [name=outcome]", "closed");
  const closed = await visible();
  assert.ok(closed > 0 && closed < whole);
  assert.equal(await page.locator("details.job:visible:not([data-outcome=closed])").count(), 0);
  assert.match(await page.textContent("#count"), new RegExp(`^${closed} of ${whole} `));
  await page.click("#filter [type=reset]");
  await page.waitForFunction((whole) => document.getElementById("count").textContent.startsWith(`${whole} of`), whole);
  await page.selectOption("#filter [name=order]", "took");
  const took = await page.$$eval("details.job", (jobs) => jobs.map((job) => Number(job.dataset.took)));
  assert.deepEqual(took, [...took].sort((a, b) => b - a));
  // A life, by keyboard.
  const job = page.locator("details.job").first();
  await job.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await job.evaluate((one) => one.open));
  assert.ok(await job.locator(".life tbody tr").count() > 1);
  assert.match(await job.locator("p code").textContent(), /^shipback trace baseline /);
  // Hover, and the arrows on a chart with the focus.
  await job.locator("svg rect[data-tip]").first().hover();
  assert.match(await page.textContent("#tip"), /, by J1: Put Job creates a job/);
  await job.locator(".scroll").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.ok(await page.isVisible("#tip"));
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#tip"));
  // Zoom.
  const svg = page.locator("#flow svg");
  const before = (await svg.boundingBox()).width;
  await page.locator("#flow .tools button").first().click();
  assert.ok((await svg.boundingBox()).width > before * 1.4);
  await page.context().close();
}

async function withoutScripts(folder) {
  const page = await open(folder, { javaScriptEnabled: false });
  for (const what of [".answer", "#answer table", "#answer svg", "#flow svg", "#rules table", "#jobs summary"]) {
    assert.ok(await page.locator(what).first().isVisible(), `${what} is readable without scripts`);
  }
  assert.ok(await page.isHidden("#filter"));
  await page.locator("details.job summary").first().click();
  assert.ok(await page.locator("details.job .life").first().isVisible());
  await page.context().close();
}

async function accessibility(folder) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(folder, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      await page.locator("details.job summary").first().click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `the page is ${wide} px wide in ${width}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const bad = violations.filter((one) => ["serious", "critical"].includes(one.impact));
      assert.deepEqual(bad.map((one) => [one.id, one.nodes.slice(0, 5).map((node) => node.html.slice(0, 160))]), [], `${width} px, ${colorScheme}`);
      await page.context().close();
    }
  }
}

async function markup(folder) {
  const page = await open(folder);
  assert.equal(await page.title().then((title) => title.includes("pwned")), false);
  assert.match(await page.textContent("h1"), /<script>document\.title='pwned'<\/script> & "quoted" 'text'/);
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 1);
  assert.ok((await page.textContent("#again pre")).includes("</pre></details><script>alert(1)</script>"));
  assert.ok((await page.textContent("#again code")).endsWith("--set 'customer.reached=0.5' --until 50d"));
  await page.context().close();
}

try {
  const baseline = made("baseline", "--log", "events");
  console.log(`${await numbers(baseline, 250)} numbers equal the CSV files`);
  await behaviour(baseline);
  await withoutScripts(baseline);
  await accessibility(baseline);
  const evil = ["--set", "customer.reached=0.5", "--until", "50d"];
  await markup(made("evil", join(here, "evil.toml"), ...evil));
  const many = made("many", "scenarios/tiny.toml", "--replications", "4", "--log", "events");
  console.log(`${await numbers(many, 100)} numbers of replications equal the CSV files`);
  console.log("the page works in Chromium");
} finally {
  await browser.close();
}
