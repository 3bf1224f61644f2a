// Draws a page from its data, and keeps the address, the filters and the figures together.
"use strict";

(() => {
  const menuButton = document.querySelector(".menu-button");
  const menu = document.getElementById("menu");
  if (menuButton) {
    const toggle = (open) => {
      menu.classList.toggle("open", open);
      menuButton.setAttribute("aria-expanded", String(open));
    };
    menuButton.addEventListener("click", () => toggle(!menu.classList.contains("open")));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.classList.contains("open")) return;
      toggle(false);
      menuButton.focus();
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target) && event.target !== menuButton) toggle(false);
    });
  }
  const page = document.getElementById("page");
  const report = document.getElementById("report");
  if (!page && !report) return;

  const given = page ? page.dataset : {};
  const blocks = document.getElementById("blocks");
  const chips = document.getElementById("chips");
  const failure = document.getElementById("failure");
  const form = document.getElementById("filters");
  const token = given.token;
  let asking = null;

  // ------------------------------------------------------------------ words and numbers

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  // Digits come as text; grouping them needs no arithmetic that could round.
  const grouped = (text) => {
    const [, sign, whole, rest] = /^(-?)(\d+)(\..*)?$/.exec(text) || [];
    if (whole === undefined) return text;
    return (sign ? "−" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest || "");
  };
  const rounded = (value, digits) => grouped(Number(value).toFixed(digits));
  const said = {
    money: (value) => grouped(String(value)),
    count: (value) => grouped(String(value)),
    share: (value) => rounded(Number(value) * 100, 1) + "%",
    bps: (value) => rounded(value, 1) + " bps",
    number: (value) => rounded(value, 2),
    month: (value) => String(value).slice(0, 7),
    date: (value) => String(value).slice(0, 10),
    time: (value) => String(value).slice(0, 16).replace("T", " "),
    flag: (value) => (value ? "yes" : "no"),
    text: (value) => String(value),
  };
  const short = (value, format) => {
    if (format !== "money") return said[format](value);
    const amount = Number(value);
    for (const [size, unit] of [[1e9, " bn"], [1e6, " m"], [1e3, " k"]]) {
      if (Math.abs(amount) >= size) return rounded(amount / size, 2) + unit;
    }
    return rounded(amount, 2);
  };
  const isNumber = (format) => ["money", "count", "share", "bps", "number"].includes(format);

  // ------------------------------------------------------------------ blocks

  // Better or worse is said in words too; what is small beside the figure stays readable alone.
  const change = (item, name, words) => {
    if (!(name in item)) return null;
    if (item[name] === null || item.value === null) {
      return make("div", { className: "change", textContent: `${words}: not known` });
    }
    const difference = Number(item.value) - Number(item[name]);
    const better = Math.sign(difference) * item.polarity;
    const sign = difference > 0 ? "▲ +" : difference < 0 ? "▼ " : "";
    const moved =
      difference === 0 ? "as much" :
      item.format === "share" ? rounded(difference * 100, 1) + " points" :
      item.format === "bps" ? rounded(difference, 2) + " bps" : short(difference, item.format);
    return make(
      "div",
      { className: "change" },
      make("span", {
        className: better > 0 ? "good" : better < 0 ? "bad" : "",
        textContent: sign + moved + (better > 0 ? " better" : better < 0 ? " worse" : ""),
      }),
      make("span", { className: "than", textContent: `${words}: ${short(item[name], item.format)}` }),
    );
  };

  const kpis = (block) => {
    const box = make("dl", { className: "kpis" });
    // As few rows as fit, and rows alike: eight figures are four and four.
    const lines = Math.ceil(block.items.length / 7);
    box.style.setProperty("--columns", String(Math.ceil(block.items.length / lines)));
    for (const item of block.items) {
      const value = make("div", {
        className: item.value === null || item.format === "time" ? "value words" : "value",
        textContent: item.value === null ? "not known" : short(item.value, item.format),
        title: item.value === null ? "" : said[item.format](item.value),
      });
      value.dataset.value = item.value;
      value.dataset.column = item.column;
      box.append(
        make(
          "div",
          { className: "kpi" },
          make("dt", { textContent: item.label }),
          make("dd", {}, value, change(item, "prior", "before"),
            // Twelve months before are the year before.
            "prior" in item && item.prior === item.year ? null : change(item, "year", "a year before")),
        ),
      );
    }
    return box;
  };

  const cell = (value, column, link) => {
    const number = isNumber(column.format);
    const made = make("td", {
      className: (number ? "number" : "") + (number && value !== null && String(value).startsWith("-") ? " negative" : ""),
    });
    if (value === null) {
      made.append(make("span", { title: "not known", textContent: "–" }));
    } else if (link) {
      made.append(make("a", { href: link, textContent: said[column.format](value) }));
    } else {
      made.textContent = said[column.format](value);
    }
    if (!number && String(value).length > 60) made.classList.add("long");
    made.dataset.value = value;
    return made;
  };

  const table = (block) => {
    const row = (values, links) =>
      make("tr", {}, ...block.columns.map((column, at) => cell(values[at], column, links && !token && links[at])));
    const head = make(
      "tr",
      {},
      ...block.columns.map((column) =>
        make("th", { scope: "col", textContent: column.label, className: isNumber(column.format) ? "number" : "" }),
      ),
    );
    const made = make(
      "table",
      {},
      make("thead", {}, head),
      make("tbody", {}, ...block.rows.map((values, at) => row(values, block.links && block.links[at]))),
    );
    if (block.total) made.append(make("tfoot", {}, row(block.total, null)));
    const box = make("div", { className: "scroll", tabIndex: 0 }, made);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", block.title);
    return block.rows.length < block.count
      ? make("div", {}, box, make("p", {
          className: "note",
          textContent: `${block.rows.length} of ${block.count} rows; the downloads have all.`,
        }))
      : box;
  };

  const settings = { responsive: true, displaylogo: false, displayModeBar: false };
  const styled = (layout) => ({
    ...layout,
    font: { family: "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif", size: 12, color: "#1c2733" },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { gridcolor: "#e6ebef", ...layout.xaxis },
    yaxis: { gridcolor: "#e6ebef", zerolinecolor: "#51606f", ...layout.yaxis },
    autosize: true,
  });

  const downloads = (block) => {
    const places = make("span", { className: "downloads" });
    if (given.downloads) {
      for (const kind of ["csv", "xlsx"]) {
        places.append(make("a", {
          href: `${given.address}/${block.name}.${kind}${location.search}`,
          textContent: kind.toUpperCase(),
          ariaLabel: `${block.title} as ${kind.toUpperCase()}`,
          download: "",
        }));
      }
    }
    if (block.kind === "chart" && !block.empty) {
      for (const kind of ["png", "svg"]) {
        const button = make("button", { type: "button", textContent: kind.toUpperCase(), ariaLabel: `${block.title} as ${kind.toUpperCase()}` });
        button.addEventListener("click", () =>
          window.Plotly.downloadImage(document.querySelector(`#block-${block.name} .chart`), {
            format: kind, width: 1000, height: 560, filename: `${document.title.split(" ")[0]}-${block.name}`,
          }));
        places.append(button);
      }
    }
    return places;
  };

  // What is drawn already is drawn over, so that nothing jumps.
  const drawBlocks = (list, holder) => {
    for (const block of list) {
      let place = document.getElementById(`block-${block.name}`);
      if (!place) {
        place = make("section", { className: "block", id: `block-${block.name}` });
        holder.append(place);
      }
      place.classList.toggle("wide", block.kind !== "chart" || block.is_wide);
      const chart = place.querySelector(".chart");
      const parts = [
        make("header", {}, make("h2", { textContent: block.title }), downloads(block)),
        block.note ? make("p", { className: "note", textContent: block.note }) : null,
        block.unfiltered.length
          ? make("p", { className: "unfiltered", textContent: `Not filtered by ${block.unfiltered.join(", ").toLowerCase()}.` })
          : null,
      ];
      if (block.empty) {
        if (chart) window.Plotly.purge(chart);
        parts.push(make("p", { className: "empty", textContent: block.empty }));
        place.replaceChildren(...parts.filter(Boolean));
      } else if (block.kind === "chart") {
        const box = chart || make("div", { className: "chart" });
        box.setAttribute("role", "img");
        box.setAttribute("aria-label", `${block.title}; the CSV has its figures`);
        place.replaceChildren(...parts.filter(Boolean), box);
        window.Plotly.react(box, block.figure.data, styled(block.figure.layout), settings);
      } else {
        place.replaceChildren(...parts.filter(Boolean), block.kind === "kpis" ? kpis(block) : table(block));
      }
    }
    for (const place of [...holder.children]) {
      if (!list.some((block) => place.id === `block-${block.name}`)) place.remove();
    }
  };

  // A report has the figures of all its sections in it.
  if (report) {
    JSON.parse(report.textContent).sections.forEach((section, at) =>
      drawBlocks(section.blocks, document.querySelector(`[data-blocks="${at}"]`)));
    return;
  }

  const draw = (data) => {
    drawBlocks(data.blocks, blocks);
    const loaded = data.last_loaded_at ? `, loaded ${said.time(data.last_loaded_at)} UTC` : "";
    const stamps = document.getElementById("stamps");
    stamps.title = `As of ${data.as_of_date || "no date"}${loaded}`;
    stamps.replaceChildren(
      `As of ${data.as_of_date || "no date"}`, make("span", { className: "loaded", textContent: loaded }));
    const notice = document.getElementById("notice");
    notice.textContent = data.notice;
    notice.hidden = !data.notice;
    drawFilters(data.filters);
    drawChips(data.chips);
    blocks.setAttribute("aria-busy", "false");
  };

  // ------------------------------------------------------------------ filters

  const defaults = new Map();
  const drawFilters = (filters) => {
    filters.forEach((filter) => defaults.set(filter.name, filter.default));
    const open = form.querySelector("details[open]");
    const opened = open && open.dataset.name;
    const focused = document.activeElement && form.contains(document.activeElement) && document.activeElement.dataset.key;
    form.replaceChildren(
      ...filters.flatMap((filter) => {
        if (filter.kind === "months") {
          return ["from", "to"].map((name, at) =>
            make("label", {}, make("span", { textContent: `${filter.label} ${name}` }), keyed(make("input", {
              type: "month", name, value: filter.chosen[at], min: filter.bounds[0], max: filter.bounds[1],
            }), name)));
        }
        if (!filter.is_multiple) {
          const select = keyed(make("select", { name: filter.name }), filter.name);
          if (!filter.has_default) select.append(make("option", { value: "", textContent: "all" }));
          for (const option of filter.options) {
            select.append(make("option", { value: option.value, textContent: option.label, selected: filter.chosen.includes(option.value) }));
          }
          return [make("label", {}, make("span", { textContent: filter.label }), select)];
        }
        const picked = filter.options.filter((option) => filter.chosen.includes(option.value));
        const words = picked.length === 0 ? "all" : picked.length === 1 ? picked[0].label : `${picked.length} chosen`;
        const list = make("div", {}, ...filter.options.map((option) =>
          make("label", {}, keyed(make("input", {
            type: "checkbox", name: filter.name, value: option.value, checked: filter.chosen.includes(option.value),
          }), `${filter.name} ${option.value}`), option.label)));
        const details = make("details", { className: "pick", open: opened === filter.name },
          make("summary", { ariaLabel: `${filter.label}: ${words}` }, make("span", { textContent: words })),
          filter.options.length > 12 ? searched(filter, list) : list);
        details.dataset.name = filter.name;
        return [make("label", {}, make("span", { textContent: filter.label }), details)].map((label) => {
          // A label around a list would tick its first box at each click beside it.
          const box = make("div", { className: "pick-box" }, make("span", { className: "small", textContent: filter.label }), details);
          label.remove();
          return box;
        });
      }),
    );
    if (focused) {
      const again = [...form.querySelectorAll("[data-key]")].find((element) => element.dataset.key === focused);
      if (again) again.focus();
    }
  };
  // A long list is searched; what was typed stays when the page is drawn over.
  const typed = new Map();
  const searched = (filter, list) => {
    const search = keyed(make("input", {
      type: "search", placeholder: "Search", value: typed.get(filter.name) || "", ariaLabel: `Search in ${filter.label}`,
    }), `${filter.name} search`);
    const narrow = () => {
      typed.set(filter.name, search.value);
      for (const label of list.children) {
        label.hidden = !label.textContent.toLowerCase().includes(search.value.trim().toLowerCase());
      }
    };
    search.addEventListener("input", narrow);
    narrow();
    return make("div", {}, search, list);
  };
  const keyed = (element, key) => {
    element.dataset.key = key;
    return element;
  };

  const drawChips = (shown) => {
    chips.replaceChildren(
      ...shown.map((chip) => {
        const button = make("button", { type: "button", textContent: "×", ariaLabel: `Remove ${chip.label} ${chip.text}` });
        button.addEventListener("click", () => {
          const query = new URLSearchParams(location.search);
          const names = chip.filter === "months" ? ["from", "to"] : [chip.filter];
          for (const name of names) {
            const kept = name === chip.filter ? query.getAll(name).filter((value) => value !== chip.value) : [];
            query.delete(name);
            kept.forEach((value) => query.append(name, value));
          }
          go(query);
        });
        return make("span", { className: "chip" }, `${chip.label}: ${chip.text}`, button);
      }),
      shown.length > 1 && !token
        ? make("a", { href: given.address, textContent: "Remove all filters" })
        : shown.length ? "" : make("span", { className: "small", textContent: "No filters." }),
    );
  };

  const chosen = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const element = form.elements[name];
      const unchanged = element && "defaultValue" in element && element.type === "month" && element.defaultValue === value &&
        !new URLSearchParams(location.search).has(name);
      // What is the default needs no saying, and would be called a filter.
      if (value && !unchanged && defaults.get(name) !== value) query.append(name, value);
    }
    return query;
  };

  const go = (query) => {
    if (token) query.set("token", token);
    const text = query.toString();
    if (text === new URLSearchParams(location.search).toString()) return;
    history.pushState(null, "", text ? `?${text}` : location.pathname);
    ask();
  };

  const ask = async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    blocks.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${given.address}/data${location.search}`, {
        signal: asking.signal, headers: { Accept: "application/json" }, credentials: "same-origin",
      });
      if (answer.status === 401 && !token) {
        location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      const content = await answer.json();
      if (!answer.ok) throw new Error(content.detail);
      failure.hidden = true;
      draw(content);
    } catch (error) {
      if (error.name === "AbortError") return;
      failure.textContent = error.message === "Failed to fetch"
        ? "The server does not answer. What is shown is from before."
        : error.message;
      failure.hidden = false;
      blocks.setAttribute("aria-busy", "false");
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target.name) go(chosen());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(chosen());
  });
  document.addEventListener("click", (event) => {
    for (const details of form.querySelectorAll("details[open]")) {
      if (!details.contains(event.target)) details.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of form.querySelectorAll("details[open]")) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });
  window.addEventListener("popstate", ask);

  // The first figures came with the page.
  draw(JSON.parse(document.getElementById("data").textContent));
})();
