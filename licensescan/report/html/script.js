"use strict";
// Filters the components, and records what a reviewer decides. The page is
// whole without it. What packages say only ever enters through textContent.
(() => {
  const words = JSON.parse(document.body.dataset.words || "{}");
  const say = (text) => words[text] ?? text;
  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const labelled = (text, input) => {
    const label = element("label", say(text));
    label.append(input);
    return label;
  };
  const choice = (options) => {
    const made = element("select");
    for (const [value, text] of options) made.append(element("option", say(text), { value }));
    return made;
  };

  const filter = document.getElementById("filter");
  if (filter) {
    const components = [...document.querySelectorAll("#components > .component")];
    const sought = element("input", "", { type: "search" });
    const verdict = choice([["", "all"], ["deny", "deny"], ["review", "review"], ["warn", "warn"], ["ok", "nothing"]]);
    const commercial = choice([["", "all"], ["prohibited", "prohibited"], ["conditional", "conditional"], ["unknown", "unknown"], ["allowed", "allowed"]]);
    const order = choice([["name", "name"], ["license", "license"], ["verdict", "verdict"]]);
    const count = element("output", "", { "aria-live": "polite" });
    const weight = { deny: 0, review: 1, warn: 2, ok: 3 };
    const matches = (node) => {
      const own = [node, ...node.querySelectorAll(".component")];
      return own.some((one) =>
        one.firstElementChild.textContent.toLowerCase().includes(sought.value.trim().toLowerCase()) &&
        (!verdict.value || one.dataset.verdict === verdict.value) &&
        (!commercial.value || one.dataset.commercial === commercial.value));
    };
    const apply = () => {
      let shown = 0;
      for (const node of components) {
        node.hidden = !matches(node);
        shown += node.hidden ? 0 : 1;
      }
      count.textContent = `${shown} / ${components.length}`;
    };
    const keys = {
      name: (node) => node.querySelector(".name").textContent.toLowerCase(),
      license: (node) => node.querySelector(".license").textContent.toLowerCase(),
      verdict: (node) => String(weight[node.dataset.verdict] ?? 3),
    };
    const sort = () => {
      const key = keys[order.value];
      components.sort((a, b) => key(a).localeCompare(key(b)));
      filter.parentElement.append(...components);
    };
    sought.addEventListener("input", apply);
    verdict.addEventListener("change", apply);
    commercial.addEventListener("change", apply);
    order.addEventListener("change", sort);
    filter.append(labelled("Find", sought), labelled("Verdict", verdict), labelled("Commercial use", commercial), labelled("Sort by", order), count);
    filter.hidden = false;
    apply();
  }

  // A link to a component opens it, and what it lies in.
  const open = () => {
    let node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!node) return;
    const target = node;
    for (; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  const review = document.getElementById("review");
  const cards = [...document.querySelectorAll("#decisions .decision")];
  if (review && cards.length) {
    const taken = new Map();
    const approver = element("input", "", { type: "text", autocomplete: "name" });
    const state = element("output", "", { "aria-live": "polite" });
    const tell = () => { state.textContent = `${say("recorded")}: ${taken.size} / ${cards.length}`; };
    const exported = () => {
      const decisions = [...taken].map(([id, entry]) => ({ id, ...entry, by: approver.value.trim() }));
      const text = JSON.stringify({ schema: "licensescan-decisions-1", decisions }, null, 1);
      const link = element("a", "", {
        href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
        download: "decisions.json",
      });
      link.click();
      URL.revokeObjectURL(link.href);
    };
    const button = element("button", say("Export decisions.json"), { type: "button", id: "export" });
    button.addEventListener("click", exported);
    review.append(labelled("Your name", approver), button, state);
    review.hidden = false;
    tell();
    for (const card of cards) {
      const form = element("div", "", { class: "verdict-form" });
      const verdict = choice([["", "not decided"], ["accept", "accept"], ["reject", "reject"], ["ask", "ask"]]);
      const reason = element("input", "", { type: "text" });
      const until = element("input", "", { type: "date" });
      const record = () => {
        if (verdict.value && (verdict.value !== "accept" || (reason.value.trim() && until.value))) {
          taken.set(card.id, { verdict: verdict.value, reason: reason.value.trim(), until: until.value, findings: card.dataset.findings.split(" ") });
        } else {
          taken.delete(card.id);
        }
        tell();
      };
      for (const input of [verdict, reason, until]) {
        input.addEventListener("input", record);
        input.addEventListener("change", record);
      }
      form.append(labelled("Decision", verdict), labelled("Reason (needed to accept)", reason), labelled("Until (needed to accept)", until));
      card.append(form);
    }
  }
})();
