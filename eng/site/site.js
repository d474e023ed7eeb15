// Mathematics and search. Nothing is fetched from elsewhere, so the site can be read without a server or a network.
(function () {
  const load = (name, then) => {
    const script = document.createElement("script");
    script.src = root + name;
    script.onload = then;
    document.head.append(script);
  };

  const formulas = document.querySelectorAll("span.math");
  if (formulas.length > 0)
    load("temml.min.js", () => {
      for (const formula of formulas) {
        const [, open, tex] = /^\s*\\([([])([^]*)\\[)\]]\s*$/.exec(formula.textContent);
        temml.render(tex, formula, { displayMode: open === "[", throwOnError: false });
      }
    });

  // A link to a member of the reference opens its description.
  const open = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const row = place && place.closest("tr");
    if (row) for (const details of row.querySelectorAll("details")) details.open = true;
  };
  addEventListener("hashchange", open);
  open();

  const search = document.getElementById("search");
  const found = document.getElementById("found");

  // Every word must be there; in the title it counts most.
  const weigh = (page, words) => {
    let sum = 0;
    for (const word of words) {
      if (page.title.toLowerCase().includes(word)) sum += 4;
      else if (page.text.includes(word)) sum += 1;
      else return 0;
    }
    return sum / Math.sqrt(page.title.length);
  };

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = (words.length === 0 ? [] : searchIndex)
      .map((page) => ({ page, weight: weigh(page, words) }))
      .filter((hit) => hit.weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 15);
    found.replaceChildren(
      ...hits.map(({ page }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = root + page.uri;
        link.textContent = page.title;
        item.append(link);
        return item;
      })
    );
    found.hidden = hits.length === 0;
  };

  search.onfocus = () => typeof searchIndex === "undefined" && load("search-index.js", show);
  search.oninput = () => typeof searchIndex === "undefined" || show();
  search.onkeydown = (event) => {
    if (event.key === "Enter" && !found.hidden) found.querySelector("a").click();
  };
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
})();
