// Who holds the seats of an entitlement, and what happened to them.

import { get } from "./api.js";
import { button, instant, make, newId, outcome, table } from "./dom.js";

const COUNT = 50;
const DENIALS = ["deny", "featureDeny"];

// A list that grows by pages; `shown` makes its table.
async function pages(path, place, shown) {
  const items = [];
  const after = outcome();
  const body = make("div");
  let cursor = null;
  const more = async () => {
    const page = await get(path + (cursor ? "&cursor=" + encodeURIComponent(cursor) : ""));
    items.push(...page.items);
    cursor = page.nextCursor;
    show();
  };
  const next = button("Show more", after, more, "quiet");
  const show = () => {
    body.replaceChildren(shown(items));
    next.hidden = !cursor;
  };
  await more();
  place.append(body, next, after.element);
  return show;
}

export async function activations(path) {
  const place = make("div");
  await pages(`${path}/activations?limit=${COUNT}`, place, (items) => items.length
    ? table("Activations, the oldest first", ["Seat", "Number", "Status", "Activated", "Lease until", "Support code"], items.map((one) =>
      [seat(one.seatId, one.seatName), one.seatNumber, one.status, instant(one.activated), instant(one.leaseExpiry), one.clientCode]))
    : make("p", { class: "soft" }, "No seat was ever taken here."));
  return place;
}

export async function log(path) {
  const place = make("div");
  const id = newId("denials");
  const only = make("input", { type: "checkbox", id });
  place.append(make("div", { class: "row" }, only, make("label", { for: id }, "Denials only")));
  const show = await pages(`${path}/activations-log?sort=-created&limit=${COUNT}`, place, (all) => {
    const items = only.checked ? all.filter((one) => DENIALS.includes(one.operation)) : all;
    if (!items.length) return make("p", { class: "soft" }, only.checked ? "Nothing was denied in what is shown." : "Nothing has happened yet.");
    return table("What happened, the latest first", ["When", "What", "Seat", "Why", "From"], items.map((one) =>
      [instant(one.time), what(one), seat(one.seatId, one.seatName), why(one), one.address]));
  });
  only.addEventListener("change", show);
  return place;
}

export function seat(id, name) {
  return name && name !== id ? [name, " ", make("span", { class: "soft" }, id)] : id;
}

function what(one) {
  const denied = DENIALS.includes(one.operation);
  const feature = one.feature ? ` ${one.feature}${one.amount === null ? "" : " × " + one.amount}` : "";
  return make("span", { class: denied ? "bad" : null }, (denied ? "denied" : one.operation) + feature);
}

function why(one) {
  if (one.code) return make("a", { href: "/docs/problems#" + encodeURIComponent(one.code) }, one.code);
  return one.reason;
}
