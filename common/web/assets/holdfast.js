// What pages need code for: passkeys, the idle lock, and the end of a live part. Everything else works without.
"use strict";

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const ticketOf = (form) => new URLSearchParams({ ticket: form.elements.ticket.value });

const told = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return { id: credential.id, rawId: encode(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
};

const options = (said) => {
  const read = { ...said, challenge: decode(said.challenge) };
  if (said.user) read.user = { ...said.user, id: decode(said.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (said[list]) read[list] = said[list].map((each) => ({ ...each, id: decode(each.id) }));
  }
  return read;
};

// A form that makes or uses a passkey: what the browser needs is asked for, its answer is put into the form.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.passkey, { method: "POST", body });
      if (!answer.ok) throw new Error("refused");
      const said = await answer.json();
      const asked = options(said.options ?? said.publicKey ?? said);
      const made = form.hasAttribute("data-makes")
        ? await navigator.credentials.create({ publicKey: asked })
        : await navigator.credentials.get({ publicKey: asked });
      if (form.elements.attempt && said.attempt) form.elements.attempt.value = said.attempt;
      form.elements.credential.value = JSON.stringify(told(made));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}

// Idle: a warning, then the page is left. Typing and moving are told to the server now and then, so that nobody is
// signed out in the middle of a form; and to the other tabs, where somebody is as much there.
const minutes = Number(document.body.dataset.idleMinutes || 0);
if (minutes) {
  const dialog = document.getElementById("idle");
  let seen = Date.now();
  let toldAt = Date.now();
  let sharedAt = 0;
  const tabs = new BroadcastChannel("holdfast-there");
  const share = () => {
    if (Date.now() - sharedAt < 10000) return;
    sharedAt = Date.now();
    tabs.postMessage("there");
  };
  tabs.onmessage = () => {
    seen = Date.now();
    if (dialog.open) dialog.close();
  };
  const stay = () => {
    toldAt = Date.now();
    fetch(document.body.dataset.stay, { headers: { "HX-Request": "true" } }).then((answer) => {
      if (answer.redirected) location.assign("/sign-in?ended=1&next=" + encodeURIComponent(location.pathname));
    }).catch(() => {});
  };
  const act = () => {
    seen = Date.now();
    share();
    if (seen - toldAt > 240000) stay();
  };
  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, act, { passive: true });
  dialog.querySelector("[data-stays]").addEventListener("click", () => { dialog.close(); act(); stay(); });
  setInterval(() => {
    const idle = (Date.now() - seen) / 60000;
    if (idle >= minutes + 2) location.replace("/sign-in?ended=1&next=" + encodeURIComponent(location.pathname));
    else if (idle >= minutes && !dialog.open) dialog.showModal();
  }, 5000);
}

// A live part whose session has ended, or whose subject is gone: the page is asked for again, and says so.
for (const kind of ["ended", "gone"]) document.addEventListener(kind, () => location.reload());

// Says on the page whether a live part is connected.
const live = document.querySelector("[data-live-state]");
if (live) {
  const show = (state) => { live.dataset.liveState = state; live.textContent = live.dataset[state]; };
  document.addEventListener("htmx:sse:after:connection", () => show("on"));
  document.addEventListener("htmx:sse:close", () => show("off"));
  document.addEventListener("htmx:sse:error", () => show("off"));
}

// The first thing that is wrong is where a person goes on.
const wrong = document.querySelector("[aria-invalid=true]") || document.getElementById("problem");
if (wrong) wrong.scrollIntoView({ block: "center" });

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
