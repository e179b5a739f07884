// The server's own license, its machine, and what it warns of (LLS-1…3, EXP-9…11).

import { get, post } from "./api.js";
import { ask, at, button, facts, fold, fromNow, instant, make, newId, outcome, run, say, table } from "./dom.js";
import { giveToken, takeToken } from "./token.js";

// What was made of the license, such as the token of its end: it stays when the page is read again.
const results = make("div");

// Shows the status. `entitlements` tells what is hosted here, `again` reads the whole page again.
export function showLicense(status, entitlements, again) {
  at("who").replaceChildren([status.serverName, status.serverId].filter(Boolean).join(", ") + ", of " + status.vendorName + (status.sandbox ? " (sandbox)" : ""));
  const active = status.status !== "NotActive";
  const parts = [standing(status, active), warnings(status, entitlements), ...alarms(status, again), about(status)];
  const steps = status.machine.same && status.reason !== "moved" ? actions(status, active, again) : [];
  at("license-body").replaceChildren(...parts.filter(Boolean), results, ...steps);
}

function standing(status, active) {
  return make("p", { class: "standing " + (active ? "good" : "bad") },
    make("strong", {}, active ? "Active: products are served." : "Not active: products are not served, and their leases run on."),
    status.detail ? " " + status.detail : "");
}

function warnings(status, entitlements) {
  if (!status.warnings.length) return null;
  const name = (id) => (entitlements.find((one) => one.id === id) || {}).sku || id;
  const item = (one) => make("li", {},
    one.what === "license" ? "The license of this server ends " : ["The delegation of ", make("b", {}, name(one.entitlementId)), " ends "],
    fromNow(one.ends, status.now), ", on ", instant(one.ends), ". ",
    one.what === "license" ? "Ask the vendor for a refresh token." : "Ask the vendor for a newer export token.");
  return make("div", { class: "warning" }, make("h3", {}, "Ends soon"), make("ul", {}, status.warnings.map(item)));
}

function alarms(status, again) {
  const all = [];
  if (status.restored) all.push(restored(status, again));
  if (!status.machine.same) {
    all.push(make("div", { class: "problem" }, make("p", {}, make("strong", {}, "These data are bound to another machine. "),
      "Move them there with ", make("code", {}, "chancery local move"), ", or, if that machine is dead, apply a rebind token of the vendor below.")));
  }
  if (status.clockBehind) {
    all.push(make("div", { class: "warning" }, make("p", {}, make("strong", {}, "The clock of this machine is behind. "),
      "It is proved that it is later than ", instant(status.clockBehind), ": set the clock.")));
  }
  return all;
}

function restored(status, again) {
  const place = outcome();
  const confirm = async () => {
    const sure = await ask("Confirm that the database was set back?", make("p", {},
      "Confirm when the products have had time to show what they hold: those that have not been in touch yet may find their seats taken."), "Confirm");
    if (!sure) return;
    await post("/confirm-restore");
    say("Confirmed");
    await again();
  };
  return make("div", { class: "warning" }, make("p", {}, make("strong", {}, "The database was set back. "),
    "This is known since ", instant(status.restored), ". Leases that were given since the backup are taken back as products show them. No new seat is given until you confirm."),
  make("div", { class: "row" }, button("Confirm", place, confirm)), place.element);
}

function about(status) {
  return facts([
    ["License ends", status.activationId ? [instant(status.licenseExpiry), status.licenseExpiry ? ` (${fromNow(status.licenseExpiry, status.now)})` : ""] : "there is none yet"],
    ["Issued", status.licenseIssued && instant(status.licenseIssued)],
    ["Name at the vendor", status.seatName],
    ["Vendor", [status.vendorName, " ", make("span", { class: "soft" }, status.vendorId)]],
    ["Machine", status.machine.bound === "none" ? "bound to none" : status.machine.same ? "this one" : "another one"],
    ["This machine, as the vendor needs it for a rebind token", !status.machine.same && make("code", {}, status.machine.here)],
    ["Times set back", status.epoch > 1 && status.epoch - 1],
    ["Clock of the server", instant(status.now)],
  ]);
}

function actions(status, active, again) {
  if (active) return [refresh(again, false), deactivate(again)];
  const ended = ["leaseEnded", "licenseRevoked"].includes(status.reason);
  const shown = status.reason === "deactivated" ? [shownAgain()] : [];
  return [...shown, ...(ended ? [refresh(again, true)] : []), activation(status, again)];
}

// By steps, because the tokens are carried.
function activation(status, again) {
  const place = outcome();
  const [code, name] = [newId("code"), newId("name")];
  const codeInput = make("input", { id: code, autocomplete: "off", spellcheck: "false", required: true });
  const nameInput = make("input", { id: name, autocomplete: "off", value: status.serverName || "", maxlength: 255 });
  const send = make("button", { type: "submit" }, "Make the request token");
  const form = make("form", { class: "steps" },
    make("label", { for: code }, "Activation code"), codeInput, make("label", { for: name }, "Name of this server at the vendor"), nameInput,
    make("div", { class: "row" }, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(send, place, async () => {
      const serverName = nameInput.value.trim() || undefined;
      const made = await post("/license/generate-activation-token", { activationCode: codeInput.value.trim(), serverName });
      place.show(giveToken({
        title: "The request token", what: "request of a local server", token: made.token, name: "local-server-request",
        next: "Carry it to the vendor: to its portal, or to who manages it there. Bring the answer back, and go on with step 2.",
      }));
    });
  });
  const answer = takeToken({
    label: "The vendor's answer", submit: "Activate",
    work: async (token) => {
      await post("/license/activate", { token });
      results.replaceChildren();
      say("The server is active");
      await again("license-title");
    },
  });
  return make("div", { class: "panel" }, make("h3", {}, "Activate this server"),
    make("ol", {}, make("li", {}, make("h4", {}, "Ask"), form, place.element), make("li", {}, make("h4", {}, "Bring the answer"), answer)));
}

function refresh(again, open) {
  const element = fold("Refresh the license", takeToken({
    label: "The vendor's refresh token", submit: "Refresh", hint: "The vendor makes it for this server; nothing need be carried there first.",
    work: async (token) => {
      await post("/license/refresh", { token });
      say("The license was refreshed");
      await again("license-title");
    },
  }));
  element.open = open;
  return element;
}

function deactivate(again) {
  const place = outcome();
  const work = async () => {
    const hosted = (await get("/entitlements?limit=100")).items;
    const rows = hosted.map((one) => [one.sku, one.seatsUsed, one.seats]);
    const sure = await ask("Give the license of this server up?", make("div", {},
      make("p", {}, "From now on no product is served. Leases that were given run on."),
      hosted.length ? make("div", { class: "warning" }, make("p", {},
        "What is hosted here stays out at the vendor: nobody can use it until this server is activated again, or it is deleted here and its confirmation tokens are carried to the vendor. To give it back, do that first."),
      table("Hosted here", ["Entitlement", "In use", "Seats"], rows)) : null), "Deactivate");
    if (!sure) return;
    const done = await post("/license/deactivate");
    say("The server is deactivated");
    results.replaceChildren(given(done));
    await again();
  };
  return fold("Deactivate this server", make("p", {}, "Gives its license up, so that the vendor can give it to another server."),
    make("div", { class: "row" }, button("Deactivate…", place, work, "danger")), place.element);
}

function shownAgain() {
  const place = outcome();
  const work = async () => place.show(given(await post("/license/deactivate")));
  return make("div", { class: "panel" }, make("p", {}, "Was the deactivation token carried to the vendor? It can be shown again."),
    make("div", { class: "row" }, button("Show the deactivation token", place, work)), place.element);
}

function given(done) {
  const hosted = done.hosted ? ` ${done.hosted} hosted ${done.hosted === 1 ? "entitlement stays" : "entitlements stay"} out until this server is activated again.` : "";
  return giveToken({
    title: "The deactivation token", what: "deactivation of a local server", token: done.token, name: "local-server-deactivation",
    next: "The license is given up. Carry this token to the vendor, who frees it for another server." + hosted,
  });
}
