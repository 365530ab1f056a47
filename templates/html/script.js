
'use strict';
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  for (const e of all('[data-live]')) e.hidden = false;

  // Theme: the dark colours are a style sheet of their own whose media the button decides.
  const dark = one('#dark');
  const theme = one('#theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => theme.setAttribute('aria-pressed', String(system.matches));
  show();
  system.addEventListener('change', show);
  theme.addEventListener('click', () => {
    system.removeEventListener('change', show);
    const on = theme.getAttribute('aria-pressed') !== 'true';
    theme.setAttribute('aria-pressed', String(on));
    dark.media = on ? 'screen' : 'not all';
  });

  // Print: everything that is folded belongs on paper.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const d of folded) d.open = true;
  });
  addEventListener('afterprint', () => {
    for (const d of folded) d.open = false;
    folded = [];
  });
  one('#print').addEventListener('click', () => print());

  // Links into a folded finding unfold it. Browsers mostly do so themselves, but not for a link
  // that was followed before.
  const unfold = (hash) => {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    const box = target && target.closest('details');
    if (!box || box.open) return;
    box.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', () => unfold(location.hash));
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) unfold(link.getAttribute('href'));
  });
  unfold(location.hash);

  const table = one('#findings-table');
  if (!table) return;
  for (const [id, open] of [['#open-all', true], ['#close-all', false]]) {
    one(id).addEventListener('click', () => { for (const d of all('.finding')) d.open = open; });
  }

  // Filter: the words are looked for in the row and in the details of its finding.
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const search = one('#search');
  const chips = all('.chip');
  const shown = one('#shown');
  let texts = null;
  const textOf = (row) => {
    const details = document.getElementById(row.querySelector('a').getAttribute('href').slice(1));
    return (row.textContent + '\n' + details.textContent).toLowerCase();
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set(chips.filter((c) => c.getAttribute('aria-pressed') === 'true').map((c) => c.dataset.severity));
    if (words.length && !texts) texts = new Map(rows.map((row) => [row, textOf(row)]));
    let n = 0;
    for (const row of rows) {
      const fits = (!chosen.size || chosen.has(row.dataset.severity)) && words.every((w) => texts.get(row).includes(w));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) n++;
    }
    shown.textContent = shown.dataset.pattern.replace('{n}', n).replace('{total}', rows.length);
    one('#nothing').hidden = n > 0;
  };
  search.addEventListener('input', filter);
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
      filter();
    });
  }
  one('#reset').addEventListener('click', () => {
    search.value = '';
    for (const chip of chips) chip.setAttribute('aria-pressed', 'false');
    filter();
    search.focus();
  });

  // Sort: the heads become buttons. Their plain words stay for print, where browsers do not
  // repaint a button in a repeated head.
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  const sortBy = (column) => {
    const head = heads[column];
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const h of heads) h.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const keys = new Map(rows.map((row) => [row, row.cells[column].dataset.order ?? row.cells[column].textContent]));
    rows.sort((a, b) => (down ? -1 : 1) * collator.compare(keys.get(a), keys.get(b)));
    body.append(...rows);
  };
  heads.forEach((head, column) => {
    const plain = document.createElement('span');
    const button = document.createElement('button');
    plain.className = 'plain';
    plain.textContent = button.textContent = head.textContent;
    button.className = 'sort';
    button.type = 'button';
    button.addEventListener('click', () => sortBy(column));
    head.replaceChildren(button, plain);
  });
  table.classList.add('sorted');
  heads[0].setAttribute('aria-sort', 'ascending');
})();
