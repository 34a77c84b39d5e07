// The page: it asks the workspace what the chosen person sees whenever something changed, and draws that.

import { fill, h, icon, iconButton, link } from "./dom.js";
import { act, see, toast } from "./api.js";
import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { avatar, day, message } from "./message.js";
import { showModal } from "./modal.js";

const HINT = "getting 401 on %s/v1/orders since ten minutes, anyone else?";
const side = document.getElementById("side");
const main = document.getElementById("main");
const pane = document.getElementById("thread");

let me = sessionStorage.getItem("me") || "URITA00001";
let at = { channel: "CHELPAPI01", home: false, thread: null };
let seen = null;
let names = null;
let waitingFor = null; // the message just posted, whose thread opens when the first answer comes
const lastSeen = {};
const drawn = new Map(); // id of a message's node -> what it was drawn from

const has = (width) => window.matchMedia(`(min-width: ${width}px)`).matches;
const wide = () => has(760); // channels beside what is said
const widest = () => has(1024); // a thread beside them
const show = (name) => (document.body.dataset.pane = name);

function nameBook(told) {
  const users = new Map(told.people.map((p) => [p.id, p]));
  const rooms = new Map(told.channels.map((c) => [c.id, c]));
  const groups = new Map(told.groups.map((g) => [g.id, g]));
  const user = (id) => users.get(id) || { id, name: id, real_name: id, bot: false };
  const person = (id) => user(id).real_name.split(" ")[0];
  return { me, user, person, channel: (id) => rooms.get(id)?.name || id, group: (id) => groups.get(id)?.handle || id, people: told.people, channels: told.channels };
}

let busy = false;
let again = false;
async function refresh() {
  if (busy) return (again = true);
  busy = true;
  do {
    again = false;
    const asked = me;
    const told = await see(asked).catch(() => null);
    if (told && asked === me) draw(told);
    follow();
  } while (again);
  busy = false;
  return undefined;
}

function draw(told) {
  seen = told;
  names = nameBook(told);
  drawSide();
  if (at.home && !told.channels.some((c) => c.dm)) at.home = false;
  if (at.home) drawHome();
  else drawChannel();
  drawThread();
  showModal(told.modal, told.depth, { names });
}

// Side: channels, Home, and who you are

function drawSide() {
  const focused = document.activeElement?.id;
  const room = (c) => {
    const last = c.messages.at(-1)?.ts || "";
    const unread = last > (lastSeen[me + c.id] || "") && c.id !== at.channel;
    const open = c.id === at.channel && !at.home;
    return h("button", { type: "button", id: `go-${c.id}`, class: `room${open ? " open" : ""}${unread ? " unread" : ""}`, "aria-current": open ? "page" : null, onclick: () => go({ channel: c.id }) }, c.dm ? avatar({ bot: true }, true) : icon("hash"), c.name, c.shared ? h("small", { class: "shared" }, "shared") : null, unread ? h("span", { class: "dot", "aria-label": "unread" }) : null);
  };
  const person = (p) => h("label", { class: p.id === me ? "role chosen" : "role" }, h("input", { type: "radio", name: "me", id: `as-${p.id}`, value: p.id, checked: p.id === me, onchange: () => become(p.id) }), avatar(p, true), h("span", {}, h("b", {}, p.real_name), h("small", {}, p.role)));
  const direct = seen.channels.filter((c) => c.dm);
  const home = () => h("button", { type: "button", id: "go-home", class: at.home ? "room open" : "room", "aria-current": at.home ? "page" : null, onclick: () => go({ home: true }) }, icon("home"), "Locksmith’s Home");
  fill(
    side,
    h("header", {}, h("img", { src: "/static/locksmith.svg", alt: "", class: "logo" }), h("div", {}, h("b", {}, "Local workspace"), h("small", {}, "A stand-in for Slack. Nothing leaves this machine."))),
    h("h2", {}, "Channels"),
    seen.channels.filter((c) => !c.dm).map(room),
    direct.length ? [h("h2", {}, "Apps"), direct.map(room), home()] : null,
    seen.demo_url ? h("a", { class: "room", href: seen.demo_url, target: "_blank", rel: "noopener" }, icon("bolt"), "Demo API: get a 401") : null,
    h("div", { class: "spacer" }),
    h("fieldset", {}, h("legend", {}, "Act as"), seen.people.filter((p) => !p.bot).map(person)),
    h("div", { class: seen.connected ? "status on" : "status" }, seen.connected ? "Locksmith is connected" : "Locksmith is not connected"),
  );
  if (focused && side.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

function become(id) {
  me = id;
  sessionStorage.setItem("me", id);
  const dm = seen.channels.find((c) => c.dm)?.id;
  if (at.channel === dm) at = { channel: "D" + id.slice(1), home: at.home, thread: null };
  drawn.clear();
  main.replaceChildren();
  pane.replaceChildren();
  if (at.home) act("home", { as: me });
  refresh();
}

function go({ channel = at.channel, home = false }) {
  at = { channel, home, thread: null };
  drawn.clear();
  main.replaceChildren();
  pane.replaceChildren();
  show("channel");
  if (home) act("home", { as: me });
  draw(seen);
  if (wide()) main.querySelector("textarea")?.focus();
}

// A channel: the frame is made once, its messages are kept in step

const suggestions = () => ({ me, channel: at.channel, thread_ts: null, commands: seen.commands, shortcuts: seen.shortcuts, people: seen.people, groups: seen.groups });
const topBar = (title, detail, right) =>
  h("header", { class: "bar" }, iconButton("menu", "Channels and roles", () => show("side"), { class: "icon-button narrow" }), h("div", { class: "bar-title" }, h("h1", {}, title), detail ? h("p", {}, detail) : null), right);

function drawChannel() {
  const channel = seen.channels.find((c) => c.id === at.channel);
  if (!channel) return go({ channel: seen.channels[0].id });
  const title = channel.dm ? [avatar({ bot: true }, true), channel.name] : [icon("hash"), channel.name];
  if (main.dataset.shows !== me + channel.id || !main.firstChild) {
    main.dataset.shows = me + channel.id;
    const type = composer(channel.dm ? "Message Locksmith" : `Message #${channel.name}`, suggestions, (ts) => (waitingFor = ts));
    main.replaceChildren(
      topBar(title, channel.topic, h("button", { type: "button", class: "as", "aria-label": "Choose whom to act as", onclick: () => show("side") }, avatar(names.user(me), true))),
      h("div", { class: "log", role: "log", "aria-label": `Messages in ${channel.name}`, tabindex: "0" }, intro(channel, type), h("div", { class: "messages" }), h("div", { class: "typing", role: "status" })),
      type.catchDrops(main),
    );
  }
  main.querySelector(".typing").textContent = seen.statuses.some((s) => s.channel === channel.id && s.thread_ts !== at.thread) ? "Locksmith is at work in a thread…" : "";
  const replies = grouped(channel.messages.filter((m) => !m.ephemeral));
  const top = channel.messages.filter((m) => !m.thread_ts || m.broadcast);
  sync(main.querySelector(".messages"), top, channel, replies, false);
  lastSeen[me + channel.id] = channel.messages.at(-1)?.ts || "";
  if (waitingFor && replies.get(waitingFor)?.length) {
    if (widest() && !at.thread) openThread(waitingFor);
    waitingFor = null;
  }
  return undefined;
}

const grouped = (list) => list.reduce((map, m) => map.set(m.thread_ts, [...(map.get(m.thread_ts) || []), m]), new Map());

function intro(channel, type) {
  if (channel.dm) return h("div", { class: "intro" }, h("h2", {}, "Locksmith"), h("p", {}, "Tell it about a 401 here, and nobody else reads along."));
  if (channel.id !== "CHELPAPI01") return h("div", { class: "intro" }, h("h2", {}, `# ${channel.name}`), h("p", {}, channel.topic));
  const example = HINT.replace("%s", seen.demo_url || "http://127.0.0.1:8081");
  return h(
    "div",
    { class: "intro" },
    h("h2", {}, "Locked out? Ask here."),
    h("p", {}, "This is a local stand-in for a Slack channel, with the real bot behind it. Report a 401 as you would anywhere, and Locksmith answers in the thread."),
    h("div", { class: "try" }, h("span", {}, "Try it: type"), h("code", {}, example), h("button", { type: "button", class: "button primary", onclick: () => type.fill(example) }, "Put it in the box")),
    seen.demo_url ? h("p", {}, "Or get a real one: the ", link(seen.demo_url, "demo API"), " has a dozen ways to be refused, each with a button that reports it here.") : null,
  );
}

function sync(holder, list, channel, replies, inThread) {
  const log = holder.parentElement;
  const last = list.at(-1);
  // What somebody wrote or asked for themselves is shown to them wherever they are in the channel.
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120 || (last && (last.ephemeral || last.user === me) && !drawn.has(idOf(last, inThread)));
  const nodes = [];
  let before = null;
  for (const told of list) {
    if (!before || day(before.ts) !== day(told.ts)) nodes.push(keep(`d${day(told.ts)}${inThread}`, day(told.ts), () => h("div", { class: "day" }, h("span", {}, dayName(told.ts)))));
    const compact = before && before.user === told.user && told.ts - before.ts < 300 && !told.ephemeral === !before.ephemeral && !(before.broadcast || told.broadcast) && day(before.ts) === day(told.ts) && !replies.get(before.ts)?.length;
    const answers = replies.get(told.ts) || [];
    const view = { channel: channel.id, me, names, inThread, compact, replies: answers, openThread, shortcuts: seen.shortcuts };
    nodes.push(keep(idOf(told, inThread), JSON.stringify([told, compact, answers.length, answers.at(-1)?.ts, seen.shortcuts]), () => message(told, view)));
    before = told;
  }
  if (holder.childNodes.length !== nodes.length || nodes.some((node, i) => holder.childNodes[i] !== node)) holder.replaceChildren(...nodes);
  if (!atEnd) return;
  toNews(log, nodes.at(-1));
  // A picture takes its room when it has come; "load" does not bubble, but it can be caught on the way down.
  holder.addEventListener("load", () => toNews(log, nodes.at(-1)), { capture: true, once: true });
}

const idOf = (told, inThread) => `${inThread}${told.ts}${told.ephemeral}`;

// To the end, but never past the beginning of the newest message.
function toNews(log, newest) {
  log.scrollTop = log.scrollHeight;
  if (newest && newest.offsetHeight > log.clientHeight) log.scrollTop = newest.offsetTop - 8;
}

function keep(id, from, make) {
  const old = drawn.get(id);
  if (old?.from === from) return old.node;
  const node = make();
  drawn.set(id, { from, node });
  return node;
}

function dayName(ts) {
  const when = new Date(ts * 1000);
  if (when.toDateString() === new Date().toDateString()) return "Today";
  return when.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

// A thread

function openThread(ts) {
  at.thread = ts;
  pane.replaceChildren();
  show("thread");
  drawThread();
  if (wide()) pane.querySelector("textarea")?.focus();
}

function closeThread() {
  at.thread = null;
  show("channel");
  drawThread();
}

function drawThread() {
  pane.hidden = !at.thread;
  document.body.classList.toggle("with-thread", Boolean(at.thread));
  if (!at.thread) return pane.replaceChildren();
  const channel = seen.channels.find((c) => c.id === at.channel);
  const list = channel.messages.filter((m) => m.ts === at.thread || m.thread_ts === at.thread);
  if (!list.length) return closeThread();
  if (!pane.firstChild) {
    const type = composer("Reply…", () => ({ ...suggestions(), thread_ts: at.thread }));
    pane.replaceChildren(
      h("header", { class: "bar" }, iconButton("back", "Back to the channel", closeThread, { class: "icon-button narrow" }), h("div", { class: "bar-title" }, h("h1", {}, "Thread"), h("p", {}, channel.dm ? "Locksmith" : `# ${channel.name}`)), iconButton("close", "Close thread", closeThread, { class: "icon-button not-narrow" })),
      h("div", { class: "log", role: "log", "aria-label": "Thread", tabindex: "0" }, h("div", { class: "messages" }), h("div", { class: "typing", role: "status" })),
      type.catchDrops(pane),
    );
  }
  sync(pane.querySelector(".messages"), list, channel, new Map(), true);
  const status = seen.statuses.find((s) => s.channel === at.channel && s.thread_ts === at.thread);
  pane.querySelector(".typing").textContent = status ? `Locksmith ${status.text}` : "";
  return undefined;
}

// Home

function drawHome() {
  const view = seen.home;
  const from = me + (view?.hash || "") + seen.connected;
  if (main.dataset.shows === from && main.firstChild) return;
  main.dataset.shows = from;
  const use = (action_id, value) => act("click_view", { as: me, view: view.id, action_id, value });
  const empty = h("div", { class: "intro" }, h("h2", {}, "Nothing here yet"), h("p", {}, "Locksmith fills this page when it hears that you opened it."));
  main.replaceChildren(
    topBar([avatar({ bot: true }, true), "Locksmith’s Home"], `What ${names.user(me).real_name} sees`),
    h("div", { class: "log", tabindex: "0" }, view ? h("div", { class: "home body" }, blocks(view.blocks, { names, use })) : empty),
  );
}

window.addEventListener("keydown", (event) => event.key === "Escape" && at.thread && !document.querySelector("dialog[open]") && !event.defaultPrevented && closeThread());
side.addEventListener("click", (event) => event.target === side && show("channel"));

// A permalink (#channel/message) leads to that message's thread; once it has, the address is as before.
function follow() {
  const [, channel, ts] = location.hash.match(/^#(\w+)\/([\d.]+)$/) || [];
  const room = seen?.channels.find((c) => c.id === channel);
  if (!seen || !channel) return;
  history.replaceState(null, "", location.pathname);
  if (!room) return toast("That thread is in a place that you are not in.");
  const told = room.messages.find((m) => m.ts === ts);
  go({ channel });
  if (told) openThread(told.thread_ts || told.ts);
}
window.addEventListener("hashchange", follow);

const live = new EventSource("/page/changes");
live.onmessage = refresh;
let lost = false;
live.onerror = () => {
  if (!lost) toast("The workspace is gone.");
  lost = true;
  const back = `The workspace is gone. Started with --port ${location.port} it comes back here.`;
  side.querySelector(".status")?.replaceWith(h("div", { class: "status" }, back));
};
live.onopen = () => ((lost = false), refresh());
refresh();
