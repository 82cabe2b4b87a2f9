// Spares the inbox loading anew: keys, parts of the page fetched and put in place, new posts told of. Without this
// script every link and form of the page does the same. It keeps nothing but drafts, in this tab, and one setting.
"use strict";
(() => {
  const inbox = document.getElementById("inbox");
  const said = document.getElementById("inbox-said");
  const keysOn = document.getElementById("keys-on");
  const EVERY = 20_000;
  const KEYS = "inbox-keys";
  const $ = (query, from = inbox) => from.querySelector(query);
  const all = (query) => [...inbox.querySelectorAll(query)];
  document.documentElement.classList.add("has-keys");

  function announce(text) {
    said.textContent = "";
    setTimeout(() => { said.textContent = text; }, 50);
  }

  // Where the reader is: the post that has the focus, and what in it.
  function place() {
    const at = document.activeElement;
    const entry = at?.closest?.(".entry");
    return {
      id: at && inbox.contains(at) ? at.id : "",
      mention: entry?.dataset.mention,
      index: entry ? all(".entry").indexOf(entry) : -1,
      isPick: at?.matches?.("input[type=checkbox]") ?? false,
      isInside: inbox.contains(at),
      picked: new Set(all("input[name=post]:checked").map((one) => one.value.split(".")[0])),
      scrolled: $(".pane")?.scrollTop ?? 0,
    };
  }

  function focusEntry(entry) {
    $(".read", entry).focus();
    entry.scrollIntoView({ block: "nearest" });
  }

  function restore(was, isSamePane) {
    for (const box of all("input[name=post][type=checkbox]")) {
      box.checked = was.picked.has(box.value.split(".")[0]);
    }
    if (isSamePane) $(".pane").scrollTop = was.scrolled;
    const entries = all(".entry");
    const same = was.mention && entries.find((one) => one.dataset.mention === was.mention);
    const entry = same || (was.index >= 0 ? entries[Math.min(was.index, entries.length - 1)] : null);
    if (was.id && document.getElementById(was.id)) document.getElementById(was.id).focus({ preventScroll: true });
    else if (entry) (was.isPick ? $("input[name=post]", entry) : $(".read", entry)).focus({ preventScroll: true });
    else if (was.isInside) $(".pane").focus({ preventScroll: true });
  }

  const paneOf = () => $(".draft textarea")?.dataset.mention ?? "";

  async function load(url, options = {}, { push = true, toPane = false } = {}) {
    inbox.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { ...options, headers: { "X-Fragment": "inbox", Accept: "text/html" } });
      const text = await answer.text();
      if (!answer.ok || answer.url.includes("/sign-in")) return failed(answer, text);
      const was = place();
      const before = paneOf();
      inbox.innerHTML = text;
      const address = new URL(answer.url);
      address.searchParams.delete("done");
      if (push && address.href !== location.href) history.pushState(null, "", address);
      ready();
      restore(was, before === paneOf());
      if (toPane && paneOf()) $(".pane").focus({ preventScroll: !matchMedia("(max-width: 62rem)").matches });
      const done = $(".done-text");
      if (done) announce(done.textContent.trim());
      return true;
    } catch {
      location.assign(options.method ? location.href : url);
      return false;
    } finally {
      inbox.removeAttribute("aria-busy");
    }
  }

  // 409 is somebody faster: say so and show how things stand now.
  async function failed(answer, text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const words = page.querySelector("main h1")?.textContent ?? answer.statusText;
    const detail = page.querySelector("main p")?.textContent ?? "";
    if (answer.url.includes("/sign-in")) { location.reload(); return false; }
    if (answer.status === 409) await load(location.href, {}, { push: false });
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.tabIndex = -1;
    notice.textContent = `${words}: ${detail}`;
    inbox.prepend(notice);
    notice.focus();
    announce(notice.textContent);
    return false;
  }

  function send(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    return load(form.action, { method: "POST", body });
  }

  inbox.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    if (form.method === "post") { send(form, event.submitter); return; }
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, value);
    load(url);
  });

  inbox.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.target.closest("button.copy")) { copy(event.target); return; }
    if (event.target.closest("button.newer")) { load($(".waiting").dataset.base); return; }
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !/(^|\/)inbox$/.test(url.pathname) || url.pathname !== location.pathname) return;
    event.preventDefault();
    load(url, {}, { toPane: link.matches(".read") });
  });

  inbox.addEventListener("change", (event) => { if (event.target.matches("input[name=post]")) counted(); });
  inbox.addEventListener("input", (event) => {
    if (event.target.id === "draft") sessionStorage.setItem(`draft-${event.target.dataset.mention}`, event.target.value);
  });
  addEventListener("popstate", () => load(location.href, {}, { push: false }));

  function counted() {
    const count = all(".entries input[name=post]:checked").length;
    $(".bulk")?.classList.toggle("is-needed", count > 0);
    const shown = $(".chosen-count");
    if (shown) shown.textContent = count ? `(${count})` : "";
  }

  async function copy(button) {
    const draft = $("#draft");
    draft.select();
    try { await navigator.clipboard.writeText(draft.value); } catch { document.execCommand("copy"); }
    button.focus();
    announce(button.dataset.copied);
  }

  function ready() {
    const draft = $("#draft");
    if (draft) draft.value = sessionStorage.getItem(`draft-${draft.dataset.mention}`) ?? "";
    for (const button of all("button.copy")) button.hidden = false;
    setTimeout(counted);
  }

  // Never moves what somebody reads: it offers a button.
  async function lookForNewer() {
    if (document.hidden || inbox.hasAttribute("aria-busy")) return;
    const list = $(".waiting");
    const url = new URL(list.dataset.newer, location.href);
    url.searchParams.set("known", list.dataset.newest);
    try {
      const answer = await fetch(url);
      if (answer.status !== 200) return;
      const text = (await answer.text()).trim();
      const button = $(".newer");
      if (button.textContent === text) return;
      button.textContent = text;
      button.hidden = false;
      announce(text);
    } catch { /* the next look may find the service again */ }
  }
  setInterval(lookForNewer, EVERY);

  // Keys
  const current = () => document.activeElement?.closest?.(".entry") ?? $(".entry.chosen") ?? null;
  const isChosenMany = () => all(".entries input[name=post]:checked").length > 0;

  function move(by) {
    const entries = all(".entry");
    const at = entries.indexOf(current());
    const next = entries[at < 0 ? (by > 0 ? 0 : entries.length - 1) : at + by];
    if (next) focusEntry(next);
  }

  // The form that an action belongs to: of all that are chosen, else of the post that has the focus.
  async function acting() {
    if (isChosenMany()) return "bulk";
    const entry = current();
    if (entry && entry.dataset.mention !== paneOf()) await load($(".read", entry).href);
    return document.getElementById("this") ? "this" : null;
  }

  async function press(kind) {
    const form = await acting();
    const button = form && $(`[form="${form}"][data-key="${kind}"]`);
    if (button) send(document.getElementById(form), button);
  }

  async function choose(key) {
    const form = await acting();
    const control = form && $(`[form="${form}"][data-key="${key}"]`);
    if (control) { control.focus(); control.scrollIntoView({ block: "nearest" }); }
  }

  const done = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { const source = current()?.dataset.source; if (source) open(source, "_blank", "noopener,noreferrer"); },
    e: () => press("e"),
    n: () => press("n"),
    s: () => choose("s"),
    m: () => choose("m"),
    a: () => choose("a"),
    z: () => choose("z"),
    t: () => choose("t"),
    x: () => { const box = current() && $("input[name=post]", current()); if (box) { box.checked = !box.checked; counted(); } },
    u: () => { const button = $("[data-key=u]") ?? $(".history [data-own]"); if (button) send(button.form, button); },
    "?": () => { const keys = document.getElementById("keys"); keys.open = !keys.open; $("summary", keys).focus(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (at.matches("select") && event.key === "Enter" && at.closest(".joined")) {
      event.preventDefault();
      $("button", at.closest(".joined")).click();
      return;
    }
    if (at.matches(".joined input:not([type=date])") && event.key === "Enter") {
      event.preventDefault();
      $("button", at.closest(".joined")).click();
      return;
    }
    if (event.key === "Escape" && at.closest(".acts")) { const entry = $(".entry.chosen"); if (entry) focusEntry(entry); return; }
    if (!keysOn.checked || at.matches("input:not([type=checkbox]), select, textarea")) return;
    if (done[event.key]) { event.preventDefault(); done[event.key](); }
  });

  keysOn.checked = localStorage.getItem(KEYS) !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem(KEYS, keysOn.checked ? "on" : "off"));
  ready();
})();
