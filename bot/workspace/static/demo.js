// The demo's page: each card makes its request for real and offers to report what came of it.

import { fill, h, link } from "./dom.js";
import { toast } from "./api.js";

const page = document.getElementById("demo");
const ask = async (address) => {
  const answer = await fetch(address, { method: "POST" }).catch(() => null);
  if (!answer) return toast("The demo does not answer. Is it still running?");
  return answer.ok ? answer.json() : toast(await answer.text());
};

async function start() {
  const { ways, workspace, logs } = await (await fetch("/demo/ways")).json();
  const groups = [...new Set(ways.map((way) => way.group))];
  fill(
    page,
    h(
      "header",
      { class: "demo-top" },
      h("img", { src: "/static/locksmith.svg", alt: "" }),
      h("div", {}, h("h1", {}, "Get yourself a 401"), h("p", {}, "This is a small real API on this machine, made to refuse you. Choose a way, see the answer, report it in ", link(workspace, "#help-api"), " and see what Locksmith makes of it.")),
    ),
    groups.map((group) => h("section", {}, h("h2", {}, group), h("div", { class: "cards" }, ways.filter((w) => w.group === group).map((way) => card(way, workspace))))),
    h("section", {}, h("h2", {}, "For the people on call"), h("div", { class: "cards" }, incident(workspace))),
    h("p", { class: "demo-foot" }, "All credentials here are made up at start and good for nothing else. The logs are in ", h("code", {}, logs), "."),
  );
}

function card(way, workspace) {
  const out = h("div", { class: "outcome", "aria-live": "polite" });
  const run = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    const made = await ask(`/demo/try/${way.id}`);
    button.disabled = false;
    if (made) fill(out, outcome(made, workspace));
  };
  return h("article", { class: "card" }, h("div", { class: "card-head" }, h("div", {}, h("h3", {}, way.title), h("p", {}, way.story)), h("button", { type: "button", class: "button primary", "aria-label": `Send: ${way.title}`, onclick: run }, "Send")), out);
}

function incident(workspace) {
  const out = h("div", { class: "outcome", "aria-live": "polite" });
  const run = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    const begun = await ask("/demo/incident");
    button.disabled = false;
    if (begun) fill(out, h("p", { class: "said" }, `${begun.callers} callers are refused for ${begun.minutes} minutes from now. In one or two minutes `, link(workspace, "#oncall"), " hears of it."));
  };
  const story = "A dozen apps call the service. Its signing key is changed, and they keep their old tokens for a while.";
  return h("article", { class: "card" }, h("div", { class: "card-head" }, h("div", {}, h("h3", {}, "A key is rotated under load"), h("p", {}, story)), h("button", { type: "button", class: "button primary", onclick: run }, "Rotate the key")), out);
}

function outcome(made, workspace) {
  const said = h("p", { class: "said", role: "status" });
  const report = (pasted) => async (event) => {
    event.currentTarget.disabled = true;
    const told = await ask(`/demo/report?id=${encodeURIComponent(made.request_id)}&pasted=${pasted}`);
    if (told) fill(said, "Rita wrote it in ", link(workspace, "#help-api"), ". Look there for the answer.");
  };
  const copy = async (event) => {
    const button = event.currentTarget;
    await navigator.clipboard.writeText(made.curl).then(() => (button.textContent = "Copied"), () => toast("Copying is not allowed here; mark the line below."));
  };
  const mend = async (event) => {
    event.currentTarget.disabled = true;
    const mended = await ask(`/demo/mend/${made.way}`);
    if (mended) fill(said, `Sent as it should be: ${mended.status}. Now press “It works now” under the answer, or wait two minutes.`);
  };
  const shown = new URL(made.url);
  return [
    h("div", { class: "answer" }, h("span", { class: made.status === 401 ? "code-401" : "code-403" }, made.status), h("code", { class: "line" }, `${made.method} ${shown.pathname}${shown.search}`)),
    h("dl", {}, h("dt", {}, "WWW-Authenticate"), h("dd", {}, made.challenge || "none"), h("dt", {}, "X-Request-Id"), h("dd", {}, made.request_id)),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button primary", onclick: report(0) }, "Report it in #help-api"), h("button", { type: "button", class: "button", onclick: report(1) }, "Report with the curl command"), h("button", { type: "button", class: "button", onclick: copy }, "Copy as curl"), h("button", { type: "button", class: "button", onclick: mend }, "Mend it")),
    said,
    h("details", {}, h("summary", {}, "The command and the answer"), h("pre", {}, made.curl), h("pre", {}, made.body)),
  ];
}

start();
