// What is hosted here: imported, looked at, given back (EXP-3…8).

import { Problem, get, post, remove } from "./api.js";
import { ask, at, button, facts, fold, fromNow, instant, make, newId, outcome, problem, run, say, table } from "./dom.js";
import { usageChart } from "./chart.js";
import { activations, log, seat } from "./seats.js";
import { giveToken, takeToken } from "./token.js";

// All of them: a server hosts few.
export async function listEntitlements() {
  const all = [];
  let cursor = null;
  do {
    const page = await get("/entitlements?limit=100" + (cursor ? "&cursor=" + encodeURIComponent(cursor) : ""));
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

// `again` reads the whole page again; what is in `results` stays.
const results = make("div");

export function showEntitlements(all, now, again) {
  const open = new Set([...document.querySelectorAll("details.entitlement[open]")].map((one) => one.id));
  const cards = all.map((one) => card(one, now, again, open.has(one.id)));
  const none = make("p", { class: "empty" }, "Nothing is hosted here yet. The vendor exports an entitlement to this server and gives you a token: import it here.");
  at("entitlements-body").replaceChildren(results, ...(cards.length ? cards : [none]), importing(again, !cards.length), deletedBefore());
}

function card(one, now, again, isOpen) {
  const used = make("span", { class: one.status === "active" || one.status === "grace" ? "" : "bad" }, one.status);
  const meter = make("meter", { min: 0, max: Math.max(1, one.seats), value: one.seatsUsed, "aria-label": "Seats in use" });
  const body = make("div");
  const element = make("details", { class: "entitlement", id: one.id },
    make("summary", {}, make("b", {}, one.sku), make("span", { class: "row" }, meter, `${one.seatsUsed} of ${one.seats} seats`), used), body);
  element.addEventListener("toggle", () => {
    if (element.open && !body.hasChildNodes()) open(one, now, again, body);
  });
  element.open = isOpen;
  return element;
}

async function open(one, now, again, body) {
  body.replaceChildren(make("p", { class: "soft" }, "Reading…"));
  const path = "/entitlement/" + encodeURIComponent(one.id);
  try {
    const [usage, seats, events] = await Promise.all([get(path + "/usage"), activations(path), log(path)]);
    body.replaceChildren(about(one, now), usageChart(withNow(usage.hours, one, now), now), fold("Activations", seats), fold("Log", events), deleting(one, path, again));
  } catch (error) {
    body.replaceChildren(problem(error));
  }
}

// The present hour is measured now and then: what is in use at this moment counts too.
function withNow(hours, one, now) {
  const hour = now.slice(0, 13) + ":00:00Z";
  const last = hours[hours.length - 1];
  const isMeasured = last && new Date(last.hour).getTime() === new Date(hour).getTime();
  const before = isMeasured ? hours.slice(0, -1) : hours;
  const present = { hour, seats: one.seats, seatsUsed: one.seatsUsed, denials: 0, ...(isMeasured ? last : {}) };
  return [...before, { ...present, seatsUsed: Math.max(present.seatsUsed, one.seatsUsed) }];
}

function about(one, now) {
  const ends = (instantText, never) => [instant(instantText, never), instantText ? ` (${fromNow(instantText, now)})` : ""];
  const { delegation } = one;
  return facts([
    ["Id", make("code", {}, one.id)],
    ["Expires", ends(one.expiry)],
    ["Grace until", one.graceEnd && ends(one.graceEnd)],
    ["Delegated until", ends(delegation.end, "as long as it is here")],
    ["Seats held for devices that may still run", one.seatsHeld || null],
    ["Seats over the limit", one.seatsOver || null],
    ["Disabled", one.disabled && (one.disabledReason || "by the vendor")],
    ["Latest token", [`number ${delegation.seq} of session ${delegation.sessionNumber}, made `, instant(delegation.issued), ", imported ", instant(delegation.imported)]],
    ["Features", one.features.length && one.features.map((feature) => make("span", { class: "tag" }, `${feature.key}: ${String(feature.value ?? "")}`))],
  ]);
}

// What would be done, before it is done (MAN-3).
function review(report) {
  const shown = (value) => value === null || value === "" ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const changes = report.changes.map((change) => [make("span", {}, change.field, " ", make("span", { class: "soft" }, change.subject)), shown(change.from), shown(change.to)]);
  return [leaving(report), changes.length ? table("What changes", ["What", "From", "To"], changes) : make("p", {}, "Nothing else changes.")];
}

function leaving(report) {
  if (!report.leavingCount) return make("p", {}, "Nobody loses a seat.");
  const rows = report.leaving.map((one) => [seat(one.seatId, one.seatName), one.why]);
  const count = report.leavingCount === 1 ? "1 seat is lost" : `${report.leavingCount} seats are lost`;
  return make("div", { class: "warning" }, table(count + (rows.length < report.leavingCount ? `, the first ${rows.length}` : ""), ["Seat", "Why"], rows));
}

function importing(again, isOpen) {
  const element = fold("Import", takeToken({
    label: "An export token of the vendor", submit: "Look at it first", hint: "Nothing is changed before you have seen what would be.",
    work: async (token, place, done) => {
      const report = await post("/entitlement/import?dryRun=true", { token });
      const work = async () => {
        const imported = await post("/entitlement/import", { token });
        done();
        results.replaceChildren(imports(imported));
        say("Imported");
        await again("entitlements-title");
      };
      place.show(make("div", { class: "panel", tabindex: "-1" }, make("h3", {}, "This is what the import does"), review(report),
        make("div", { class: "row" }, button("Import", place, work), button("Leave it", place, async () => place.clear(), "quiet"))));
      say("Look at what the import does");
    },
  }));
  element.open = isOpen;
  return element;
}

function imports(imported) {
  const { entitlement, created, leavingCount } = imported;
  const lost = leavingCount ? ` ${leavingCount} ${leavingCount === 1 ? "seat was" : "seats were"} lost.` : "";
  return make("div", { class: "standing good" }, make("p", {}, make("strong", {}, entitlement.sku), created ? " is served here from now on." : " has its newer state.", lost),
    imported.issueDateRanBack ? make("p", {}, "The token was made before the one that was imported last, by the vendor's clock. It counts all the same: but tell the vendor that a clock errs.") : null);
}

function deleting(one, path, again) {
  const place = outcome();
  const work = async () => {
    const report = await remove(path + "?dryRun=true");
    const sure = await ask(`Delete ${one.sku} here, and give it back?`, make("div", {},
      make("p", {}, "Its data here are gone, its activations and its log with them. The vendor gets its seats back by the confirmation token."), leaving(report)), "Delete");
    if (!sure) return;
    const done = await remove(path);
    say("Deleted");
    results.replaceChildren(confirmation(one.sku, one.id, done.token));
    await again();
  };
  return fold("Delete it here", make("p", {}, "Gives its share back to the vendor."),
    make("div", { class: "row" }, button("Delete…", place, work, "danger")), place.element);
}

function confirmation(name, id, token) {
  return giveToken({
    title: "The confirmation token of " + name, what: "return of " + id, token, name: "return-" + id,
    next: "It was deleted here. Carry this token to the vendor, who gets the seats back by it. It can be shown again by the entitlement's id.",
  });
}

function deletedBefore() {
  const id = newId("deleted");
  const place = outcome();
  const input = make("input", { id, autocomplete: "off", spellcheck: "false", placeholder: "ent_…" });
  const send = make("button", { type: "submit" }, "Show the confirmation token");
  const form = make("form", { class: "steps" }, make("label", { for: id }, "Id of the entitlement"), input, make("div", { class: "row" }, send), place.element);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(send, place, async () => {
      const wanted = input.value.trim();
      if (!wanted) return input.focus();
      if ((await listEntitlements()).some((one) => one.id === wanted)) {
        throw new Problem({ title: "This entitlement is still here", detail: "Delete it first." });
      }
      const done = await remove("/entitlements/" + encodeURIComponent(wanted));
      place.show(confirmation(wanted, wanted, done.token));
    });
  });
  return fold("Confirmation token of a deleted entitlement", make("p", {}, "If it was lost before it reached the vendor."), form);
}
