// Walks through the local server's page in a real browser, as somebody who sees it for the first time: `node walk.mjs STEP`.
// What it needs is in the environment: URL, KEY, CODE, ENTITLEMENT; files are in the current folder. A step that fails leaves
// `failed.png` there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

const { URL: url, KEY: key, CODE: code, ENTITLEMENT: entitlement, BROWSER: browserPath } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// No finding of an automated accessibility check, and nothing beyond the right edge: wide and narrow, light and dark.
async function inspect(page) {
  for (const [width, colorScheme] of [[1600, "light"], [360, "dark"], [1000, "dark"], [360, "light"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (!await page.evaluate(() => Boolean(window.axe))) await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run(document)).violations.map((one) => [one.id, one.nodes[0].html]));
    assert.deepEqual(found, [], `${width} ${colorScheme}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} pixels at ${width}`);
  }
  await page.setViewportSize({ width: 1000, height: 900 });
}

async function saved(page, made, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), made.getByRole("button", { name: "Save as a file" }).click()]);
  await download.saveAs(name);
}

const openAll = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
const give = (place, file) => place.locator("input[type=file]").setInputFiles(file);

const steps = {
  // The server is new: its request token, as a file and as codes.
  async request(page) {
    await page.getByText("This local server was never activated").waitFor();
    await page.getByText("Nothing is hosted here yet").waitFor();
    await inspect(page);
    await page.getByLabel("Activation code").fill(code);
    await page.getByRole("button", { name: "Make the request token" }).click();
    const made = page.locator(".made");
    await saved(page, made, "request.chancery");
    await made.getByRole("button", { name: "Show as QR codes" }).click();
    await made.locator("figure img").evaluate((image) => image.decode());
    await inspect(page);
  },

  // The answer is a picture of its codes; what is none is refused as the server says.
  async activate(page) {
    const form = page.locator("form.take", { hasText: "The vendor's answer" });
    await form.getByLabel("The vendor's answer").fill("nonsense");
    await form.getByRole("button", { name: "Activate" }).click();
    await form.getByRole("alert").getByText("token_malformed").waitFor();
    await give(form, "response.png");
    await form.getByText(/was found|codes were found/).waitFor();
    await form.getByRole("button", { name: "Activate" }).click();
    await page.getByText("Active: products are served.").waitFor();
  },

  // Nothing is changed before it was shown.
  async import(page) {
    const form = page.locator("form.take", { hasText: "An export token" });
    await give(form, "export.chancery");
    await form.getByText("The token was found.").waitFor();
    await form.getByRole("button", { name: "Look at it first" }).click();
    await form.getByText("Nobody loses a seat.").waitFor();
    await page.getByText("Nothing is hosted here yet").waitFor();
    await form.getByRole("button", { name: "Import", exact: true }).click();
    await page.locator(`#${entitlement}`).getByText("0 of 5 seats").waitFor();
  },

  // Five seats are in use, and the sixth was denied to somebody whose name is HTML. Then there shall be three.
  async look(page) {
    const card = page.locator(`#${entitlement}`);
    await card.getByText("5 of 5 seats").waitFor();
    await card.locator("summary").first().click();
    await card.getByText("At most 5 of 5 seats were in use").waitFor();
    await openAll(page);
    const denied = card.locator("tr", { hasText: "seats_exhausted" });
    assert.match(await denied.innerText(), /denied[\s\S]*<b>ws-6<\/b>/);
    assert.equal(await page.locator("main table b").count(), 0);
    await inspect(page);
    await card.getByLabel("Denials only").check();
    assert.equal(await card.locator("table", { hasText: "What happened" }).locator("tbody tr").count(), 1);
    const form = page.locator("form.take", { hasText: "An export token" });
    await give(form, "newer.chancery");
    await form.getByText("The token was found.").waitFor();
    await form.getByRole("button", { name: "Look at it first" }).click();
    await form.getByText("2 seats are lost").waitFor();
    await inspect(page);
    await form.getByRole("button", { name: "Leave it" }).click();
    await card.getByText("5 of 5 seats").first().waitFor();
    await page.getByRole("button", { name: "Make a usage report" }).click();
    await saved(page, page.locator("#vendor .made"), "report.chancery");
  },

  // Given back, by the keyboard alone; then the server's license.
  async return(page) {
    const card = page.locator(`#${entitlement}`);
    await card.locator("summary").first().press("Enter");
    await card.locator("summary", { hasText: "Delete it here" }).press("Enter");
    await card.getByRole("button", { name: "Delete…" }).press("Enter");
    const question = page.getByRole("dialog");
    await question.getByText("5 seats are lost").waitFor();
    await inspect(page);
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await card.getByRole("button", { name: "Delete…" }).press("Enter");
    await question.getByRole("button", { name: "Delete" }).press("Enter");
    await saved(page, page.locator("#entitlements .made"), "return.chancery");
    await page.getByText("Nothing is hosted here yet").waitFor();
    await page.locator("summary", { hasText: "Deactivate this server" }).press("Enter");
    await page.getByRole("button", { name: "Deactivate…" }).press("Enter");
    await question.getByRole("button", { name: "Deactivate" }).press("Enter");
    await page.getByText("This local server was deactivated").waitFor();
    await saved(page, page.locator("#license .made"), "deactivation.chancery");
  },
};

const browser = await chromium.launch({ executablePath: browserPath });
const context = await browser.newContext({ ignoreHTTPSErrors: true, httpCredentials: { username: "admin", password: key } });
const page = await context.newPage();
page.setDefaultTimeout(30000);
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => { if (message.text().includes("Content Security Policy")) faults.push(message.text()); });
page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("blob:" + url)) faults.push(request.url()); });
try {
  await page.goto(url + "/");
  await steps[process.argv[2]](page);
  assert.deepEqual(faults, []);
} catch (error) {
  await page.screenshot({ path: "failed.png", fullPage: true });
  throw error;
} finally {
  await browser.close();
}
