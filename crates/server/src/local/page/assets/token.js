// Tokens as people carry them: pasted, from files, from pictures of QR codes; copied, saved, shown as codes.

import { Problem, drawToken, readToken } from "./api.js";
import { button, make, newId, outcome, run, say } from "./dom.js";

// The most pixels that are sent of a photo: enough for any code.
const MOST_PIXELS = 16e6;
const KINDS = ".chancery,.txt,.json,.svg,image/*,text/plain";

// A form that takes a token; `work(token, place)` does something with it.
export function takeToken({ label, hint, submit, work }) {
  const [text, files, about] = [newId("token"), newId("files"), newId("about")];
  const place = outcome();
  const area = make("textarea", { id: text, rows: 4, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": about });
  const file = make("input", { id: files, type: "file", multiple: true, accept: KINDS });
  const send = make("button", { type: "submit" }, submit);
  const form = make("form", { class: "take", novalidate: true },
    make("label", { for: text }, label), make("p", { id: about, class: "soft" }, hint || "", " Files can be dropped here too."), area,
    make("label", { for: files }, "Or files, or pictures of its QR codes"), file,
    make("div", { class: "row" }, send), place.element);
  const take = (given) => run(send, place, () => readAll(given, area, place));
  file.addEventListener("change", async () => {
    await take([...file.files]);
    file.value = "";
  });
  drops(form, take);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(send, place, async () => {
      const token = area.value.trim();
      if (!token) {
        area.focus();
        throw new Problem({ title: "There is no token yet", detail: "Paste it, or choose a file or a picture." });
      }
      await work(token, place, () => { area.value = ""; });
    });
  });
  return form;
}

function drops(form, take) {
  const over = (is) => (event) => {
    event.preventDefault();
    form.classList.toggle("over", is);
  };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
    else form.querySelector("textarea").value = event.dataTransfer.getData("text/plain");
  });
}

async function readAll(files, area, place) {
  for (const file of files) {
    const found = await readToken(await bytesOf(file));
    // Of several codes each picture may have some.
    const before = !found.complete && area.value.includes("chancery:") ? area.value.trim() + "\n" : "";
    area.value = before + found.token;
  }
  const told = progress(area.value);
  place.show(make("p", {}, told));
  say(told);
}

function progress(text) {
  const parts = [...text.matchAll(/chancery:(\d+)\/(\d+):/g)];
  if (!parts.length) return "The token was found.";
  const found = new Set(parts.map((part) => part[1])).size;
  const all = Number(parts[0][2]);
  return found < all ? `${found} of ${all} codes were found: add pictures of the others.` : `All ${all} codes were found.`;
}

// Photos, and what else a browser knows, are sent as PNG, which the server reads.
async function bytesOf(file) {
  if (!file.type.startsWith("image/") || ["image/png", "image/svg+xml"].includes(file.type)) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
    const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error()), "image/png"));
  } catch {
    return file;
  }
}

// A token to be carried away: `what` names it in a file's first line, `next` says what to do with it.
export function giveToken({ title, what, next, token, name }) {
  const id = newId("made");
  const place = outcome();
  const area = make("textarea", { id, rows: 4, readonly: true, spellcheck: "false" });
  area.value = token;
  const copy = async () => {
    await copyText(area);
    place.show(make("p", {}, "Copied."));
    say("Copied");
  };
  const save = async () => saveAs(new Blob([fileText(what, token)], { type: "text/plain" }), name + ".chancery");
  const made = make("div", { class: "made", tabindex: "-1" }, make("h3", {}, title), make("p", {}, next),
    make("label", { for: id }, "The token"), area,
    make("div", { class: "row" }, button("Copy", place, copy), button("Save as a file", place, save),
      button("Show as QR codes", place, () => codes(token, name, place))), place.element);
  setTimeout(() => { made.scrollIntoView({ block: "nearest" }); made.focus(); }, 0);
  return made;
}

// As the command line writes it.
function fileText(what, token) {
  const lines = token.match(/.{1,76}/g) || [];
  return ["Chancery " + what.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").trim(), ...lines, ""].join("\n");
}

async function codes(token, name, place) {
  const drawing = await drawToken(token);
  const source = URL.createObjectURL(drawing);
  place.show(make("figure", {}, make("img", { src: source, alt: "The token's QR codes, numbered, below each other" }),
    make("figcaption", {}, "All of the codes are needed, in any order. ",
      make("a", { href: source, download: name + ".svg" }, "Save the drawing"))));
}

async function copyText(area) {
  try {
    await navigator.clipboard.writeText(area.value);
  } catch {
    // Without TLS, browsers offer the older way alone.
    area.focus();
    area.select();
    if (!document.execCommand("copy")) throw new Problem({ title: "The browser does not let it be copied", detail: "It is selected: copy it by hand." });
  }
}

function saveAs(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
