// How many seats were in use, hour by hour: drawn here, as SVG, with the numbers beside it.

import { draw, fold, instant, make, newId, table } from "./dom.js";

const HOUR = 3600000;
const SPANS = [["1 day", 24], ["7 days", 168], ["30 days", 720], ["400 days", 9600]];
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [220, 44, 8, 12, 28];
// On a small screen the words must stay large enough to be read.
const isSmall = matchMedia("(max-width: 40rem)");
const width = () => isSmall.matches ? 340 : 640;

// A chart that can show more or less of the time.
export function usageChart(hours, now) {
  const known = (new Date(now) - new Date(hours[0].hour)) / HOUR;
  const first = (SPANS.find(([, span]) => known < span && span < 720) || SPANS[2])[1];
  const id = newId("span");
  const choice = make("select", { id }, SPANS.map(([name, span]) => make("option", { value: span, selected: span === first }, name)));
  const place = make("div");
  const show = () => place.replaceChildren(...chartOf(hours, now, Number(choice.value)));
  choice.addEventListener("change", show);
  isSmall.addEventListener("change", show);
  show();
  return make("div", { class: "usage" }, make("div", { class: "row" }, make("label", { for: id }, "Seats in use over the last"), choice), place);
}

function chartOf(all, now, span) {
  const end = new Date(now).getTime();
  const begin = end - span * HOUR;
  const hours = all.map((hour) => ({ ...hour, at: new Date(hour.hour).getTime() })).filter((hour) => hour.at + HOUR > begin);
  if (!hours.length) return [make("p", { class: "soft" }, "Nothing was measured in that time.")];
  const peak = Math.max(...hours.map((hour) => hour.seatsUsed));
  const denials = hours.reduce((sum, hour) => sum + hour.denials, 0);
  const seats = hours[hours.length - 1].seats;
  const told = `At most ${peak} of ${seats} seats were in use at once; ${denials} ${denials === 1 ? "claim was" : "claims were"} denied.`;
  return [make("figure", {}, picture(hours, begin, end, told), legend(told)), fold("The numbers", numbers(hours))];
}

function picture(hours, begin, end, told) {
  const top = scale(Math.max(1, ...hours.flatMap((hour) => [hour.seats, hour.seatsUsed, hour.denials])));
  const x = (at) => LEFT + (width() - LEFT - RIGHT) * Math.min(1, Math.max(0, (at - begin) / (end - begin)));
  const y = (amount) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * amount / top;
  return draw("svg", { viewBox: `0 0 ${width()} ${HEIGHT}`, role: "img", "aria-label": told, class: "chart" },
    grid(top, y), times(begin, end, x),
    draw("path", { class: "used", d: area(hours, x, y) }),
    draw("path", { class: "seats", d: steps(hours, "seats", x, y) }),
    hours.filter((hour) => hour.denials).map((hour) => draw("rect", {
      class: "denied", x: x(hour.at), y: y(hour.denials), height: y(0) - y(hour.denials),
      width: Math.max(2, x(hour.at + HOUR) - x(hour.at)),
    }, draw("title", {}, hour.denials + " denied"))));
}

// The next round number, such that the lines of the grid are whole.
function scale(most) {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(most)) / 2);
  const round = Math.ceil(most / step) * step;
  return round % 4 === 0 ? round : Math.ceil(round / 4) * 4;
}

function grid(top, y) {
  return [0, 1, 2, 3, 4].map((quarter) => top * quarter / 4).map((amount) => [
    draw("line", { class: "grid", x1: LEFT, x2: width() - RIGHT, y1: y(amount), y2: y(amount) }),
    draw("text", { x: LEFT - 6, y: y(amount) + 4, "text-anchor": "end" }, amount.toLocaleString()),
  ]);
}

function times(begin, end, x) {
  const isDay = end - begin <= 48 * HOUR;
  const options = isDay ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
  const last = isSmall.matches ? 2 : 4;
  const anchor = (i) => i === 0 ? "start" : i === last ? "end" : "middle";
  return Array.from({ length: last + 1 }, (_, i) => begin + (end - begin) * i / last).map((at, i) =>
    draw("text", { x: x(at), y: HEIGHT - 8, "text-anchor": anchor(i) }, new Date(at).toLocaleString(undefined, options)));
}

// Runs of hours that follow each other: where nothing was measured, there is a gap.
function runs(hours) {
  const all = [];
  for (const hour of hours) {
    const last = all[all.length - 1];
    if (last && hour.at - last[last.length - 1].at <= HOUR) last.push(hour);
    else all.push([hour]);
  }
  return all;
}

function steps(hours, member, x, y) {
  const line = (run) => run.map((hour, i) => `${i ? "L" : "M"}${x(hour.at)} ${y(hour[member])}H${x(hour.at + HOUR)}`).join("");
  return runs(hours).map(line).join("");
}

function area(hours, x, y) {
  const closed = (run) => `${steps(run, "seatsUsed", x, y)}V${y(0)}H${x(run[0].at)}Z`;
  return runs(hours).map(closed).join("");
}

function legend(told) {
  const key = (name, what) => make("span", {}, draw("svg", { viewBox: "0 0 16 10", class: "key", "aria-hidden": "true" },
    draw("rect", { class: name, x: 0, y: name === "seats" ? 4 : 0, width: 16, height: name === "seats" ? 2 : 10 })), " " + what);
  return make("figcaption", {}, make("span", { class: "row" }, key("used", "in use"), key("seats", "seats"), key("denied", "denied")), told);
}

function numbers(hours) {
  const latest = [...hours].reverse().slice(0, 168);
  const rows = latest.map((hour) => [instant(hour.hour), hour.seatsUsed, hour.seats, hour.denials]);
  return table("By the hour, the latest first" + (latest.length < hours.length ? " (168 of them)" : ""), ["Hour from", "In use", "Seats", "Denied"], rows);
}
