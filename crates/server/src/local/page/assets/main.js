// The page of a local server (LLS-6): reads all, and shows it.

import { get, post } from "./api.js";
import { at, button, fold, make, outcome, problem, run, say } from "./dom.js";
import { listEntitlements, showEntitlements } from "./entitlements.js";
import { showLicense } from "./license.js";
import { giveToken, takeToken } from "./token.js";

const EVERY = 60000;

// Reads what is shown, and afterwards sets the focus to what changed.
async function again(focus) {
  const [status, entitlements] = await Promise.allSettled([get("/license/status"), listEntitlements()]);
  if (status.status === "fulfilled") showLicense(status.value, entitlements.value || [], again);
  else at("license-body").replaceChildren(problem(status.reason));
  const now = status.status === "fulfilled" ? status.value.now : new Date().toISOString();
  if (entitlements.status === "fulfilled") showEntitlements(entitlements.value, now, again);
  else at("entitlements-body").replaceChildren(problem(entitlements.reason));
  ["license-body", "entitlements-body"].forEach((id) => at(id).removeAttribute("aria-busy"));
  if (focus) at(focus).focus();
}

function showVendor() {
  const place = outcome();
  const report = async () => {
    const made = await get("/report");
    place.show(giveToken({
      title: "The usage report", what: "usage report of a local server", token: made.token, name: "usage-report",
      next: "Carry it to the vendor. It says what is in use here, and which export tokens were imported.",
    }));
  };
  at("vendor-body").replaceChildren(
    make("p", {}, "The vendor learns by a report what is in use here, and that its latest tokens have arrived."),
    make("div", { class: "row" }, button("Make a usage report", place, report)), place.element,
    other("Rebind to this machine", "A rebind token of the vendor", "If the machine that this server was bound to is dead.", "/rebind", "Bound to this machine"),
    other("Newer trust bundle", "The vendor's trust bundle", "With the vendor's present keys, and those that it revoked.", "/trust-bundle", "The trust bundle was taken"));
}

function other(title, label, hint, path, done) {
  return fold(title, takeToken({
    label, hint, submit: "Apply",
    work: async (token, place, clear) => {
      await post(path, { token });
      clear();
      place.show(make("p", { class: "standing good" }, done + "."));
      say(done);
      await again();
    },
  }));
}

// Only the numbers: whoever is about to paste something keeps what is there.
function isIdle() {
  const fields = [...document.querySelectorAll("textarea, input:not([type=checkbox])")];
  const open = document.querySelector("dialog[open], details[open], .made, .panel .outcome > *");
  return document.visibilityState === "visible" && !open && fields.every((field) => !field.value || field.value === field.defaultValue);
}

const place = outcome();
at("again").after(place.element);
at("again").addEventListener("click", () => run(at("again"), place, async () => {
  await again();
  say("Read again");
}));
// What is dropped beside a field must not make the browser leave the page.
["dragover", "drop"].forEach((name) => window.addEventListener(name, (event) => event.preventDefault()));
showVendor();
again();
setInterval(() => { if (isIdle()) again(); }, EVERY);
