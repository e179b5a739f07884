// Elements. Texts are only ever set as texts: nothing that comes from anywhere is read as HTML.

export const at = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") Object.entries(value).forEach(([event, work]) => element.addEventListener(event, work));
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const draw = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

let numbers = 0;
export const newId = (name) => name + "-" + (numbers += 1);

// For who does not see the page: a word about what has just happened.
export function say(text) {
  at("said").textContent = "";
  setTimeout(() => { at("said").textContent = text; }, 50);
}

// An instant in the reader's zone; in UTC where the pointer rests.
export function instant(text, otherwise = "never") {
  if (!text) return otherwise;
  const when = new Date(text);
  const shown = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return make("time", { datetime: text, title: text }, shown);
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

// "in 12 days", as seen from the server's clock.
export function fromNow(text, now) {
  if (!text) return "";
  const seconds = (new Date(text) - new Date(now)) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= 2 * each) || UNITS[2];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

// A list of names and what they are; without those that are nothing.
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return make("dl", { class: "facts" }, known.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

// On a small screen each row is a block, whose cells have the heads as labels.
export function table(title, heads, rows) {
  const head = make("tr", {}, heads.map((name) => make("th", { scope: "col" }, name)));
  const cells = (row) => row.map((cell, i) => make("td", { "data-head": heads[i] }, cell === null || cell === undefined || cell === "" ? "–" : cell));
  return make("table", {}, make("caption", {}, title), make("thead", {}, head),
    make("tbody", {}, rows.map((row) => make("tr", {}, cells(row)))));
}

export function fold(title, ...children) {
  return make("details", { class: "fold" }, make("summary", {}, title), make("div", {}, ...children));
}

// Problem details as they are (RFC 9457).
export function problem(error) {
  const known = ["type", "title", "status", "detail", "code", "requestId", "errors"];
  const shown = (value) => typeof value === "object" ? JSON.stringify(value) : String(value);
  const more = Object.entries(error.facts || {}).filter(([name]) => !known.includes(name));
  const errors = (error.errors || []).map((one) => make("li", {}, make("code", {}, one.path), ": " + (one.detail || one.code)));
  return make("div", { class: "problem", role: "alert" },
    make("p", {}, make("strong", {}, error.title || "It failed"), error.detail && error.detail !== error.title ? ": " + error.detail : ""),
    errors.length ? make("ul", {}, errors) : null,
    more.length ? facts(more.map(([name, value]) => [name, shown(value)])) : null,
    error.code ? make("p", { class: "soft" }, make("a", { href: "/docs/problems#" + encodeURIComponent(error.code) }, error.code),
      error.requestId ? ", request " + error.requestId : "") : null);
}

// A place where it is shown what came of something.
export function outcome() {
  const element = make("div", { class: "outcome" });
  return {
    element,
    clear: () => element.replaceChildren(),
    show: (...children) => element.replaceChildren(...children.flat().filter(Boolean)),
    fail: (error) => element.replaceChildren(problem(error)),
  };
}

// Does something for a control, which does nothing else meanwhile.
export async function run(control, place, work) {
  if (control.disabled) return;
  control.disabled = true;
  control.setAttribute("aria-busy", "true");
  place.clear();
  try {
    await work();
  } catch (error) {
    place.fail(error);
  } finally {
    control.disabled = false;
    control.removeAttribute("aria-busy");
  }
}

export function button(text, place, work, kind) {
  const element = make("button", { type: "button", class: kind }, text);
  element.addEventListener("click", () => run(element, place, work));
  return element;
}

// Asks, with the keyboard's focus in the question. Whoever leaves it says no.
export function ask(title, content, yes) {
  return new Promise((resolve) => {
    const id = newId("question");
    const answer = (said) => () => dialog.close(said);
    const dialog = make("dialog", { "aria-labelledby": id },
      make("h3", { id }, title), content,
      make("div", { class: "row" },
        make("button", { type: "button", autofocus: true, on: { click: answer("no") } }, "Leave it as it is"),
        make("button", { type: "button", class: "danger", on: { click: answer("yes") } }, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
