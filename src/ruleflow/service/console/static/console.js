// What the pages do beyond links and forms; each of them works without it.

const search = document.querySelector("[data-search]");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && search && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// A result that has just come is where the reader goes on.
document.querySelector("[data-focus]")?.focus({ preventScroll: Boolean(location.hash) });

// Filters answer while they are typed into.
for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting = 0;
  let asked = null;

  const answer = async () => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) {
      if (!value) query.delete(name);
    }
    const address = `${location.pathname}?${query}`;
    asked?.abort();
    asked = new AbortController();
    try {
      const response = await fetch(address, { signal: asked.signal, headers: { accept: "text/html" } });
      if (response.redirected) return location.assign(address); // the session is over
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector(form.dataset.live);
      const shown = document.querySelector(form.dataset.live);
      if (!fresh || !shown) return;
      // The line that is read aloud stays, so that a change of it is noticed.
      const told = shown.querySelector("[aria-live]");
      const tells = fresh.querySelector("[aria-live]");
      if (told && tells) {
        told.textContent = tells.textContent;
        tells.replaceWith(told);
      }
      shown.replaceChildren(...fresh.childNodes);
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(answer, event.target.type === "search" ? 200 : 0);
  });
}
