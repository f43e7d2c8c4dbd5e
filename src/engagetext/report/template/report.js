"use strict";
(() => {
  const form = document.getElementById("filter");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const kind = document.getElementById("kind");
  const count = document.getElementById("count");
  const quotes = [...document.querySelectorAll("blockquote")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = quotes.map((quote) => plain(quote.textContent));
  const update = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    quotes.forEach((quote, number) => {
      const fits = words.every((word) => texts[number].includes(word))
        && (!status.value || quote.dataset.status === status.value)
        && (!kind.value || quote.dataset.kind === kind.value);
      quote.hidden = !fits;
      shown += fits;
    });
    const filtered = words.length || status.value || kind.value;
    if (filtered) {
      document.querySelectorAll("article.label details").forEach((details) => {
        details.open = Boolean(details.querySelector("blockquote:not([hidden])"));
      });
    }
    count.textContent = filtered ? `${shown} / ${quotes.length}` : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  [search, status, kind].forEach((field) => field.addEventListener("input", update));
})();
