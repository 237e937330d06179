// What the pages gain from script: live figures, tips over charts, "why this number?" without leaving the page, and keys.
// Everything else works without it. Nothing here writes markup from data: texts are set as text, and what is put into
// the page are nodes of another page of this server.
(() => {
  'use strict';

  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- Live figures -----------------------------------------------------------------------------------------------
  // One event stream a page. An event says that figures have changed; the page is then fetched again and the regions
  // marked `data-live` are replaced, so there is one way to render a figure and it is the server's.

  const pauseButton = $('.pause');
  const lost = $('.lost');
  const announcer = $('#announcer');
  const wait = 900;
  let stream = null;
  let paused = false;
  let refreshing = false;
  let again = false;
  let timer = 0;
  let spokeAt = 0;

  async function fetchPage(url) {
    const response = await fetch(url, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
    if (!response.ok) throw new Error(String(response.status));
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  }

  // Somebody reading a table or a menu in a region keeps it until they are done.
  function inUse(region) {
    return region.contains(document.activeElement) || $('details[open]', region) !== null;
  }

  async function refresh() {
    if (refreshing) { again = true; return; }
    refreshing = true;
    const regions = $$('[data-live][id]');
    regions.forEach((region) => region.classList.add('waiting'));
    try {
      const fresh = await fetchPage(location.href);
      for (const region of regions) {
        const replacement = fresh.getElementById(region.id);
        region.classList.remove('waiting');
        if (!replacement || inUse(region) || replacement.innerHTML === region.innerHTML) continue;
        const scrolled = $$('.scroll, .calendar', region).map((box) => [box.scrollLeft, box.scrollTop]);
        region.replaceChildren(...document.adoptNode(replacement).childNodes);
        $$('.scroll, .calendar', region).forEach((box, index) => {
          if (scrolled[index]) [box.scrollLeft, box.scrollTop] = scrolled[index];
        });
      }
      prepare();
      connected();
      body.dispatchEvent(new CustomEvent('daybook:refreshed'));
      // Whoever hears a chart point by point is not talked over; the next refresh tells it.
      if (Date.now() - spokeAt > 60000 && !document.activeElement.matches('.chart')) {
        spokeAt = Date.now();
        const orders = $('#today .figure data, #tile-total_orders .figure data');
        announcer.textContent = body.dataset.updated + (orders ? ': ' + orders.textContent : '');
      }
    } catch {
      disconnected();
    } finally {
      regions.forEach((region) => region.classList.remove('waiting'));
      refreshing = false;
      if (again) { again = false; soon(); }
    }
  }

  // Orders arrive in bursts: one refresh for all that come within a moment.
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  }

  function connected() {
    lost.hidden = true;
  }

  function disconnected() {
    const time = $('[data-as-of]');
    lost.textContent = body.dataset.lost.replace('{time}', time ? time.textContent.split(' ').pop() : '—');
    lost.hidden = false;
  }

  function open() {
    if (stream || paused || document.hidden) return;
    stream = new EventSource('/api/v1/events');
    stream.addEventListener('figures', soon);
    stream.addEventListener('open', connected);
    stream.addEventListener('error', () => {
      disconnected();
      // A browser gives up for good on an answer that is no stream; try again, but not in a hurry.
      if (stream && stream.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, 10000);
      }
    });
  }

  function close() {
    if (stream) stream.close();
    stream = null;
  }

  if ('livePage' in body.dataset && 'EventSource' in window) {
    open();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) close();
      else if (!paused) { open(); refresh(); }
    });
    window.addEventListener('pagehide', close);
    // Back from the browser's memory: the page is as it was, which may be long ago.
    window.addEventListener('pageshow', (event) => {
      if (event.persisted && !paused) { open(); refresh(); }
    });
    if (pauseButton) {
      pauseButton.addEventListener('click', () => {
        paused = !paused;
        pauseButton.setAttribute('aria-pressed', String(paused));
        const label = paused ? pauseButton.dataset.resume : pauseButton.dataset.pause;
        pauseButton.title = label;
        $('.spoken', pauseButton).textContent = label;
        if (paused) { close(); clearTimeout(timer); } else { open(); refresh(); }
      });
    }
  }

  // --- Tips over charts -------------------------------------------------------------------------------------------

  const tip = $('#tip');

  // The browser's own tip of a <title> comes late and cannot be styled. Its text is kept for ours.
  function prepare() {
    for (const hit of $$('.hit')) {
      const title = $('title', hit);
      if (!title) continue;
      hit.dataset.tip = title.textContent;
      title.remove();
    }
    // A chart is one stop of the Tab key; arrows go from point to point. Its drawings stay hidden from screen readers, which
    // hear the point's text instead, and have the table below.
    for (const chart of $$('.chart')) {
      if (!chart.hasAttribute('aria-hidden') || !$('.hit', chart)) continue;
      const title = $('h2, h3', chart.closest('section') || body);
      chart.removeAttribute('aria-hidden');
      $$('svg', chart).forEach((drawing) => drawing.setAttribute('aria-hidden', 'true'));
      chart.setAttribute('role', 'application');
      chart.setAttribute('aria-label', (title ? title.textContent + ': ' : '') + body.dataset.chartKeys);
      chart.tabIndex = 0;
    }
  }

  const chosen = (chart) => $('.hit.chosen', chart);

  function choose(chart, hit) {
    const before = chosen(chart);
    if (before) before.classList.remove('chosen');
    if (!hit) { tip.hidden = true; return; }
    hit.classList.add('chosen');
    const box = hit.getBoundingClientRect();
    showTip(hit, box.left + box.width / 2, box.top + box.height / 2);
    announcer.textContent = hit.dataset.tip.replaceAll('\n', ', ');
  }

  document.addEventListener('keydown', (event) => {
    const chart = event.target.matches('.chart') && event.target;
    if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
    const hits = $$('.hit', chart);
    const now = hits.indexOf(chosen(chart));
    const next = {
      ArrowLeft: now < 0 ? hits.length - 1 : Math.max(0, now - 1),
      ArrowRight: now < 0 ? 0 : Math.min(hits.length - 1, now + 1),
      Home: 0,
      End: hits.length - 1,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      choose(chart, hits[next]);
    } else if (event.key === 'Enter' && now >= 0) {
      event.preventDefault();
      location.href = hits[now].href.baseVal || hits[now].getAttribute('href');
    } else if (event.key === 'Escape') {
      choose(chart, null);
    }
  });
  document.addEventListener('focusout', (event) => {
    if (event.target.matches('.chart')) choose(event.target, null);
  });

  function showTip(hit, x, y) {
    const [first, ...rest] = hit.dataset.tip.split('\n');
    const head = document.createElement('b');
    head.textContent = first;
    const lines = rest.map((line) => {
      const cut = line.indexOf(': ');
      const row = document.createElement('span');
      for (const part of [line.slice(0, cut), line.slice(cut + 2)]) {
        const cell = document.createElement('i');
        cell.textContent = part;
        row.append(cell);
      }
      return row;
    });
    tip.replaceChildren(head, ...lines);
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = x + 16 + box.width > innerWidth ? x - box.width - 12 : x + 16;
    tip.style.left = Math.max(8, left) + 'px';
    tip.style.top = Math.max(8, Math.min(y - box.height / 2, innerHeight - box.height - 8)) + 'px';
  }

  document.addEventListener('pointermove', (event) => {
    const hit = event.target.closest && event.target.closest('.hit[data-tip]');
    if (hit) showTip(hit, event.clientX, event.clientY);
    else if (!tip.hidden) tip.hidden = true;
  });
  document.addEventListener('pointerleave', () => { tip.hidden = true; });
  document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
  prepare();

  // --- Why this number? -------------------------------------------------------------------------------------------
  // A plain click on a figure shows its page in small; with a modifier key, or when anything fails, the link is followed.

  const popup = $('#popup');

  document.addEventListener('click', async (event) => {
    const figure = event.target.closest && event.target.closest('a.figure');
    if (!figure || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return;
    if (popup.contains(figure) || location.pathname === '/orders' || !popup.showModal) return;
    event.preventDefault();
    try {
      const page = await fetchPage(figure.href);
      const why = $('[data-popup]', page);
      if (!why) throw new Error('no popup');
      const more = document.createElement('p');
      const link = document.createElement('a');
      link.className = 'button';
      link.href = figure.href + '#orders';
      link.textContent = $('#orders-title', page).textContent;
      more.append(link);
      $$('[id]', why).forEach((node) => node.removeAttribute('id'));
      $('.popup-body', popup).replaceChildren(document.adoptNode(why), more);
      popup.showModal();
    } catch {
      location.href = figure.href;
    }
  });
  popup.addEventListener('click', (event) => { if (event.target === popup) popup.close(); });

  // --- Menus ------------------------------------------------------------------------------------------------------
  // One open at a time; Escape and a click elsewhere close it.

  const menus = () => $$('details.menu[open], details.about[open], details.more[open]');
  document.addEventListener('click', (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of menus()) {
      menu.open = false;
      $('summary', menu).focus();
    }
  });

  // --- Keys -------------------------------------------------------------------------------------------------------
  // D today, E yesterday, W T N ranges, C custom, arrows, X compare, / search, ? list. They can be switched off.

  const keys = $('#keys');
  const keysButton = $('.keys-button');
  const toggle = $('[data-toggle-keys]');
  const stored = 'daybook.keys';
  let keysOn = true;
  try { keysOn = localStorage.getItem(stored) !== 'off'; } catch { /* no storage: keys stay on */ }

  function labelToggle() {
    toggle.textContent = keysOn ? toggle.dataset.off : toggle.dataset.on;
  }

  keysButton.addEventListener('click', () => keys.showModal());
  toggle.addEventListener('click', () => {
    keysOn = !keysOn;
    try { localStorage.setItem(stored, keysOn ? 'on' : 'off'); } catch { /* for this page only */ }
    labelToggle();
  });
  labelToggle();

  document.addEventListener('keydown', (event) => {
    if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest('input, textarea, select, dialog, .scroll, .chart, [contenteditable]')) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const target = $$('[data-key]').find((node) => node.dataset.key === name && !node.hidden);
    if (!target) return;
    event.preventDefault();
    if (target.matches('summary')) {
      target.parentElement.open = true;
      const first = $('input, a', target.nextElementSibling);
      if (first) first.focus();
    } else if (target.matches('input')) {
      target.focus();
      target.select();
    } else {
      target.click();
    }
  });
})();
